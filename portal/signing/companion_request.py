"""What the portal asks the companion to have signed: a JWS (RFC 7515, EdDSA of RFC 8037).

The companion knows our public key and shows only what we signed; its manual has the wire format.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from portal.core.errors import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TYPE = "ecoo-sign+json"
MOST_DOCUMENTS = 50
# Time to read, to find the PIN and to type it; the companion takes no more than five minutes.
LIFE = timedelta(minutes=4)


@dataclass(frozen=True)
class Item:
    """One document: what the person is shown of it, and the bytes that the token signs."""

    doc_id: str
    title: str
    reference: str
    hash_prefix: str
    to_be_signed: bytes


class CompanionKey:
    """The portal's Ed25519 key (PEM, PKCS#8), which companions know."""

    def __init__(self, pem: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        key = load_pem_private_key(pem, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise Refused("the portal's key for companions must be Ed25519")
        self._key: Ed25519PrivateKey = key

    @property
    def kid(self) -> str:
        """The key's id: the beginning of its SHA-256."""
        return hashlib.sha256(self._public).hexdigest()[:16]

    def key_set(self) -> dict[str, Any]:
        """The JWK set that is installed with the companion."""
        key = {"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": _url64(self._public)}
        return {"keys": [key]}

    def request(self, origin: str, items: Sequence[Item], certificate: bytes, at: datetime) -> str:
        """The compact JWS for a list of documents and one certificate (DER)."""
        payload = {
            "origin": origin,
            "items": [_json(item) for item in items],
            "certificate_sha256": hashlib.sha256(certificate).hexdigest(),
            "nonce": secrets.token_urlsafe(24),
            "exp": int((at + LIFE).timestamp()),
        }
        header = {"alg": "EdDSA", "kid": self.kid, "typ": TYPE}
        signing = ".".join(_url64(json.dumps(part).encode()) for part in (header, payload))
        return f"{signing}.{_url64(self._key.sign(signing.encode()))}"

    @property
    def _public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()


def certificate_asked(request: str) -> str:
    """SHA-256 (hexadecimal) of the certificate that one of our own requests was made for."""
    part = request.split(".")[1]
    payload = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return str(payload["certificate_sha256"])


def _json(item: Item) -> dict[str, str]:
    return vars(item) | {"to_be_signed": base64.b64encode(item.to_be_signed).decode()}


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
