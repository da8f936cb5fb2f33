"""Seals certificates with an office's key and reads the seals of a file that somebody shows us."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from portal.core.errors import Refused, TryLater
from portal.signing import signers, stamping, terms
from portal.signing.cms import check_cms, cut_out
from portal.signing.ports import SealKey, SealKeys, TimeStamps

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import SimpleSigner
    from pyhanko.sign.timestamps.api import TimeStamper

FIELD = "Seal"
# Bytes of a CMS beside its certificates: attributes, one 4096-bit signature, names.
_CMS_MARGIN = 2048
_MAX_SEALS = 20
# For how long an absent time stamper is not asked again.
_SPARED_SECONDS = 60.0

log = structlog.get_logger("signing.sealing")


@dataclass(frozen=True)
class CertificateFacts:
    """What a page shows of a signing credential; serial and fingerprint in hexadecimal."""

    common_name: str
    serial: str
    sha256: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True)
class SealFacts:
    """What one seal or signature in a PDF proves. `sha256` is that of the signer's certificate.

    A seal is good only where all five truth values are true. Long-term data and time stamps
    behind a seal belong to it and leave it whole.
    """

    field: str
    signer: str
    intact: bool
    trusted: bool
    covers_whole_file: bool
    docmdp_ok: bool
    certifying: bool
    sha256: str

    @property
    def good(self) -> bool:
        """Unchanged, whole, certifying and by a certificate below one of our roots."""
        whole = self.covers_whole_file and self.docmdp_ok and self.certifying
        return self.intact and self.trusted and whole


class Sealer:
    """Seals PDFs: PAdES B-T, certifying, no later change allowed. Keeps keys loaded.

    Without a time stamper, or while it is away, the level is B-B: sealing never waits for it.
    """

    def __init__(
        self,
        keys: SealKeys,
        timestamper: TimeStamps | None = None,
        trust_roots: Sequence[bytes] = (),
    ) -> None:
        self._keys = keys
        self._timestamper, self._trust_roots = timestamper, trust_roots
        self._spared_until = 0.0
        self._signers: dict[str, tuple[SealKey, SimpleSigner]] = {}

    def seal(self, pdf: bytes, key_id: str, *, reason: str, location: str, at: datetime) -> bytes:
        """`pdf` with the seal of `key_id`, checked by reading it back. `at` is aware.

        Raises `Refused` for an unknown key, one not valid at `at`, a PDF that already carries a
        seal or can't be read, and where the result doesn't prove what it should.
        """
        key, signer = self._signer(key_id)
        facts = certificate_facts(key.certificate)
        if not facts.not_before <= at <= facts.not_after:
            raise Refused(f"the seal key {key_id} is not valid at {at.isoformat()}")
        room = 2 * (_CMS_MARGIN + len(key.certificate) + sum(map(len, key.chain)))
        words = (facts.common_name, reason, location)
        sealed = self._stamped(pdf, signer, room, words, at) or _sealed(
            pdf, signer, room, words, at
        )
        seal = cut_out(sealed)
        check_cms(seal.der, seal.digest, key.certificate, at)
        return sealed

    def _stamped(
        self, pdf: bytes, signer: SimpleSigner, room: int, words: tuple[str, str, str], at: datetime
    ) -> bytes | None:
        """Sealed with a time stamp in the seal, or nothing while the time stamper is away."""
        if self._timestamper is None or time.monotonic() < self._spared_until:
            return None
        try:
            more = 2 * (len(self._timestamper.sample()) + stamping.MARGIN)
            context = terms.context(self._trust_roots, at)
            stamper = stamping.stamper(self._timestamper, context, at)
            return _sealed(pdf, signer, room + more, words, at, stamper)
        except TryLater as problem:
            log.warning("seal_without_time_stamp", why=str(problem))
            self._spared_until = time.monotonic() + _SPARED_SECONDS
            return None

    def _signer(self, key_id: str) -> tuple[SealKey, SimpleSigner]:
        if key_id not in self._signers:
            key = self._keys.load(key_id)
            self._signers[key_id] = (key, signers.kept(key))
        return self._signers[key_id]


def read_seals(pdf: bytes, trust_roots: Sequence[bytes], at: datetime) -> tuple[SealFacts, ...]:
    """What each seal in `pdf` proves at `at`, judged by `trust_roots` (DER or PEM) alone.

    Nothing is fetched; a time stamp of the document is no seal. Empty where there is none; raises
    `Refused` for a file that is not a readable PDF, is encrypted or carries more than 20.
    """
    reader = terms.opened(pdf)
    try:
        seals, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    except Exception as problem:
        raise Refused("the file is not a readable PDF") from problem
    if len(seals) + len(stamps) > _MAX_SEALS:
        raise Refused(f"the PDF carries more than {_MAX_SEALS} signatures")
    return tuple(_facts(seal, stamps, terms.context(trust_roots, at)) for seal in seals)


def certificate_facts(der: bytes) -> CertificateFacts:
    """Names and dates of an X.509 certificate (DER). Raises ValueError where it is none."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    certificate = x509.load_der_x509_certificate(der)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return CertificateFacts(
        common_name=str(names[0].value) if names else "",
        serial=f"{certificate.serial_number:x}",
        sha256=hashlib.sha256(der).hexdigest(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _sealed(
    pdf: bytes,
    signer: SimpleSigner,
    room: int,
    words: tuple[str, str, str],
    at: datetime,
    stamper: TimeStamper | None = None,
) -> bytes:
    """`room`: hexadecimal digits kept free for the CMS; `words`: name, reason, location."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata

    name, reason, location = words
    what = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        location=location,
        name=name,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    out = io.BytesIO()
    try:
        writer = terms.dated_writer(pdf, at)
        dated = signers.dated(what, signer, stamper, at)
        dated.sign_pdf(writer, bytes_reserved=room, output=out)
    except (SigningError, PdfError) as problem:
        raise Refused(f"the PDF can't be sealed: {problem}") from problem
    return out.getvalue()


def _facts(seal: Any, stamps: Sequence[Any], context: Any) -> SealFacts:
    from pyhanko.sign.validation import validate_pdf_signature

    signer = certificate_facts(seal.signer_cert.dump())
    try:
        status = validate_pdf_signature(seal, context)
        certifying, whole = seal.docmdp_level is not None, _covers(seal, stamps, status)
        intact, trusted, docmdp = status.intact and status.valid, status.trusted, status.docmdp_ok
    except Exception:  # the file is a stranger's: whatever it breaks, the seal proves nothing
        intact = trusted = docmdp = certifying = whole = False
    return SealFacts(
        field=seal.field_name or "",
        signer=signer.common_name,
        intact=bool(intact),
        trusted=bool(trusted),
        covers_whole_file=whole,
        docmdp_ok=bool(docmdp),
        certifying=certifying,
        sha256=signer.sha256,
    )


def _covers(seal: Any, stamps: Sequence[Any], status: Any) -> bool:
    """Whether nothing follows the seal but what makes it last, up to a time stamp at the end."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE or not stamps:
        return status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    last = stamps[-1]
    last.compute_integrity_info()
    ends = last.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return ends and status.modification_level is ModificationLevel.LTA_UPDATES
