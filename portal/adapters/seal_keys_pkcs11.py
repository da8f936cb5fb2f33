"""Keeps seal keys in a PKCS#11 token, which never gives them away: an HSM, or SoftHSM2 in tests.

`pkcs11:<module>?token=<label>`; private key and certificate of an office bear its key id as label,
the certificates of the issuers above lie in the token, too, under any label.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs

from portal.core.errors import Refused, TryLater
from portal.signing.ports import SealKey

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SCHEME = "pkcs11:"
Found = TypeVar("Found")


class TokenSealKeys:
    """One logged-in session, opened when it is needed and again when it is lost."""

    def __init__(self, address: str, pin: str) -> None:
        """Raises Refused for an address of another shape."""
        module, _mark, query = address.removeprefix(SCHEME).partition("?")
        label = parse_qs(query).get("token", [""])[0]
        if not address.startswith(SCHEME) or not module or not label:
            raise Refused("SEAL_KEYS must be pkcs11:<module path>?token=<label>")
        self._module, self._label, self._pin = module, label, pin
        self._session: Any = None
        self._pin_is_wrong = False
        self._turn = threading.Lock()

    def load(self, key_id: str) -> SealKey:
        """The key of that id. Raises `Refused` for an unknown one, TryLater for an absent token."""
        if not key_id:
            raise Refused("a seal key needs an id")
        certificates = self._with_session(_certificates)
        own = [der for label, der in certificates if label == key_id]
        if len(own) != 1 or not self._with_session(partial(_has_key, key_id)):
            raise Refused(f"the token has no key {key_id} with one certificate")
        chain = _chain(own[0], [der for _label, der in certificates])
        return SealKey(key_id, own[0], chain, partial(self._sign, key_id))

    def _sign(self, key_id: str, data: bytes) -> bytes:
        return self._with_session(partial(_signature, key_id, data))

    def _with_session(self, work: Callable[[Any], Found]) -> Found:
        """What `work` finds; once more in a new session where the first one was lost."""
        from pkcs11.exceptions import PKCS11Error

        with self._turn:
            try:
                return work(self._opened())
            except PKCS11Error:
                self._close()
            try:
                return work(self._opened())
            except PKCS11Error as problem:
                self._close()
                raise TryLater(f"seal key token: {type(problem).__name__}") from problem

    def _opened(self) -> Any:
        """The session. A wrong PIN is tried once: a few more would lock the token."""
        import pkcs11
        from pkcs11.exceptions import PinIncorrect, UserAlreadyLoggedIn

        if self._pin_is_wrong:
            raise Refused("the token refused SEAL_PASSWORD as its PIN; correct it and start again")
        if self._session is None:
            token = pkcs11.lib(self._module).get_token(token_label=self._label)
            try:
                self._session = token.open(user_pin=self._pin)
            except UserAlreadyLoggedIn:  # signing in counts for the whole process
                self._session = token.open()
            except PinIncorrect as problem:
                self._pin_is_wrong = True
                raise Refused("the token refused SEAL_PASSWORD as its PIN") from problem
        return self._session

    def _close(self) -> None:
        from contextlib import suppress

        session, self._session = self._session, None
        if session is not None:
            with suppress(Exception):  # it is lost already
                session.close()


def _certificates(session: Any) -> list[tuple[str, bytes]]:
    """All X.509 certificates of the token: label and DER."""
    from pkcs11 import Attribute, ObjectClass

    found = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    return [(str(one[Attribute.LABEL]), bytes(one[Attribute.VALUE])) for one in found]


def _has_key(key_id: str, session: Any) -> bool:
    from pkcs11 import Attribute, KeyType, ObjectClass

    wanted = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: KeyType.RSA,
        Attribute.LABEL: key_id,
    }
    return len(list(session.get_objects(wanted))) == 1


def _signature(key_id: str, data: bytes, session: Any) -> bytes:
    from pkcs11 import Mechanism, ObjectClass

    key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=key_id)
    return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))


def _chain(own: bytes, others: list[bytes]) -> tuple[bytes, ...]:
    """The issuers above a certificate, upwards, without the root."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    loaded = [x509.load_der_x509_certificate(der) for der in others]
    here = x509.load_der_x509_certificate(own)
    found: list[Certificate] = []
    while above := [one for one in loaded if one not in found and _is_above(one, here)]:
        here = above[0]
        if here.subject == here.issuer:
            break
        found.append(here)
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _is_above(one: Certificate, here: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature

    if one == here:
        return False
    try:
        here.verify_directly_issued_by(one)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
