"""pyHanko on the portal's terms: our roots alone, the portal's clock, nothing fetched."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from portal.core.errors import Refused
from portal.signing.asn1_names import mend


def opened(pdf: bytes) -> Any:
    """pyHanko's reader. Raises `Refused` for what is no readable PDF or is encrypted."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        encrypted = reader.encrypted
    except Exception as problem:
        raise Refused("the file is not a readable PDF") from problem
    if encrypted:
        raise Refused("the PDF is encrypted")
    return reader


def dated_writer(pdf: bytes, at: datetime) -> Any:
    """pyHanko's writer, which else dates the file's last change by the machine's clock."""
    from pyhanko.pdf_utils.generic import pdf_date
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class DatedWriter(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            super()._update_meta()  # type: ignore[no-untyped-call]
            if self._info is not None:
                info: Any = self._info.get_object()  # type: ignore[no-untyped-call]
                info["/ModDate"] = pdf_date(at)

    return DatedWriter(io.BytesIO(pdf))


def roots(trust_roots: Iterable[bytes]) -> Any:
    """The roots (DER or PEM) as the only ones that are trusted."""
    from pyhanko_certvalidator.registry import SimpleTrustManager

    mend()
    return SimpleTrustManager.build(trust_roots=[_loaded(one) for one in trust_roots])


def context(
    trust_roots: Sequence[bytes],
    at: datetime,
    crls: Sequence[bytes] = (),
    *,
    each_needs_one: bool = False,
) -> Any:
    """Judges certificates at `at`, by `crls` (DER) where they speak of one, or must.

    A list that is newer than `at` counts as well, unless each certificate must have one: it says
    since when a certificate is revoked. One revoked before `at` is refused, one revoked later not.
    """
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_manager=roots(trust_roots),
        moment=at,
        best_signature_time=at,
        allow_fetching=False,
        crls=crls,
        retroactive_revinfo=not each_needs_one,
        revocation_mode="require" if each_needs_one else "soft-fail",
    )


def der(certificate: bytes) -> bytes:
    """A certificate in DER, whether it is DER or PEM."""
    from asn1crypto import pem

    return bytes(pem.unarmor(certificate)[2]) if pem.detect(certificate) else certificate


def _loaded(root: bytes) -> Any:
    from asn1crypto import x509

    return x509.Certificate.load(der(root))
