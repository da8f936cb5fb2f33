"""The root, the authorities below it and the time stamper, each made when it is first asked for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from portal.sandbox.authority.drafts import (
    HOUR,
    YEAR,
    as_authority,
    as_signer,
    draft,
    name,
    signed,
    with_crl,
)
from portal.sandbox.authority.keys import Pair, kept, new_key, publish

_ROOT_YEARS, _YEARS = 20, 10
_OWNER = "SPECIMEN Authority"
_ANY_POLICY = "2.5.29.32.0"


class CA(StrEnum):
    """The authorities, as their CRLs are called."""

    ROOT = "root"
    ISSUER = "issuer"
    ESIGN = "esign"
    TOKEN = "token"


_NAMES = {
    CA.ROOT: "SPECIMEN Root CA, NOT VALID",
    CA.ISSUER: "SPECIMEN Issuing CA, NOT VALID",
    CA.ESIGN: "SPECIMEN e-Sign CA, NOT VALID",
    CA.TOKEN: "SPECIMEN Token CA, NOT VALID",
}


def ensure_authority(folder: Path, now: datetime, crl_base: str = "") -> Path:
    """The root's certificate (PEM), made at the first call with the issuing authority below it.

    Random keys, files for the owner only. Processes that race agree on the first one that is done.
    `crl_base` is the address before `/crl/root.crl`, written into new certificates below the root.
    The other authorities and the time stamper are made when they are first asked for.
    """
    authority(folder, CA.ISSUER, now, crl_base)
    certificate = folder / "specimen-root.pem"
    if not certificate.exists():
        publish(certificate, authority(folder, CA.ROOT, now).pem)
    return certificate


def ensure_chain(folder: Path, now: datetime, crl_base: str = "") -> None:
    """Make what isn't there yet of authorities and time stamper."""
    for ca in CA:
        authority(folder, ca, now, crl_base)
    time_stamper(folder, now, crl_base)


def authority_certificate(folder: Path, ca: CA, now: datetime, crl_base: str = "") -> bytes:
    """An authority's certificate (PEM)."""
    return authority(folder, ca, now, crl_base).pem


def authority(folder: Path, ca: CA, now: datetime, crl_base: str = "") -> Pair:
    """An authority's key and certificate."""
    path = folder / f"specimen-{ca}-key.pem"
    if ca is CA.ROOT:
        return kept(path, lambda: _new_root(now))
    root = authority(folder, CA.ROOT, now)
    return kept(path, lambda: _new_authority(_NAMES[ca], root, now, crl_base))


def time_stamper(folder: Path, now: datetime, crl_base: str = "") -> Pair:
    """The key that stamps time and its certificate, directly below the root. RFC 3161, 2.3."""
    root = authority(folder, CA.ROOT, now)
    return kept(folder / "specimen-tsa-key.pem", lambda: _new_stamper(root, now, crl_base))


def _new_root(now: datetime) -> Pair:
    key, who = new_key(), name(_NAMES[CA.ROOT], _OWNER)
    drafted = draft(who, key.public_key(), who, now - HOUR, now + _ROOT_YEARS * YEAR)
    return Pair(key, signed(as_authority(drafted, 1), key))


def _new_authority(called: str, root: Pair, now: datetime, crl_base: str) -> Pair:
    key, above = new_key(), root.certificate.subject
    since, until = now - HOUR, now + _YEARS * YEAR
    drafted = draft(name(called, _OWNER), key.public_key(), above, since, until)
    drafted = with_crl(as_authority(drafted, 0, _ANY_POLICY), crl_base, CA.ROOT)
    return Pair(key, signed(drafted, root.key))


def _new_stamper(root: Pair, now: datetime, crl_base: str) -> Pair:
    key, who = new_key(), name("SPECIMEN Time Stamper, NOT VALID", _OWNER)
    since, until = now - HOUR, now + _YEARS * YEAR
    drafted = as_signer(draft(who, key.public_key(), root.certificate.subject, since, until))
    only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    drafted = with_crl(drafted.add_extension(only, critical=True), crl_base, CA.ROOT)
    return Pair(key, signed(drafted, root.key))
