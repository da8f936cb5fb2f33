"""Keeps seal keys as PKCS#12 files in one folder: the simplest store that works everywhere."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core.errors import Refused
from portal.signing.ports import SealKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class FolderSealKeys:
    """Reads `<key_id>.p12` once and keeps it: opening one costs more than a hundred seals."""

    def __init__(self, folder: Path, password: str) -> None:
        self._folder = folder
        self._password = password.encode()
        self._loaded: dict[str, SealKey] = {}

    def load(self, key_id: str) -> SealKey:
        """The key of that id. Raises `Refused` for an unknown, unreadable or non-RSA key."""
        if key_id not in self._loaded:
            self._loaded[key_id] = self._read(key_id)
        return self._loaded[key_id]

    def _read(self, key_id: str) -> SealKey:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

        if not _KEY_ID.fullmatch(key_id):
            raise Refused(f"{key_id!r} is no seal key id")
        try:
            packed = (self._folder / f"{key_id}.p12").read_bytes()
            opened = pkcs12.load_pkcs12(packed, self._password)
        except (OSError, ValueError) as problem:
            raise Refused(f"the seal key {key_id} can't be opened") from problem
        if opened.cert is None or not isinstance(opened.key, RSAPrivateKey):
            raise Refused(f"the seal key {key_id} is not an RSA key with its certificate")
        chain = (extra.certificate for extra in opened.additional_certs)
        return SealKey(
            key_id,
            opened.cert.certificate.public_bytes(Encoding.DER),
            tuple(above.public_bytes(Encoding.DER) for above in chain),
            partial(_signature, opened.key),
        )


def _signature(key: RSAPrivateKey, data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    return key.sign(data, PKCS1v15(), hashes.SHA256())
