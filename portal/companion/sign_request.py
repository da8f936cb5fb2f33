"""Reads what the portal asks to have signed: a compact JWS (RFC 7515, RFC 8037), judged strictly.

Only what the portal itself wrote and signed is shown to the person and given to the token; a page,
and whatever else runs in the browser, can't change a word of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.companion import attributes
from portal.companion.faults import Code, Refusal

TYPE = "ecoo-sign+json"
MOST_CHARACTERS = 1024 * 1024
MOST_ITEMS = 50
MOST_SECONDS = 300
# Clocks of an office computer and a server are seldom the same.
CLOCK_SECONDS = 30

_NAMES = {"origin", "items", "certificate_sha256", "nonce", "exp"}
_ITEM_NAMES = {"doc_id", "title", "reference", "hash_prefix", "to_be_signed"}
_DOC_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{22,86}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HASH_PREFIX = re.compile(r"[0-9a-f]{16,64}")
# Joiners that Hindi and other scripts need; every other invisible sign could hide or turn words.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Item:
    """One document: what the person is shown of it, and the bytes that are signed for it."""

    doc_id: str
    title: str
    reference: str
    hash_prefix: str
    to_be_signed: bytes
    digest: str


@dataclass(frozen=True)
class SignRequest:
    """One list of documents for one certificate; `expires_at` in Unix seconds."""

    origin: str
    items: tuple[Item, ...]
    certificate_sha256: str
    nonce: str
    expires_at: int


def read(jws: object, keys: Mapping[str, bytes], origin: str, now: float) -> SignRequest:
    """The request in a compact JWS, signed by one of `keys` (raw Ed25519), made for `origin`.

    Raises Refusal: NOT_CONFIGURED, REQUEST_INVALID, REQUEST_UNTRUSTED, REQUEST_OTHER_ORIGIN,
    EXPIRED, ATTRIBUTES_REFUSED.
    """
    if not keys:
        raise Refusal(Code.NOT_CONFIGURED)
    payload = _object(_verified(jws, keys))
    _expect_names(payload, _NAMES)
    if payload["origin"] != origin:
        raise Refusal(Code.REQUEST_OTHER_ORIGIN)
    expires_at = payload["exp"]
    if type(expires_at) is not int:
        raise Refusal(Code.REQUEST_INVALID)
    if not now < expires_at <= now + MOST_SECONDS + CLOCK_SECONDS:
        raise Refusal(Code.EXPIRED)
    certificate = _text(payload, "certificate_sha256", _SHA256)
    items = _items(payload["items"], certificate)
    return SignRequest(origin, items, certificate, _text(payload, "nonce", _NONCE), expires_at)


def _verified(jws: object, keys: Mapping[str, bytes]) -> bytes:
    if not isinstance(jws, str) or len(jws) > MOST_CHARACTERS or jws.count(".") != 2:
        raise Refusal(Code.REQUEST_INVALID)
    head, payload, signature = jws.split(".")
    header = _object(_bytes(head))
    if set(header) != {"alg", "kid", "typ"} or (header["alg"], header["typ"]) != ("EdDSA", TYPE):
        raise Refusal(Code.REQUEST_INVALID)
    key = keys.get(header["kid"]) if isinstance(header["kid"], str) else None
    if key is None:
        raise Refusal(Code.REQUEST_UNTRUSTED)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            _bytes(signature), f"{head}.{payload}".encode("ascii", "replace")
        )
    except InvalidSignature as error:
        raise Refusal(Code.REQUEST_UNTRUSTED) from error
    return _bytes(payload)


def _items(value: object, certificate: str) -> tuple[Item, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ITEMS:
        raise Refusal(Code.REQUEST_INVALID, f"A list has 1 to {MOST_ITEMS} documents.")
    items = tuple(_item(one, certificate) for one in value)
    if len({item.doc_id for item in items}) != len(items):
        raise Refusal(Code.REQUEST_INVALID, "A document is in the list twice.")
    return items


def _item(value: object, certificate: str) -> Item:
    if not isinstance(value, dict):
        raise Refusal(Code.REQUEST_INVALID)
    _expect_names(value, _ITEM_NAMES)
    to_be_signed = _base64(value["to_be_signed"])
    facts = attributes.read(to_be_signed)
    if facts.certificate_sha256.hex() != certificate:
        raise Refusal(Code.ATTRIBUTES_REFUSED, "A document was prepared for another certificate.")
    return Item(
        doc_id=_text(value, "doc_id", _DOC_ID),
        title=_shown(value["title"], 200),
        reference=_shown(value["reference"], 64),
        hash_prefix=_text(value, "hash_prefix", _HASH_PREFIX),
        to_be_signed=to_be_signed,
        digest=facts.digest.hex(),
    )


def _shown(value: object, most: int) -> str:
    """Words that are shown to a person: one line, nothing invisible."""
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise Refusal(Code.REQUEST_INVALID)
    if any(_is_invisible(character) for character in value):
        raise Refusal(Code.REQUEST_INVALID, "A title or reference has signs that can't be shown.")
    return value


def _is_invisible(character: str) -> bool:
    kind = unicodedata.category(character)
    return character not in _JOINERS and (kind[0] == "C" or kind in ("Zl", "Zp"))


def _text(values: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = values[name]
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise Refusal(Code.REQUEST_INVALID)
    return value


def _expect_names(values: Mapping[str, Any], names: set[str]) -> None:
    if set(values) != names:
        raise Refusal(Code.REQUEST_INVALID)


def _bytes(text: str) -> bytes:
    """Base64url without padding (RFC 7515, 2), in its only spelling."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(Code.REQUEST_INVALID) from error
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != text:
        raise Refusal(Code.REQUEST_INVALID)
    return data


def _base64(value: object) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else "*", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(Code.REQUEST_INVALID) from error


def _object(data: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 without a name twice."""
    try:
        found = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(Code.REQUEST_INVALID) from error
    if not isinstance(found, dict):
        raise Refusal(Code.REQUEST_INVALID)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
