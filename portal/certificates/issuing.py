"""Makes and seals the PDF of an allotted number: the long middle between two short acts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

from sqlalchemy.orm import Session

from portal.certificates import actions, queries
from portal.certificates.lifecycle import Status
from portal.certificates.sheet import Sheet, SheetImage
from portal.core import clock, outbox
from portal.core.errors import Refused
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.signing.ports import Sealing


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


def issue_certificate(db: Session, kit: IssuingKit, task_id: int, number: str) -> None:
    """Render, seal, store, then put on the register; may run twice and die at any line."""
    found = queries.unsealed(db, number)
    db.rollback()
    if found.status is not Status.ALLOTTED:
        write(db, outbox.finish, task_id)
        return
    reach("worker.before_render")
    pictures = {image.use: _picture(kit.store, image) for image in found.sheet.images}
    pdf = kit.sheets.render(found.sheet, pictures)
    reach("worker.after_render")
    sealed = kit.sealer.seal(
        pdf,
        found.seal_key_id,
        reason=f"Certificate of origin {number}",
        location=found.sheet.certification_place,
        at=clock.now(),
    )
    reach("worker.after_seal")
    key = kit.store.put("certificates", sealed)
    reach("worker.before_commit")
    write(db, actions.issue, task_id, number, storage_key=key, content=sealed)
    reach("worker.after_commit")


def _picture(store: Store, image: SheetImage) -> bytes:
    """The very bytes that counted at the approval. Raises `Refused` where they were changed."""
    content = store.get(image.storage_key)
    if hashlib.sha256(content).hexdigest() != image.sha256:
        raise Refused(f"file {image.storage_key} was changed")
    return content
