"""Proves what must never be untrue: audit trail, ledger, files, what was issued or signed."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.agencies.models import Image
from portal.certificates.lifecycle import Level
from portal.certificates.lifecycle import Status as Seal
from portal.certificates.models import Certificate, CertificateFile
from portal.core import audit
from portal.core.errors import Missing
from portal.documents.models import Document
from portal.filing.models import Application
from portal.identity.models import Mandate
from portal.kit import Kit
from portal.signing.lifecycle import RELEASED, FileKind, Status
from portal.signing.models import SignFile, SigningCredential, SignRequest
from portal.wallet import ledger
from portal.wallet.models import Hold, HoldStatus


def all_faults(db: Session, kit: Kit) -> Iterator[str]:
    """Everything that is not as it should be, in words; nothing if all is sound."""
    yield from audit.faults(db)
    yield from ledger.faults(db)
    yield from _file_faults(db, kit)
    yield from _version_faults(db, kit)
    yield from _certificate_faults(db)
    yield from _in_lieu_faults(db)
    yield from _signature_faults(db)
    yield from _mandate_faults(db)
    yield from _credential_faults(db)


def _file_faults(db: Session, kit: Kit) -> Iterator[str]:
    documents, sealed = db.scalars(select(Document)), db.scalars(select(CertificateFile))
    signed = db.scalars(select(SignFile))
    for row in (*documents, *sealed, *signed, *db.scalars(select(Image))):
        try:
            content = kit.store.get(row.storage_key)
        except Missing:
            yield f"file {row.storage_key} is missing"
            continue
        if hashlib.sha256(content).hexdigest() != row.sha256:
            yield f"file {row.storage_key} was changed"


def _version_faults(db: Session, kit: Kit) -> Iterator[str]:
    """A lasting version begins with all bytes of the one it is based on."""
    for row, base in (*_versions(db, CertificateFile), *_versions(db, SignFile)):
        with suppress(Missing):  # said of the file itself
            before = kit.store.get(row.storage_key)[: base.size]
            if hashlib.sha256(before).hexdigest() != base.sha256:
                yield f"file {row.storage_key} does not begin with {base.storage_key}"
            if _owner(row) != _owner(base):
                yield f"file {row.storage_key} is based on another document's"


def _versions(db: Session, model: type[CertificateFile | SignFile]) -> Sequence[Any]:
    """Each version with the one that it is based on."""
    first = aliased(model)
    return db.execute(select(model, first).join(first, first.id == model.based_on_id)).all()


def _owner(row: CertificateFile | SignFile) -> int:
    return row.certificate_id if isinstance(row, CertificateFile) else row.request_id


def _signature_faults(db: Session) -> Iterator[str]:
    """A signed request has one signed file and perhaps lasting ones; another has none."""
    kinds: dict[int, list[FileKind]] = {}
    for request_id, kind in db.execute(
        select(SignFile.request_id, SignFile.kind)
        .where(SignFile.kind.in_(RELEASED))
        .order_by(SignFile.id)
    ):
        kinds.setdefault(request_id, []).append(kind)
    for row in db.execute(select(SignRequest.id, SignRequest.ref, SignRequest.status)):
        found = kinds.get(row.id, [])
        first = [FileKind.SIGNED] if row.status is Status.SIGNED else []
        if found[:1] != first or FileKind.SIGNED in found[1:]:
            yield f"signature {row.ref} is {row.status}, its files are {found}"


def _certificate_faults(db: Session) -> Iterator[str]:
    issued = select(Certificate).where(Certificate.issued_at.is_not(None))
    for row in db.scalars(issued):
        levels = select(CertificateFile.level).where(CertificateFile.certificate_id == row.id)
        found = db.scalars(levels.order_by(CertificateFile.id)).all()
        if not found:
            yield f"certificate {row.number} is issued without a file"
        elif found != [Level.SEALED] + [Level.LASTING] * (len(found) - 1):
            yield f"certificate {row.number} has not exactly one first file"
        elif (row.proven_until is not None) != (len(found) > 1):
            yield f"certificate {row.number}: its files and its proof don't agree"
    held = set(db.scalars(select(Hold.ref).where(Hold.status == HoldStatus.CAPTURED)))
    numbers = _files_with_certificate(db)
    for ref in held ^ numbers:
        yield f"file {ref}: fee captured and certificate issued don't agree"


def _in_lieu_faults(db: Session) -> Iterator[str]:
    """Exactly the superseded ones have a successor, and it was applied for in lieu of them."""
    later, file = aliased(Certificate), aliased(Application)
    query = (
        select(Certificate.number, Certificate.status, Certificate.application_id, file.replaces_id)
        .outerjoin(later, later.supersedes_id == Certificate.id)
        .outerjoin(file, file.id == later.application_id)
    )
    for number, status, application_id, replaced in db.execute(query):
        if (status is Seal.SUPERSEDED) != (replaced is not None):
            yield f"certificate {number} is {status}: its state and its successor don't agree"
        elif replaced not in (None, application_id):
            yield f"certificate {number} was superseded by another file's successor"


def _mandate_faults(db: Session) -> Iterator[str]:
    from portal.filing.queries.clients import used_paise

    for row in db.scalars(select(Mandate).where(Mandate.limit_paise.is_not(None))):
        used = used_paise(db, row.id)
        if used > (row.limit_paise or 0):
            yield f"mandate {row.ref}: {used} paise used, its limit is {row.limit_paise}"


def _credential_faults(db: Session) -> Iterator[str]:
    for row in db.scalars(select(SigningCredential)):
        if hashlib.sha256(b64decode(row.certificate)).hexdigest() != row.sha256:
            yield f"signing credential {row.ref}: its certificate was changed"


def _files_with_certificate(db: Session) -> set[str]:
    query = (
        select(Application.number)
        .join(Certificate, Certificate.application_id == Application.id)
        .where(Certificate.status.in_((Seal.ISSUED, Seal.SUPERSEDED, Seal.CANCELLED)))
    )
    return {number for number in db.scalars(query) if number}
