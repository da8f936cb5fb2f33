"""Keys for the seals of offices."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from portal.sandbox.authority.chain import CA, authority
from portal.sandbox.authority.drafts import (
    HOUR,
    YEAR,
    as_signer,
    draft,
    marked,
    name,
    signed,
    with_crl,
)
from portal.sandbox.authority.keys import Pair, new_key, publish

_YEARS = 2


def issue_office_key(
    folder: Path,
    keys_folder: Path,
    key_id: str,
    common_name: str,
    organisation: str,
    now: datetime,
    password: str,
    crl_base: str = "",
) -> Path:
    """`<key_id>.p12` for an office, made if absent: two years, for seals only, its chain inside."""
    target = keys_folder / f"{key_id}.p12"
    if not target.exists():
        issuer = authority(folder, CA.ISSUER, now, crl_base)
        office = _office(issuer, common_name, organisation, now, crl_base)
        lock = BestAvailableEncryption(password.encode())
        packed = pkcs12.serialize_key_and_certificates(
            key_id.encode(), office.key, office.certificate, [issuer.certificate], lock
        )
        publish(target, packed)
    return target


def _office(
    issuer: Pair, common_name: str, organisation: str, now: datetime, crl_base: str
) -> Pair:
    key, who = new_key(), name(marked(common_name), marked(organisation))
    above = issuer.certificate.subject
    drafted = draft(who, key.public_key(), above, now - HOUR, now + _YEARS * YEAR)
    drafted = with_crl(as_signer(drafted), crl_base, CA.ISSUER)
    return Pair(key, signed(drafted, issuer.key))
