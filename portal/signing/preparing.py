"""Makes a PDF ready for a signature that comes later, and puts the signature in when it is there.

The two halves may run days and processes apart: between them stand the prepared bytes, their
digest and where the room for the signature lies.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.errors import Refused
from portal.signing import signers, terms
from portal.signing.cms import ROOM, Revoked, Signer, cut_out

FIELD = "Signature"


@dataclass(frozen=True)
class Prepared:
    """A PDF with room for one signature. `digest` is SHA-256 of all but the room."""

    content: bytes
    digest: bytes
    room_from: int
    room_to: int


def prepare(
    pdf: bytes,
    *,
    name: str,
    reason: str,
    location: str,
    at: datetime,
    pades: bool = False,
    certifies: bool = False,
) -> Prepared:
    """`pdf` with an empty signature field and 32 KiB of room, dated by `at` (aware).

    A provider's CMS comes as it is, so the field promises no more than that it is detached; with
    `pades` the field says PAdES, whose signed attributes we write ourselves. With `certifies` no
    change is allowed afterwards.

    Raises `Refused` for a file that can't be signed.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers.pdf_cms import ExternalSigner

    words = {"name": name, "reason": reason, "location": location}
    what = _described(pades=pades, certifies=certifies, **words)
    nobody, out = ExternalSigner(None, None, ROOM // 2), io.BytesIO()
    try:
        made, _rest, _out = asyncio.run(
            signers.dated(what, nobody, None, at).async_digest_doc_for_signing(
                terms.dated_writer(pdf, at), bytes_reserved=ROOM, output=out
            )
        )
    except (SigningError, PdfError) as problem:
        raise Refused(f"the PDF can't be signed: {problem}") from problem
    prepared = Prepared(
        out.getvalue(),
        made.document_digest,
        made.reserved_region_start,
        made.reserved_region_end,
    )
    _check(prepared.content, prepared)
    return prepared


def _described(*, pades: bool, certifies: bool, **words: Any) -> Any:
    """What the signature says of itself: name, reason, location, and what it allows afterwards."""
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata

    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        certify=certifies,
        docmdp_permissions=MDPPerm.NO_CHANGES if certifies else MDPPerm.FILL_FORMS,
        **words,
    )


def embed(prepared: Prepared, cms: bytes) -> bytes:
    """The prepared file with `cms` in its room.

    Raises `Refused` where the file is not what was prepared, or the signature too large for it.
    """
    if _check(prepared.content, prepared).strip(b"\0"):
        raise Refused("the prepared file has no room for the signature")
    start, end = prepared.room_from, prepared.room_to
    text = cms.hex().encode()
    if len(text) > end - start - 2:
        raise Refused("the signature is too large")
    filled = b"<" + text.ljust(end - start - 2, b"0") + b">"
    signed = prepared.content[:start] + filled + prepared.content[end:]
    _check(signed, prepared)
    return signed


def check_chain(
    signer: Signer, trust_roots: Sequence[bytes], at: datetime, crls: Sequence[bytes] = ()
) -> None:
    """Raise `Refused` unless the signer's certificate leads to one of `trust_roots` (DER or PEM).

    Raises `Revoked` where one on the way is on a list of `crls` (DER). Nothing is fetched; what
    came along with the signature may only lie between.
    """
    from pyhanko_certvalidator.errors import RevokedError

    try:
        _validate(signer, terms.context(trust_roots, at, crls))
    except RevokedError as problem:
        raise Revoked("the certificate was revoked") from problem
    except Exception as problem:  # names and extensions are a stranger's: whatever breaks
        raise Refused("the signer is not certified by an authority that we trust") from problem


def _validate(signer: Signer, context: Any) -> None:
    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator

    validator = CertificateValidator(
        x509.Certificate.load(signer.certificate),
        intermediate_certs=map(x509.Certificate.load, signer.others),
        validation_context=context,
    )
    asyncio.run(validator.async_validate_usage({"digital_signature"}))  # type: ignore[no-untyped-call]


def _check(content: bytes, prepared: Prepared) -> bytes:
    """What is in the room of a file that must be the prepared one but for it."""
    found = cut_out(content)
    if found.digest != prepared.digest:
        raise Refused("the prepared file was changed")
    if (found.room_from, found.room_to) != (prepared.room_from, prepared.room_to):
        raise Refused("the room for the signature lies elsewhere")
    return found.filling
