"""Keys with their certificates, and files that a race can't spoil."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


@dataclass(frozen=True)
class Pair:
    """A private key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.PEM)


def new_key() -> rsa.RSAPrivateKey:
    """RSA of 2048 bits, random."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def kept(path: Path, make: Callable[[], Pair]) -> Pair:
    """The pair in a file, made at the first call. Processes that race agree on the first one."""
    if not path.exists():
        publish(path, _pem(make()))
    return _read(path)


def publish(target: Path, content: bytes) -> None:
    """Write a file of 0600 whole or not at all; where another process was first, its file stays."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, target)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink(missing_ok=True)


def _pem(pair: Pair) -> bytes:
    """Key and certificate in one file, so that a race can never mix two authorities."""
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + pair.pem


def _read(path: Path) -> Pair:
    """The numbers of the key are not proven again: that takes longer than to sign with it."""
    text = path.read_bytes()
    key = load_pem_private_key(text, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Pair(key, x509.load_pem_x509_certificate(text))
