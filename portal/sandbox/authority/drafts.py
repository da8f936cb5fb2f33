"""What every SPECIMEN certificate says, and how it is signed. RFC 5280."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)
_LONGEST_NAME = 64


def draft(
    subject: x509.Name,
    key: CertificatePublicKeyTypes,
    issuer: x509.Name,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    """Names, dates, key and its identifier; nothing yet of what it is for."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
    )


def as_authority(
    drafted: x509.CertificateBuilder, below: int, policy: str = ""
) -> x509.CertificateBuilder:
    """For an authority with `below` levels of authorities under it."""
    drafted = drafted.add_extension(x509.BasicConstraints(True, below), critical=True)
    drafted = drafted.add_extension(usage(authority=True), critical=True)
    return with_policy(drafted, policy) if policy else drafted


def as_signer(
    drafted: x509.CertificateBuilder, *, non_repudiation: bool = True
) -> x509.CertificateBuilder:
    """For signatures and nothing else."""
    drafted = drafted.add_extension(x509.BasicConstraints(False, None), critical=True)
    return drafted.add_extension(usage(non_repudiation=non_repudiation), critical=True)


def with_policy(drafted: x509.CertificateBuilder, oid: str) -> x509.CertificateBuilder:
    """Under the policy `oid`."""
    found = x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
    return drafted.add_extension(x509.CertificatePolicies([found]), False)


def with_crl(
    drafted: x509.CertificateBuilder, crl_base: str, issuer: str
) -> x509.CertificateBuilder:
    """Where the issuer's CRL is; no OCSP address, which makes pdfsig doubt a good certificate."""
    if not crl_base:
        return drafted
    place = x509.UniformResourceIdentifier(f"{crl_base}/crl/{issuer}.crl")
    point = x509.DistributionPoint([place], None, None, None)
    return drafted.add_extension(x509.CRLDistributionPoints([point]), False)


def signed(drafted: x509.CertificateBuilder, by: rsa.RSAPrivateKey) -> x509.Certificate:
    """The certificate, by SHA-256 with RSA."""
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    return drafted.add_extension(above, False).sign(by, hashes.SHA256())


def usage(*, authority: bool = False, non_repudiation: bool = True) -> x509.KeyUsage:
    """Of an authority: certificates and CRLs. Of others: signatures."""
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority and non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def name(common_name: str, organisation: str) -> x509.Name:
    """Country, organisation and common name, cut to what X.520 allows."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:_LONGEST_NAME]),
        ]
    )


def marked(text: str) -> str:
    """Says SPECIMEN in front."""
    return text if text.upper().startswith("SPECIMEN") else f"SPECIMEN {text}"
