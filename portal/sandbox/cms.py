"""Signs CMS by hand (RFC 5652), so that the sandbox shares no signing code with the portal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

# asn1crypto's tsp and pdf teach its cms the attributes of RFC 3161, RFC 5035 and Adobe.
from asn1crypto import algos, cms, core, pdf, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from portal.sandbox.authority.keys import Pair

SHA256 = "sha256"
Attribute: TypeAlias = cms.CMSAttribute


def attribute(kind: str, value: object) -> Attribute:
    """An attribute with one value."""
    return cms.CMSAttribute({"type": kind, "values": [value]})


def signing_certificate(der: bytes) -> Attribute:
    """Binds the signature to its certificate: signingCertificateV2, RFC 5035."""
    certificate = x509.Certificate.load(der)
    names = [x509.GeneralName("directory_name", certificate.issuer)]
    serial = {"issuer": names, "serial_number": certificate.serial_number}
    found = {"cert_hash": hashlib.sha256(der).digest(), "issuer_serial": serial}
    value = tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2(found)]})
    return attribute("signing_certificate_v2", value)


def signing_time(at: datetime) -> Attribute:
    """When it was signed, by whole seconds."""
    value = cms.Time("utc_time", core.UTCTime(at.replace(microsecond=0)))
    return attribute("signing_time", value)


def revocation_info(crls: Sequence[bytes]) -> Attribute:
    """adbe-revocationInfoArchival: the CRLs (DER) go with the signature."""
    value = pdf.RevocationInfoArchival({"crl": list(map(_crl, crls))})
    return attribute("adobe_revocation_info_archival", value)


def timestamp_token(token: bytes) -> Attribute:
    """An RFC 3161 token over the signature, for the unsigned attributes."""
    return attribute("signature_time_stamp_token", cms.ContentInfo.load(token))


def signed_data(
    by: Pair,
    digest: bytes,
    attributes: Sequence[Attribute],
    certificates: Sequence[bytes],
    content: tuple[str, core.Asn1Value | None] = ("data", None),
) -> cms.ContentInfo:
    """SignedData with one signer, RSA with SHA-256. `digest` is the SHA-256 of the content.

    Content type and digest are added to `attributes`. Without a content it is detached.
    """
    kind, inside = content
    fixed = [attribute("content_type", kind), attribute("message_digest", digest)]
    covered = cms.CMSAttributes([*fixed, *attributes])
    # A SET OF is sorted in DER (X.690, 11.6); asn1crypto sorts it when it is dumped.
    covered = cms.CMSAttributes.load(covered.dump(force=True))
    signature = by.key.sign(covered.dump(), PKCS1v15(), hashes.SHA256())
    data = {
        "version": "v1" if kind == "data" else "v3",
        "digest_algorithms": [_digest_algorithm()],
        "encap_content_info": {"content_type": kind, "content": inside},
        "signer_infos": [_signer_info(by, covered, signature)],
    }
    if certificates:
        data["certificates"] = [x509.Certificate.load(der) for der in certificates]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


def signature_of(content: cms.ContentInfo) -> bytes:
    """The signer's signature."""
    found: bytes = content["content"]["signer_infos"][0]["signature"].native
    return found


def with_unsigned(content: cms.ContentInfo, attributes: Sequence[Attribute]) -> cms.ContentInfo:
    """The same with unsigned attributes."""
    if attributes:
        signer = content["content"]["signer_infos"][0]
        signer["unsigned_attrs"] = cms.CMSAttributes(list(attributes))
    return content


def _signer_info(by: Pair, covered: cms.CMSAttributes, signature: bytes) -> cms.SignerInfo:
    certificate = x509.Certificate.load(by.der)
    serial = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", serial),
            "digest_algorithm": _digest_algorithm(),
            "signed_attrs": covered,
            "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
            "signature": signature,
        }
    )


def _digest_algorithm() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": SHA256})


def _crl(der: bytes) -> object:
    from asn1crypto import crl

    return crl.CertificateList.load(der)
