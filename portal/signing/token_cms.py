"""What a token signs for a document, and the CMS that its bare signature becomes (PAdES)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.errors import Refused

# Authorities between a signer and a root; longer paths are nobody's in the field.
MOST_ISSUERS = 5


@dataclass(frozen=True)
class TokenCertificate:
    """A token's certificate and the issuers above it (DER, upwards, without the root)."""

    der: bytes
    issuers: tuple[bytes, ...]


def token_certificate(der: bytes, issuers: Sequence[bytes]) -> TokenCertificate:
    """`der` with those of `issuers` (DER or PEM) that lie above it. Raises `Refused`."""
    from asn1crypto import pem, x509

    known = [pem.unarmor(one)[2] if pem.detect(one) else one for one in issuers]
    loaded = [x509.Certificate.load(one) for one in known]
    try:
        below = x509.Certificate.load(der, strict=True)
        above: list[Any] = []
        while len(above) < MOST_ISSUERS:
            found = next((one for one in loaded if one.subject == below.issuer), None)
            if found is None or found in above:
                break
            above.append(found)
            below = found
    except Exception as problem:  # a stranger's bytes
        raise Refused("the token's certificate can't be read") from problem
    return TokenCertificate(der, tuple(one.dump() for one in above))


def to_be_signed(digest: bytes, certificate: TokenCertificate) -> bytes:
    """The signed attributes (DER, tag SET) over a document's SHA-256; always the same ones."""
    made: bytes = _attributes(_signer(certificate, b""), digest).dump()
    return made


def cms_of(digest: bytes, certificate: TokenCertificate, signature: bytes) -> bytes:
    """The detached CMS (DER) of a token's signature over `to_be_signed(digest, certificate)`.

    Nothing is judged here: see `cms.check_cms`. Raises `Refused` for keys that tokens don't have.
    """
    signer = _signer(certificate, signature)
    attributes = _attributes(signer, digest)
    made = asyncio.run(signer.async_sign_prescribed_attributes("sha256", signed_attrs=attributes))
    whole: bytes = made.dump()
    return whole


def _attributes(signer: Any, digest: bytes) -> Any:
    return asyncio.run(signer.signed_attrs(digest, "sha256", use_pades=True))


def _signer(certificate: TokenCertificate, signature: bytes) -> Any:
    """pyHanko's signer for a signature that was made elsewhere."""
    from asn1crypto import algos, x509
    from pyhanko.sign.signers.pdf_cms import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    try:
        loaded = x509.Certificate.load(certificate.der, strict=True)
        kind = loaded.public_key.algorithm
    except Exception as problem:  # a stranger's bytes
        raise Refused("the token's certificate can't be read") from problem
    mechanism = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}.get(kind)
    if mechanism is None:
        raise Refused("the token's key is neither RSA nor of an elliptic curve")
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(map(x509.Certificate.load, certificate.issuers))
    return ExternalSigner(
        loaded,
        store,
        signature,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": mechanism}),
        embed_roots=False,
    )
