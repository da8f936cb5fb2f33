"""Certificates for USB tokens of invented people, good ones and ones with a flaw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portal.sandbox.authority.chain import CA, authority
from portal.sandbox.authority.drafts import (
    HOUR,
    YEAR,
    as_signer,
    draft,
    signed,
    with_crl,
    with_policy,
)

PERSONAL = "Personal"
CLASS_2, CLASS_3 = "2.16.356.100.2.2", "2.16.356.100.2.3"
# Where real tokens keep the IEC isn't known to us: this name is ours, in the arc for examples.
# A subjectAltName of kind otherName with this type holds the IEC as UTF8String.
IEC_NAME = "2.999.1.1"


class Flaw(StrEnum):
    """What makes a token unfit to sign for a firm."""

    NONE = "none"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NO_NON_REPUDIATION = "no_non_repudiation"
    OTHER_CLASS = "other_class"
    OTHER_PURPOSE = "other_purpose"
    NO_CLASS = "no_class"


@dataclass(frozen=True)
class TokenFacts:
    """Whom a token names. `organisation`: Personal, or the firm's name as its PAN has it.

    `pan` is never written down: its SHA-256 becomes the serialNumber. Of an organisation's token
    it is the person's too.
    """

    common_name: str
    pan: str = ""
    organisation: str = PERSONAL
    iec: str = ""
    state: str = "Haryana"
    pin: str = "132001"


def issue_token_certificate(
    folder: Path,
    public_key: CertificatePublicKeyTypes,
    facts: TokenFacts,
    now: datetime,
    years: int = 2,
    crl_base: str = "",
    flaw: Flaw = Flaw.NONE,
) -> bytes:
    """A class 3 certificate (DER) for signatures by the token authority, valid for `years`."""
    by = authority(folder, CA.TOKEN, now, crl_base)
    since = now + {
        Flaw.EXPIRED: -years * YEAR - timedelta(days=1),
        Flaw.NOT_YET_VALID: timedelta(days=1),
    }.get(flaw, -HOUR)
    above = by.certificate.subject
    drafted = draft(_subject(facts), public_key, above, since, since + years * YEAR)
    drafted = as_signer(drafted, non_repudiation=flaw is not Flaw.NO_NON_REPUDIATION)
    if flaw is not Flaw.NO_CLASS:
        drafted = with_policy(drafted, CLASS_2 if flaw is Flaw.OTHER_CLASS else CLASS_3)
    if flaw is Flaw.OTHER_PURPOSE:
        only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        drafted = drafted.add_extension(only, critical=False)
    drafted = with_crl(drafted, crl_base, CA.TOKEN)
    if facts.iec:
        drafted = drafted.add_extension(_iec(facts.iec), False)
    return signed(drafted, by.key).public_bytes(Encoding.DER)


def _subject(facts: TokenFacts) -> x509.Name:
    rows = [
        (NameOID.COUNTRY_NAME, "IN"),
        (NameOID.ORGANIZATION_NAME, facts.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "SPECIMEN, NOT VALID"),
        (NameOID.POSTAL_CODE, facts.pin),
        (NameOID.STATE_OR_PROVINCE_NAME, facts.state),
        (NameOID.SERIAL_NUMBER, hashlib.sha256(facts.pan.upper().encode()).hexdigest()),
        (NameOID.COMMON_NAME, facts.common_name),
    ]
    empty = NameOID.SERIAL_NUMBER if not facts.pan else None
    return x509.Name([x509.NameAttribute(k, v[:64]) for k, v in rows if v and k != empty])


def _iec(iec: str) -> x509.SubjectAlternativeName:
    value = core.UTF8String(iec).dump()
    return x509.SubjectAlternativeName([x509.OtherName(x509.ObjectIdentifier(IEC_NAME), value)])
