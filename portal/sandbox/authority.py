"""Makes a SPECIMEN certificate authority, so that a sandbox seals with keys nobody can mistake."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

_ROOT_YEARS, _ISSUER_YEARS, _OFFICE_YEARS = 20, 10, 2
_YEAR = timedelta(days=365)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class _Pair:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def ensure_authority(folder: Path, now: datetime) -> Path:
    """The root's certificate (PEM), made at the first call with an issuing authority below it.

    Random keys, files for the owner only. Processes that race agree on the first one that is done.
    """
    root = _root(folder, now)
    _issuer(folder, root, now)
    certificate = folder / "specimen-root.pem"
    if not certificate.exists():
        _publish(certificate, root.certificate.public_bytes(Encoding.PEM))
    return certificate


def issue_office_key(
    folder: Path,
    keys_folder: Path,
    key_id: str,
    common_name: str,
    organisation: str,
    now: datetime,
    password: str,
) -> Path:
    """`<key_id>.p12` for an office, made if absent: two years, for seals only, its chain inside."""
    target = keys_folder / f"{key_id}.p12"
    if not target.exists():
        issuer = _issuer(folder, _root(folder, now), now)
        office = _office(issuer, common_name, organisation, now)
        lock = BestAvailableEncryption(password.encode())
        packed = pkcs12.serialize_key_and_certificates(
            key_id.encode(), office.key, office.certificate, [issuer.certificate], lock
        )
        _publish(target, packed)
    return target


def _root(folder: Path, now: datetime) -> _Pair:
    path = folder / "specimen-root-key.pem"
    if not path.exists():
        key, name = _new_key(), _name("SPECIMEN Root CA, NOT VALID", "SPECIMEN Authority")
        draft = _draft(name, key, name, now, _ROOT_YEARS)
        _publish(path, _pem(_signed(_as_authority(draft, 1), key, key)))
    return _read(path)


def _issuer(folder: Path, root: _Pair, now: datetime) -> _Pair:
    path = folder / "specimen-issuer-key.pem"
    if not path.exists():
        key, name = _new_key(), _name("SPECIMEN Issuing CA, NOT VALID", "SPECIMEN Authority")
        draft = _draft(name, key, root.certificate.subject, now, _ISSUER_YEARS)
        _publish(path, _pem(_signed(_as_authority(draft, 0), key, root.key)))
    return _read(path)


def _office(issuer: _Pair, common_name: str, organisation: str, now: datetime) -> _Pair:
    key = _new_key()
    draft = _draft(
        _name(_marked(common_name), _marked(organisation)),
        key,
        issuer.certificate.subject,
        now,
        _OFFICE_YEARS,
    )
    draft = draft.add_extension(x509.BasicConstraints(False, None), critical=True)
    draft = draft.add_extension(_usage(seals=True), critical=True)
    return _signed(draft, key, issuer.key)


def _as_authority(draft: x509.CertificateBuilder, below: int) -> x509.CertificateBuilder:
    draft = draft.add_extension(x509.BasicConstraints(True, below), critical=True)
    return draft.add_extension(_usage(seals=False), critical=True)


def _draft(
    subject: x509.Name, key: rsa.RSAPrivateKey, issuer: x509.Name, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _HOUR)
        .not_valid_after(now + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _signed(draft: x509.CertificateBuilder, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey) -> _Pair:
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    return _Pair(key, draft.add_extension(above, False).sign(by, hashes.SHA256()))


def _usage(*, seals: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=seals,
        content_commitment=seals,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not seals,
        crl_sign=not seals,
        encipher_only=False,
        decipher_only=False,
    )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _marked(text: str) -> str:
    return text if text.upper().startswith("SPECIMEN") else f"SPECIMEN {text}"


def _pem(pair: _Pair) -> bytes:
    """Key and certificate in one file, so that a race can never mix two authorities."""
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + pair.certificate.public_bytes(Encoding.PEM)


def _read(path: Path) -> _Pair:
    text = path.read_bytes()
    key = load_pem_private_key(text, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return _Pair(key, x509.load_pem_x509_certificate(text))


def _publish(target: Path, content: bytes) -> None:
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
