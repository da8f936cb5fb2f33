"""Who was revoked, and the CRLs that say so. RFC 5280, 5."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from portal.sandbox.authority.chain import CA, authority

_FILE = "revocations.jsonl"
_VALID = timedelta(hours=24)


def revoke(folder: Path, ca: CA, serial: int, now: datetime, reason: str = "keyCompromise") -> None:
    """Put a certificate on the CRL of `ca` from `now` on; the first revocation counts.

    `reason` is a name of RFC 5280, 5.3.1; raises ValueError for another one.
    """
    row = {"ca": CA(ca), "serial": f"{serial:x}", "at": now.isoformat(timespec="seconds")}
    line = json.dumps({**row, "reason": x509.ReasonFlags(reason).value}) + "\n"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One small write at the end of the file: those of others can't fall into it.
    handle = os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


def crl(folder: Path, ca: CA, now: datetime, crl_base: str = "") -> bytes:
    """The CRL of an authority (DER) as of `now`, good for 24 hours."""
    by = authority(folder, ca, now, crl_base)
    issued = now.replace(microsecond=0)
    built = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(issued)
        .next_update(issued + _VALID)
        .add_extension(x509.CRLNumber(int(issued.timestamp())), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), False
        )
    )
    for one in _revoked(folder, ca, now):
        built = built.add_revoked_certificate(one)
    return built.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _revoked(folder: Path, ca: CA, now: datetime) -> list[x509.RevokedCertificate]:
    try:
        rows = [json.loads(line) for line in (folder / _FILE).read_text("utf-8").splitlines()]
    except FileNotFoundError:
        return []
    first: dict[str, x509.RevokedCertificate] = {}
    for row in rows:
        at = datetime.fromisoformat(row["at"])
        if row["ca"] == ca and row["serial"] not in first and at <= now:
            first[row["serial"]] = _entry(int(row["serial"], 16), at, row["reason"])
    return list(first.values())


def _entry(serial: int, at: datetime, reason: str) -> x509.RevokedCertificate:
    why = x509.CRLReason(x509.ReasonFlags(reason))
    built = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
    return built.add_extension(why, False).build()
