"""What a token signs for a document, and the CMS that its bare signature becomes (PAdES)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from portal.core.errors import Refused
from portal.signing import terms
from portal.signing.cms import Signer

# Authorities between a signer and a root; longer paths are nobody's in the field.
MOST_ISSUERS = 5


def token_signer(der: bytes, issuers: Sequence[bytes]) -> Signer:
    """A certificate (DER) with those of `issuers` (DER or PEM) above it. Raises `Refused`."""
    from asn1crypto import x509

    loaded = [x509.Certificate.load(terms.der(one)) for one in issuers]
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
    return Signer(der, tuple(one.dump() for one in above))


def to_be_signed(digest: bytes, by: Signer) -> bytes:
    """The signed attributes (DER, tag SET) over a document's SHA-256; always the same ones."""
    made: bytes = _attributes(_prescribed(by, b""), digest).dump()
    return made


def cms_of(digest: bytes, by: Signer, signature: bytes) -> bytes:
    """The detached CMS (DER) of a token's signature over `to_be_signed(digest, by)`.

    Nothing is judged here: see `cms.check_cms`. Raises `Refused` for keys that tokens don't have.
    """
    signer = _prescribed(by, signature)
    attributes = _attributes(signer, digest)
    made = asyncio.run(signer.async_sign_prescribed_attributes("sha256", signed_attrs=attributes))
    whole: bytes = made.dump()
    return whole


def _attributes(signer: Any, digest: bytes) -> Any:
    return asyncio.run(signer.signed_attrs(digest, "sha256", use_pades=True))


def _prescribed(by: Signer, signature: bytes) -> Any:
    """pyHanko's signer for a signature that was made elsewhere."""
    from asn1crypto import algos, x509
    from pyhanko.sign.signers.pdf_cms import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    try:
        loaded = x509.Certificate.load(by.certificate, strict=True)
        kind = loaded.public_key.algorithm
    except Exception as problem:  # a stranger's bytes
        raise Refused("the token's certificate can't be read") from problem
    mechanism = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}.get(kind)
    if mechanism is None:
        raise Refused("the token's key is neither RSA nor of an elliptic curve")
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(map(x509.Certificate.load, by.others))
    return ExternalSigner(
        loaded,
        store,
        signature,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": mechanism}),
        embed_roots=False,
    )
