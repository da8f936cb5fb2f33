"""Makes a PDF ready for a signature that comes later, and puts the signature in when it is there.

The two halves may run days and processes apart: between them stand the prepared bytes, their
digest and where the room for the signature lies.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.errors import Refused
from portal.signing.asn1_names import mend
from portal.signing.cms import ROOM, Signer

FIELD = "Signature"
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True)
class Prepared:
    """A PDF with room for one signature. `digest` is SHA-256 of all but the room."""

    content: bytes
    digest: bytes
    room_from: int
    room_to: int


def prepare(
    pdf: bytes, *, name: str, reason: str, location: str, at: datetime, pades: bool = False
) -> Prepared:
    """`pdf` with an empty signature field and 32 KiB of room, dated by `at` (aware).

    A provider's CMS comes as it is, so the field promises no more than that it is detached; with
    `pades` the field says PAdES, whose signed attributes we write ourselves.
    Raises `Refused` for a file that can't be signed.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError

    signer, out = _unknown_signer(name, reason, location, at, pades=pades), io.BytesIO()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        made, _rest, _out = asyncio.run(
            signer.async_digest_doc_for_signing(writer, bytes_reserved=ROOM, output=out)
        )
    except (SigningError, PdfError) as problem:
        raise Refused(f"the PDF can't be signed: {problem}") from problem
    prepared = Prepared(
        out.getvalue(),
        made.document_digest,
        made.reserved_region_start,
        made.reserved_region_end,
    )
    if _digest(prepared.content, prepared.room_from, prepared.room_to) != prepared.digest:
        raise Refused("the prepared file does not have the digest that was to be signed")
    return prepared


def embed(prepared: Prepared, cms: bytes) -> bytes:
    """The prepared file with `cms` in its room.

    Raises `Refused` where the file is not what was prepared, or the signature too large for it.
    """
    start, end = prepared.room_from, prepared.room_to
    if _digest(prepared.content, start, end) != prepared.digest:
        raise Refused("the prepared file was changed")
    room = prepared.content[start:end]
    if room[:1] != b"<" or room[-1:] != b">" or set(room[1:-1]) != {ord("0")}:
        raise Refused("the prepared file has no room for the signature")
    text = cms.hex().encode()
    if len(text) > len(room) - 2:
        raise Refused("the signature is too large")
    filled = b"<" + text.ljust(len(room) - 2, b"0") + b">"
    signed = prepared.content[:start] + filled + prepared.content[end:]
    _check_whole(signed, prepared)
    return signed


def check_chain(signer: Signer, trust_roots: Sequence[bytes], at: datetime) -> None:
    """Raise `Refused` unless the signer's certificate leads to one of `trust_roots` (DER or PEM).

    Nothing is fetched; what came along with the signature may only lie between.
    """
    try:
        _validate(signer, trust_roots, at)
    except Exception as problem:  # names and extensions are a stranger's: whatever breaks
        raise Refused("the signer is not certified by an authority that we trust") from problem


def _validate(signer: Signer, trust_roots: Sequence[bytes], at: datetime) -> None:
    from asn1crypto import pem, x509
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.registry import SimpleTrustManager

    mend()
    ders = [pem.unarmor(one)[2] if pem.detect(one) else one for one in trust_roots]
    roots = [x509.Certificate.load(der) for der in ders]
    context = ValidationContext(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        other_certs=[x509.Certificate.load(der) for der in signer.others],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(
        x509.Certificate.load(signer.certificate), validation_context=context
    )
    asyncio.run(validator.async_validate_usage({"digital_signature"}))  # type: ignore[no-untyped-call]


def _unknown_signer(name: str, reason: str, location: str, at: datetime, *, pades: bool) -> Any:
    """pyHanko's signer for somebody whose certificate comes later, dated by the portal's clock."""
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.pdf_cms import ExternalSigner
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

    class DatedSigner(PdfSigner):
        def init_signing_session(self, *given: Any, **named: Any) -> Any:
            session = super().init_signing_session(*given, **named)
            session.system_time = at
            return session

    what = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=name,
        reason=reason,
        location=location,
        subfilter=SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
    )
    return DatedSigner(what, ExternalSigner(None, None, ROOM // 2))


def _digest(content: bytes, start: int, end: int) -> bytes:
    covered = hashlib.sha256(content[:start])
    covered.update(content[end:])
    return covered.digest()


def _check_whole(signed: bytes, prepared: Prepared) -> None:
    """The one byte range of the file covers all of it but the room."""
    ranges = _BYTE_RANGE.findall(signed)
    expected = (0, prepared.room_from, prepared.room_to, len(signed) - prepared.room_to)
    if [tuple(int(number) for number in one) for one in ranges] != [expected]:
        raise Refused("the signature does not cover the whole file")
