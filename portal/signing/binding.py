"""Reads a signing credential strictly and judges it by our roots and lists; nothing is fetched."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.core.errors import Refused
from portal.identity.rules import check_iec
from portal.signing import terms
from portal.signing.asn1_names import mend
from portal.signing.cms import Signer, Unreadable
from portal.signing.rules.credentials import (
    IEC_NAME,
    LEAST_RSA_BITS,
    Check,
    CheckName,
    Holder,
    Judgement,
    own_checks,
)

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MOST_BYTES = 16 * 1024
_PAN_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_PERSONAL = "personal"


@dataclass(frozen=True)
class Trust:
    """By what certificates are judged: roots and known issuers (PEM or DER), lists (DER)."""

    roots: Sequence[bytes]
    issuers: Sequence[bytes]
    crls: Sequence[bytes]


def judge(
    certificate: bytes, chain: Sequence[bytes], trust: Trust, *, name: str, at: datetime
) -> Judgement:
    """Everything about a certificate (DER) at `at`, for the account of `name`.

    `chain` came along with it and may only lie between. Raises `Refused` for what is no readable
    certificate. A fault is a check that did not pass, never an exception.
    """
    holder = read_holder(certificate)
    passed = own_checks(holder, name, at)
    passed[CheckName.CHAIN] = _is_issued_below(_error(certificate, chain, trust, at, None))
    revoked_at: datetime | None = None
    if passed[CheckName.CHAIN] and passed[CheckName.VALIDITY]:
        error = _error(certificate, chain, trust, at, trust.crls)
        revoked_at = _revoked_at(error)
        passed[CheckName.REVOCATION] = revoked_at is None
        passed[CheckName.LISTS] = error is None or revoked_at is not None
    checks = tuple(Check(one, passed[one]) for one in CheckName if one in passed)
    return Judgement(holder, checks, revoked_at)


def read_holder(certificate: bytes) -> Holder:
    """What a certificate (DER) says, unjudged. Raises `Refused` where it can't be read strictly."""
    if len(certificate) > MOST_BYTES:
        raise Unreadable("the certificate is too large")
    try:
        return _holder(certificate)
    except Refused:
        raise
    except Exception as problem:  # a stranger's bytes: whatever breaks, it says nothing
        raise Unreadable("the certificate can't be read") from problem


def signer_of(pdf: bytes) -> Signer:
    """Certificate and chain in a PDF with exactly one signature. Raises `Refused`; not judged."""
    reader = terms.opened(pdf)
    try:
        (signature,) = reader.embedded_regular_signatures
        others = tuple(one.dump() for one in signature.other_embedded_certs)
        return Signer(signature.signer_cert.dump(), others)
    except Exception as problem:
        raise Unreadable("the file does not carry exactly one signature") from problem


def _holder(der: bytes) -> Holder:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    found = x509.load_der_x509_certificate(der)
    subject, names = found.subject, NameOID
    organisation = _one(subject, names.ORGANIZATION_NAME)
    digest = _one(subject, names.SERIAL_NUMBER)
    iec = _iec(found)
    return Holder(
        name=_one(subject, names.COMMON_NAME),
        organisation="" if organisation.casefold() == _PERSONAL else organisation,
        state=_one(subject, names.STATE_OR_PROVINCE_NAME),
        pin=_one(subject, names.POSTAL_CODE),
        pan_sha256=digest.lower() if _PAN_DIGEST.fullmatch(digest) else "",
        iec=iec,
        serial=f"{found.serial_number:x}",
        issuer=_one(found.issuer, names.COMMON_NAME) or found.issuer.rfc4514_string(),
        sha256=hashlib.sha256(der).hexdigest(),
        policies=_policies(found),
        usages=_usages(found),
        purposes=_purposes(found),
        is_authority=_is_authority(found),
        has_sound_key=_has_sound_key(found),
        has_sound_iec=bool(iec) and check_iec(iec) is None and iec == iec.upper(),
        valid_from=found.not_valid_before_utc,
        valid_to=found.not_valid_after_utc,
    )


def _one(name: Any, kind: Any) -> str:
    """The one value of a kind in a name; empty where it is absent, refused where it is twofold."""
    values = [row.value for row in name.get_attributes_for_oid(kind)]
    if len(values) > 1 or not all(isinstance(value, str) for value in values):
        raise Unreadable("the certificate names its holder twice")
    return _printable("".join(values))


def _printable(text: str) -> str:
    if not text.isprintable():
        raise Unreadable("the certificate holds a character that can't be shown")
    return text.strip()


def _iec(certificate: Certificate) -> str:
    from asn1crypto import core
    from cryptography import x509

    names = _extension(certificate, x509.SubjectAlternativeName) or ()
    kept = [
        str(core.UTF8String.load(one.value, strict=True).native)
        for one in names
        if isinstance(one, x509.OtherName) and one.type_id.dotted_string == IEC_NAME
    ]
    if len(kept) > 1:
        raise Unreadable("the certificate holds two IECs")
    return _printable("".join(kept))


def _policies(certificate: Certificate) -> frozenset[str]:
    from cryptography import x509

    found = _extension(certificate, x509.CertificatePolicies) or ()
    return frozenset(one.policy_identifier.dotted_string for one in found)


def _usages(certificate: Certificate) -> frozenset[str]:
    from cryptography import x509

    found = _extension(certificate, x509.KeyUsage)
    names = ("digital_signature", "content_commitment", "key_encipherment", "key_cert_sign")
    return frozenset(name for name in names if found is not None and getattr(found, name))


def _purposes(certificate: Certificate) -> frozenset[str]:
    from cryptography import x509

    found = _extension(certificate, x509.ExtendedKeyUsage) or ()
    return frozenset(one.dotted_string for one in found)


def _is_authority(certificate: Certificate) -> bool:
    from cryptography import x509

    found = _extension(certificate, x509.BasicConstraints)
    return bool(found is not None and found.ca)


def _has_sound_key(certificate: Certificate) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    key = certificate.public_key()
    if isinstance(key, RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    curves = ("secp256r1", "secp384r1", "secp521r1")
    return isinstance(key, EllipticCurvePublicKey) and key.curve.name in curves


def _extension(certificate: Certificate, kind: Any) -> Any:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _error(
    certificate: bytes,
    chain: Sequence[bytes],
    trust: Trust,
    moment: datetime,
    crls: Sequence[bytes] | None,
) -> Exception | None:
    """Why no path leads to a root, or with `crls` none that every list speaks for; None if one."""
    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator

    mend()
    try:
        needs = crls is not None
        context = terms.context(trust.roots, moment, crls or (), each_needs_one=needs)
        for der in (*chain, *map(terms.der, trust.issuers)):
            context.certificate_registry.register(x509.Certificate.load(der))
        leaf = x509.Certificate.load(certificate)
        validator = CertificateValidator(leaf, validation_context=context)
        asyncio.run(validator.async_validate_path())
    except Exception as problem:  # names and extensions are a stranger's: whatever breaks
        return problem
    return None


def _is_issued_below(error: Exception | None) -> bool:
    """Whether the path holds but for the days of the certificate itself.

    Its signature is proven before its days are looked at.
    """
    from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError

    if error is None:
        return True
    return isinstance(error, ExpiredError | NotYetValidError) and bool(error.is_ee_cert)


def _revoked_at(error: Exception | None) -> datetime | None:
    from pyhanko_certvalidator.errors import RevokedError

    return error.revocation_dt if isinstance(error, RevokedError) else None
