"""Makes and seals the PDF of an allotted number: the long middle between two short acts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.rules import SealsWith
from portal.certificates import actions, queries
from portal.certificates.lifecycle import Status
from portal.certificates.queries.register import Unsealed
from portal.certificates.sheet import Sheet, SheetImage
from portal.certificates.wording import decision_page
from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.filing.lifecycle import EDITABLE
from portal.filing.models import Application
from portal.signing.lifecycle import FileKind
from portal.signing.models import SignRequest
from portal.signing.ports import Sealing
from portal.signing.queries import by_ref, file_of
from portal.signing.sealing import read_seals

# How soon the job asks again while the office's key is away.
WAIT = timedelta(minutes=1)

log = structlog.get_logger("certificates.issuing")


class Sheets(Protocol):
    """Makes a PDF of a sheet."""

    def render(self, sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
        """The unsealed PDF; the same sheet and pictures (PNG by use) give the same bytes."""
        ...


class Store(Protocol):
    """The part of the file store that this room needs."""

    def put(self, kind: str, content: bytes) -> str:
        """Keep content and return its key."""
        ...

    def get(self, key: str) -> bytes:
        """The content of a key."""
        ...


class IssuingKit(Protocol):
    """The outside things that a certificate needs."""

    @property
    def sheets(self) -> Sheets:
        """Makes the PDF."""
        ...

    @property
    def sealer(self) -> Sealing:
        """Seals it."""
        ...

    @property
    def store(self) -> Store:
        """Keeps it."""
        ...


class Pages(Protocol):
    """Makes plain pages."""

    def render(self, title: str, lines: Sequence[str], *, specimen: bool) -> bytes:
        """A page of A4."""
        ...


class DecidingKit(Protocol):
    """The outside things that an officer's signature needs."""

    @property
    def sheets(self) -> Sheets:
        """Makes the PDF."""
        ...

    @property
    def pages(self) -> Pages:
        """Makes the page that says what was decided."""
        ...

    @property
    def store(self) -> Store:
        """Keeps it."""
        ...

    @property
    def trust_roots(self) -> Sequence[bytes]:
        """The authorities (PEM) that we trust."""
        ...


def issue_certificate(db: Session, kit: IssuingKit, task_id: int, number: str) -> None:
    """Render, seal, store, then put on the register; may run twice and die at any line.

    While the office's key is away the job is tried every minute without using up its tries.
    """
    found = queries.unsealed(db, number)
    may_seal = _may_seal(db, found)
    db.rollback()
    if found.status is not Status.ALLOTTED or not may_seal:
        write(db, outbox.finish, task_id)
        return
    reach("worker.before_render")
    pictures = {image.use: _picture(kit.store, image) for image in found.sheet.images}
    pdf = kit.sheets.render(found.sheet, pictures)
    reach("worker.after_render")
    reason, place = f"Certificate of origin {number}", found.sheet.certification_place
    try:
        sealed = kit.sealer.seal(
            pdf, found.seal_key_id, reason=reason, location=place, at=clock.now()
        )
    except TryLater as problem:
        log.warning("seal_waits", number=number, why=str(problem))
        write(db, outbox.wait, task_id, str(problem), WAIT)
        return
    reach("worker.after_seal")
    key = kit.store.put("certificates", sealed)
    reach("worker.before_commit")
    write(db, actions.issue, task_id, number, storage_key=key, content=sealed)
    reach("worker.after_commit")


def make_draft(
    db: Session, sheets: Sheets, store: Store, task_id: int, ref: str, *, specimen: bool
) -> None:
    """Render and keep the sheet of a draft for its buyer; may run twice and die at any line."""
    at = clock.now()
    row = db.scalars(select(Application).where(Application.ref == ref)).one()
    application_id = row.id
    state = queries.draft_state(db, row, specimen=specimen) if row.status in EDITABLE else None
    db.rollback()
    if state is None or state.made is not None:
        write(db, outbox.finish, task_id)
        return
    content = sheets.render(state.sheet, {})
    key = store.put("drafts", content)
    made = actions.MadeDraft(application_id, state.fingerprint, at, key, content)
    write(db, actions.keep_draft, task_id, made)


def is_certificate(db: Session, request: SignRequest) -> bool:
    """Whether a decision's signature becomes the certificate's own."""
    return queries.unsealed(db, request.subject).seals_with is SealsWith.OFFICER_TOKEN


def decision_pdf(
    db: Session, kit: DecidingKit, request: SignRequest, *, specimen: bool
) -> bytes | None:
    """What an officer signs: the certificate itself, or a page that says what was decided.

    None where the number was voided meanwhile, or the certificate is issued already.
    """
    found = queries.unsealed(db, request.subject)
    if found.status is Status.VOID or found.fingerprint != request.fingerprint:
        return None
    if found.seals_with is not SealsWith.OFFICER_TOKEN:
        return kit.pages.render(*decision_page(found.sheet, found.fingerprint), specimen=specimen)
    if found.status is not Status.ALLOTTED:
        return None
    pictures = {image.use: _picture(kit.store, image) for image in found.sheet.images}
    return kit.sheets.render(found.sheet, pictures)


def take_signed(db: Session, kit: DecidingKit, task_id: int, ref: str) -> None:
    """Issue what waited for its officer's signature; again without change.

    A certificate that the officer signed goes on the register; one whose decision was signed is
    sealed by the office's key. Raises `Refused` where the file is not whole, certified and by an
    authority that we trust.
    """
    request = by_ref(db, ref)
    found, file = queries.unsealed(db, request.subject), file_of(db, request, FileKind.SIGNED)
    key, sha256 = file.storage_key, file.sha256
    db.rollback()
    if not found.seals_with.waits_for_officer or found.status is not Status.ALLOTTED:
        write(db, outbox.finish, task_id)
        return
    if found.seals_with is SealsWith.SIGNED_DECISION:
        write(db, actions.seal_signed, task_id, found.number)
        return
    content = kit.store.get(key)
    seals = read_seals(content, kit.trust_roots, clock.now())
    if hashlib.sha256(content).hexdigest() != sha256 or [one.good for one in seals] != [True]:
        raise Refused(f"the officer's signature on {found.number} does not seal the certificate")
    write(db, actions.issue, task_id, found.number, storage_key=key, content=content)


def _may_seal(db: Session, found: Unsealed) -> bool:
    """Whether the office's key may seal it: never an officer's, nor before a decision it needs."""
    if found.seals_with is SealsWith.SIGNED_DECISION:
        return queries.decision_signature(db, found.number) is not None
    return found.seals_with is SealsWith.OFFICE_KEY


def _picture(store: Store, image: SheetImage) -> bytes:
    """The very bytes that counted at the approval. Raises `Refused` where they were changed."""
    content = store.get(image.storage_key)
    if hashlib.sha256(content).hexdigest() != image.sha256:
        raise Refused(f"file {image.storage_key} was changed")
    return content
