"""What the public may learn about a certificate, and how much of it for which proof."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.certificates import queries as certificates
from portal.certificates.lifecycle import Status
from portal.certificates.queries import CertificateFacts
from portal.certificates.sheet import Sheet
from portal.certificates.tokens import QrKeys
from portal.core import refs
from portal.core.clock import start_of
from portal.legacy import queries as legacy
from portal.legacy.rules import LegacyRow, LegacyStatus
from portal.signing import queries as signing
from portal.signing.cms import revision_ends
from portal.signing.examining import Examined
from portal.verification.rules import Check, checks_of, is_sound

# Judges what is in a file.
Examine = Callable[[bytes], Examined]
MOST_REVISIONS = 8


class Verdict(StrEnum):
    """What a person who holds a certificate has to know first."""

    VALID = "valid"
    BEING_ISSUED = "being_issued"
    VOID = "void"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    WRONG_CODE = "wrong_code"
    FORGED_CODE = "forged_code"
    OTHER_BYTES = "other_bytes"
    ALTERED = "altered"
    MORE_PROOF = "more_proof"
    APPLICATION = "application"
    LEGACY = "legacy"
    LEGACY_CANCELLED = "legacy_cancelled"


_BY_STATUS = {
    Status.ALLOTTED: Verdict.BEING_ISSUED,
    Status.SEALED: Verdict.BEING_ISSUED,
    Status.ISSUED: Verdict.VALID,
    Status.SUPERSEDED: Verdict.SUPERSEDED,
    Status.CANCELLED: Verdict.CANCELLED,
    Status.VOID: Verdict.VOID,
}


@dataclass(frozen=True)
class Result:
    """A verdict and what may be shown with it; `sheet` only for the second printed value.

    Neighbours are numbers alone: what stands on them needs their own second value.
    """

    verdict: Verdict
    number: str = ""
    issuer: str = ""
    issued_at: datetime | None = None
    sheet: Sheet | None = None
    in_lieu_of: str = ""
    superseded_by: str = ""
    checks: tuple[Check, ...] = ()
    failed: str = ""
    signer: str = ""
    revision: int = 0


def by_number(db: Session, number: str, code: str = "") -> Result:
    """Judge a typed number. A number can be guessed, so alone it shows state, issuer and date;
    the facts to compare need the check code that is printed beside it."""
    typed, number = number, refs.tidy(number)
    found = certificates.by_number(db, number)
    if found is None and (old := legacy.certificate(db, typed)) is not None:
        return _legacy_result(old)
    if found is None:
        known_shape = refs.is_well_formed(number)
        return Result(Verdict.UNKNOWN if known_shape else Verdict.MISTYPED, number)
    if code and not _is_code(code, found):
        return Result(Verdict.WRONG_CODE, number)
    return _result(db, found, with_facts=bool(code))


def _is_code(typed: str, found: CertificateFacts) -> bool:
    """Compared as bytes: what somebody typed may hold any character."""
    return hmac.compare_digest(refs.tidy_code(typed).encode(), found.check_code.encode())


def by_qr_token(db: Session, token: str, keys: QrKeys) -> Result:
    """Judge the token of a QR code; a forged one is told apart without a look-up."""
    qr_id = keys.qr_id(token)
    if qr_id is None:
        return Result(Verdict.FORGED_CODE)
    found = certificates.by_qr_id(db, qr_id)
    return _result(db, found, with_facts=True) if found is not None else Result(Verdict.UNKNOWN)


def by_content(db: Session, content: bytes, examine: Examine) -> Result:
    """Judge an uploaded file: against the register first, then by its signature.

    Exactly issued bytes are certain, of whichever stored version. A file that begins with them is
    ours with something behind it, which `examine` judges; facts are shown for certain ones alone.
    """
    found = certificates.by_sha256(db, _sha256(content))
    part = found or _begun(db, content)
    examined = examine(content)
    known = _result(db, part, with_facts=found is not None) if part else None
    base = known or Result(_unknown(db, content))
    if found is None and part is not None:
        sound = is_sound(examined.checks)
        if not (sound and base.verdict is Verdict.VALID):
            base = replace(base, verdict=Verdict.ALTERED)
        else:
            base = replace(base, verdict=Verdict.MORE_PROOF)
    return replace(
        base,
        checks=checks_of(examined.checks, is_issued=found is not None, begins=part is not None),
        failed=examined.failed,
        signer=examined.signer if examined.checks.get("authority") else "",
        revision=examined.revision,
    )


def _begun(db: Session, content: bytes) -> CertificateFacts | None:
    """The certificate whose stored bytes an upload begins with, the longest such beginning."""
    ends = revision_ends(content)[:MOST_REVISIONS]
    for end in reversed(ends):
        for cut in (end, len(content[:end].rstrip(b"\r\n"))):
            found = certificates.by_sha256(db, _sha256(content[:cut]))
            if found is not None:
                return found
    return None


def _unknown(db: Session, content: bytes) -> Verdict:
    is_ours = signing.is_signed_file(db, _sha256(content))
    return Verdict.APPLICATION if is_ours else Verdict.OTHER_BYTES


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _legacy_result(found: LegacyRow) -> Result:
    """A certificate of eCoO 1.0: the register knows state, agency and day, no more."""
    is_cancelled = found.status is LegacyStatus.CANCELLED
    verdict = Verdict.LEGACY_CANCELLED if is_cancelled else Verdict.LEGACY
    issued = start_of(found.issued_on) if found.issued_on else None
    return Result(verdict, found.certificate_number or "", found.agency, issued)


def _result(db: Session, found: CertificateFacts, *, with_facts: bool) -> Result:
    verdict = _BY_STATUS[found.status]
    facts_open = with_facts and found.issued_at is not None
    issuer = f"{found.sheet.agency}, {found.sheet.office}"
    links = certificates.links_of(db, found.id)
    return Result(
        verdict,
        found.number,
        issuer,
        found.issued_at,
        found.sheet if facts_open else None,
        in_lieu_of=links.in_lieu_of.number if links.in_lieu_of else "",
        superseded_by=links.superseded_by.number if links.superseded_by else "",
    )
