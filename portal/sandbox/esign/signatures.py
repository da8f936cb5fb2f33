"""The signature itself: a key for one use, its certificate of half an hour, raw RSA or CMS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from portal.sandbox import cms, timestamping
from portal.sandbox.authority.chain import CA, authority, time_stamper
from portal.sandbox.authority.drafts import as_signer, draft, signed, with_crl, with_policy
from portal.sandbox.authority.keys import Pair, new_key
from portal.sandbox.authority.revocation import crl
from portal.sandbox.esign.faults import Fault
from portal.sandbox.esign.people import STRANGER, Person, people

_LIFE = timedelta(minutes=29)
_OTP_POLICY, _OTHER_POLICY = "2.16.356.100.2.4.1", "2.16.356.100.2.4.2"
# Ours, in the arc for examples: an unsigned attribute that makes a CMS longer.
_PADDING = "2.999.1.2"
_SIZES = {Fault.CMS_8K: 8 * 1024, Fault.CMS_LARGE: 40 * 1024}


@dataclass(frozen=True)
class Bench:
    """Where to sign: the authorities' folder, the address of their CRLs, the time."""

    folder: Path
    crl_base: str
    now: datetime


@dataclass(frozen=True)
class Made:
    """A signature, and the certificate (DER) that goes beside it."""

    certificate: bytes
    signature: bytes


def make(bench: Bench, person: Person, digest: bytes, sig_type: str, fault: Fault) -> Made:
    """Sign a SHA-256 as `sig_type` (lower case) asks, with a key that nobody sees again.

    pkcs7 is bare, pkcs7pdf carries the CRLs, pkcs7complete those and a time stamp; what sets the
    three apart is our reading, for captured answers show the last one alone.
    """
    person = people()[STRANGER] if fault is Fault.NAME_MISMATCH else person
    ca = _authority(bench, fault)
    by = _signer(bench, ca, person, fault)
    if fault is Fault.WRONG_HASH:
        digest = hashlib.sha256(digest).digest()
    if sig_type == "rawrsa":
        signature = by.key.sign(digest, PKCS1v15(), Prehashed(hashes.SHA256()))
    else:
        signature = _cms(bench, by, ca, digest, sig_type, fault)
    shown = _signer(bench, ca, person, fault) if fault is Fault.OTHER_SIGNER else by
    return Made(shown.der, signature)


def _cms(bench: Bench, by: Pair, ca: Pair, digest: bytes, sig_type: str, fault: Fault) -> bytes:
    now, root = bench.now, authority(bench.folder, CA.ROOT, bench.now)
    attributes = [cms.signing_time(now), cms.signing_certificate(by.der)]
    if sig_type != "pkcs7":
        lists = [crl(bench.folder, one, now, bench.crl_base) for one in (CA.ESIGN, CA.ROOT)]
        attributes.append(cms.revocation_info(lists))
    content = cms.signed_data(by, digest, attributes, [by.der, ca.der, root.der])
    unsigned = []
    if sig_type == "pkcs7complete":
        stamper = time_stamper(bench.folder, now, bench.crl_base)
        token = timestamping.token_over(cms.signature_of(content), stamper, now)
        unsigned.append(cms.timestamp_token(token))
    if fault in _SIZES:
        unsigned.append(cms.attribute(_PADDING, core.OctetString(bytes(_SIZES[fault]))))
    return bytes(cms.with_unsigned(content, unsigned).dump())


def _authority(bench: Bench, fault: Fault) -> Pair:
    """The e-sign authority, or one that only has its name."""
    real = authority(bench.folder, CA.ESIGN, bench.now, bench.crl_base)
    if fault is not Fault.FOREIGN_CA:
        return real
    key, it = new_key(), real.certificate
    since, until = it.not_valid_before_utc, it.not_valid_after_utc
    drafted = draft(it.subject, key.public_key(), it.subject, since, until)
    drafted = drafted.add_extension(x509.BasicConstraints(True, 0), critical=True)
    return Pair(key, signed(drafted, key))


def _signer(bench: Bench, ca: Pair, person: Person, fault: Fault) -> Pair:
    key, since = new_key(), bench.now.replace(microsecond=0)
    if fault is Fault.EXPIRED_CERTIFICATE:
        since -= 2 * _LIFE
    above = ca.certificate.subject
    drafted = draft(_subject(person, fault), key.public_key(), above, since, since + _LIFE)
    policy = _OTHER_POLICY if fault is Fault.OTHER_POLICY else _OTP_POLICY
    drafted = with_crl(with_policy(as_signer(drafted), policy), bench.crl_base, CA.ESIGN)
    return Pair(key, signed(drafted, ca.key))


def _subject(person: Person, fault: Fault) -> x509.Name:
    rows = (
        (NameOID.COUNTRY_NAME, "IN"),
        (NameOID.POSTAL_CODE, "000000"),
        (NameOID.STATE_OR_PROVINCE_NAME, "SPECIMEN State"),
        (NameOID.STREET_ADDRESS, "1 Invented Street, NOT VALID"),
        (NameOID.LOCALITY_NAME, "SPECIMEN Town"),
        (NameOID.DN_QUALIFIER, person.dn_qualifier),
        (NameOID.PSEUDONYM, person.pseudonym),
        (NameOID.TITLE, person.title),
        (NameOID.COMMON_NAME, person.name),
    )
    names = [x509.NameAttribute(oid, value) for oid, value in rows]
    return x509.Name([*names[:5], _unique_identifier(person, fault), *names[5:]])


def _unique_identifier(
    person: Person, fault: Fault
) -> x509.NameAttribute[str] | x509.NameAttribute[bytes]:
    """X.520 wants a BIT STRING, which begins with how many bits are unused; its type is private."""
    oid, value = NameOID.X500_UNIQUE_IDENTIFIER, hashlib.sha256(person.id.encode())
    if fault is Fault.TEXT_IDENTIFIER:
        return x509.NameAttribute(oid, value.hexdigest(), _ASN1Type.UTF8String)
    return x509.NameAttribute(oid, b"\0" + value.digest(), _ASN1Type.BitString)
