"""Speaks with one token through its PKCS#11 library, in a short-lived process of its own.

One JSON object on stdin, one on stdout. It imports nothing of ours and is run by its path, so that
a library that hangs or crashes takes only this process with it. The PIN comes on stdin alone.

    {"do": "list", "library": "…"}
    {"do": "sign", "library": "…", "serial": "…", "certificate_sha256": "…", "pin": "…",
     "data": ["base64", …]}
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pkcs11 import Session, Token

# DigestInfo of SHA-256 before its 32 bytes (RFC 8017, 9.2, note 1).
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
# What each exception of the library says to a person, by its name.
CODES = {
    "PinIncorrect": "pin_wrong",
    "PinInvalid": "pin_wrong",
    "PinLenRange": "pin_wrong",
    "ArgumentsBad": "token_failed",
    "PinLocked": "pin_locked",
    "PinExpired": "pin_not_set",
    "UserPinNotInitialized": "pin_not_set",
    "TokenNotPresent": "token_removed",
    "DeviceRemoved": "token_removed",
    "SlotIDInvalid": "token_removed",
    "TokenNotRecognised": "token_removed",
    "SessionHandleInvalid": "token_removed",
    "NoSuchKey": "key_not_found",
    "MultipleObjectsReturned": "key_not_found",
}


class Failed(Exception):
    """Nothing can be answered; the argument is the code."""


def listed(asked: dict[str, Any]) -> dict[str, Any]:
    """Every token that is inserted, with the certificates that can be read without a PIN."""
    return {"tokens": [_token_facts(token) for token in _tokens(_library(asked["library"]))]}


def signed(asked: dict[str, Any]) -> dict[str, Any]:
    """Signatures over `data` in order: PKCS#1 v1.5 for RSA, r and s side by side for ECDSA."""
    library = _library(asked["library"])
    token = next((one for one in _tokens(library) if _serial(one) == asked["serial"]), None)
    if token is None:
        raise Failed("token_removed")
    try:
        with token.open(user_pin=asked["pin"]) as session:
            sign = _signer(session, bytes.fromhex(asked["certificate_sha256"]))
            made = [sign(base64.b64decode(data)) for data in asked["data"]]
    except Exception as error:
        raise Failed(_code(error, library, asked["serial"])) from error
    return {"signatures": [base64.b64encode(one).decode() for one in made]}


def _library(path: str) -> Any:
    import pkcs11

    try:
        return pkcs11.lib(path)
    except Exception as error:
        raise Failed("library_failed") from error


def _tokens(library: Any) -> Iterator[Token]:
    from pkcs11 import PKCS11Error, TokenFlag

    for slot in library.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except PKCS11Error:
            continue  # pulled out in between, or not a token that this library knows
        if token.flags & TokenFlag.TOKEN_INITIALIZED:
            yield token


def _token_facts(token: Token) -> dict[str, Any]:
    with token.open() as session:
        certificates = [
            {"label": label, "id": key_id.hex(), "der": base64.b64encode(der).decode()}
            for label, key_id, der in _certificates(session)
        ]
    return {
        "label": token.label.strip(),
        "serial": _serial(token),
        "manufacturer": token.manufacturer_id.strip(),
        "model": token.model.strip(),
        "flags": int(token.flags),
        "certificates": certificates,
    }


def _certificates(session: Session) -> Iterator[tuple[str, bytes, bytes]]:
    """Label, id and DER of each; a token may lack the first two."""
    from pkcs11 import Attribute, ObjectClass, PKCS11Error

    for found in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        values = []
        for name in (Attribute.LABEL, Attribute.ID, Attribute.VALUE):
            try:
                values.append(found[name])
            except PKCS11Error:
                values.append(None)
        label, key_id, der = values
        if der:
            yield str(label or ""), bytes(key_id or b""), bytes(der)


def _signer(session: Session, fingerprint: bytes) -> Callable[[bytes], bytes]:
    from pkcs11 import Attribute, KeyType, ObjectClass

    ids = [i for _, i, der in _certificates(session) if hashlib.sha256(der).digest() == fingerprint]
    if not ids:
        raise Failed("certificate_not_found")
    key: Any = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=ids[0])
    if key[Attribute.KEY_TYPE] is KeyType.RSA:
        return _rsa_signer(session, key)
    return lambda data: _ecdsa(key, data)


def _rsa_signer(session: Session, key: Any) -> Callable[[bytes], bytes]:
    """By the mechanism that the token has: it hashes itself, or pads a digest."""
    from pkcs11 import Mechanism

    if Mechanism.SHA256_RSA_PKCS in session.token.slot.get_mechanisms():
        return lambda data: bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
    return lambda data: bytes(
        key.sign(SHA256_INFO + hashlib.sha256(data).digest(), mechanism=Mechanism.RSA_PKCS)
    )


def _ecdsa(key: Any, data: bytes) -> bytes:
    from pkcs11 import Mechanism

    return bytes(key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA))


def _serial(token: Token) -> str:
    return token.serial.decode("ascii", "replace").strip(" \0")


def _code(error: Exception, library: Any, serial: str) -> str:
    """The code of an error, after a look whether the token is still there and how it stands."""
    if isinstance(error, Failed):
        return str(error)
    code = CODES.get(type(error).__name__, "token_failed")
    try:
        flags = next((t.flags for t in _tokens(library) if _serial(t) == serial), None)
    except Exception:
        return code
    if flags is None:
        return "token_removed"
    return _after_wrong_pin(int(flags)) if code == "pin_wrong" else code


def _after_wrong_pin(flags: int) -> str:
    """PKCS#11 tells no number of tries, only these flags (CKF_USER_PIN_…)."""
    from pkcs11 import TokenFlag

    if flags & TokenFlag.USER_PIN_LOCKED:
        return "pin_locked"
    return "pin_final_try" if flags & TokenFlag.USER_PIN_FINAL_TRY else "pin_wrong"


def main() -> None:
    """Read, act, write; leave at once, for a library's cleaning up could still hang or crash."""
    answer: dict[str, Any]
    # Libraries that print to stdout would spoil the answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        asked = json.loads(sys.stdin.buffer.read())
        answer = {"list": listed, "sign": signed}[asked["do"]](asked)
    except Failed as error:
        answer = {"error": str(error)}
    except Exception as error:
        answer = {"error": CODES.get(type(error).__name__, "token_failed")}
    answers.write(json.dumps(answer))
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
