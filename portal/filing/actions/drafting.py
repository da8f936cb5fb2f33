"""Writing an application: sections, goods lines, documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core import audit, clock
from portal.core.errors import DomainError, Forbidden, Invalid, Missing, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.refs import random_ref
from portal.core.steps import take
from portal.core.words import N_
from portal.documents.actions import add_document
from portal.filing.actions.mandated import check_agency, check_signatory
from portal.filing.lifecycle import EDITABLE, Step
from portal.filing.models import Application, Attachment, GoodsLine
from portal.filing.particulars import FIELDS, LINE_FIELDS, MORE_FIELDS, MORE_LINE_FIELDS
from portal.filing.queries import application_for
from portal.filing.rules.goods import check_line_count
from portal.identity.queries import check_may_file
from portal.notices.queries import rule_on
from portal.notices.rules import ADDRESSES, ECOO_2, NON_PREFERENTIAL_SYSTEM, SYSTEMS
from portal.reference.queries import hs_on


class FiledElsewhere(DomainError):
    """Another system takes applications at this instant; the message says which and where."""


CREATED = audit.Act("filing.created", ("office",))
SAVED = audit.Act("filing.saved", ("section",))
LINE_ADDED = audit.Act("filing.line_added", ("position",))
LINE_CHANGED = audit.Act("filing.line_changed", ("position",))
LINE_REMOVED = audit.Act("filing.line_removed", ("position",))
ATTACHED = audit.Act("filing.document_attached", ("kind", "sha256"))
DISCARDED = audit.Act("filing.discarded", ())


def stream(row: Application) -> str:
    """The audit stream of a file, by its random reference, which never changes."""
    return f"file:{row.ref}"


def create(db: Session, actor: Actor, office_id: int) -> str:
    """Begin a draft for the acting firm, or an agent's client, at an office; returns its reference.

    Raises MandateEnded or BeyondMandate where an agent may not.
    """
    row = begin(db, actor, office_id)
    audit.record(db, stream(row), CREATED, actor, office=office_id)
    return row.ref


def begin(db: Session, actor: Actor, office_id: int) -> Application:
    """The row of a new draft, for acts that begin one and record that in their own words.

    Raises what `create` raises.
    """
    if actor.exporter_id is None or not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("create")
    check_may_file(db, actor)
    check_filed_here(db)
    now = clock.now()
    agencies.check_takes_files(db, office_id, now)
    if office_id not in {office.id for office in agencies.offered(db)}:
        raise Invalid(N_("Choose an office from the list."), code="no_office", field="office")
    check_agency(db, actor, office_id)
    row = Application(
        ref=random_ref(),
        firm_id=actor.exporter_id,
        agent_id=actor.agent_id,
        mandate_id=actor.client.mandate_id if actor.client else None,
        office_id=office_id,
        created_at=now,
        changed_at=now,
        created_by=actor.person_id,
        # Who signs for a firm its agent has to be told.
        signatory="" if actor.client else actor.name,
    )
    db.add(row)
    return row


def check_filed_here(db: Session) -> None:
    """Raise FiledElsewhere unless new applications are filed in this portal at this instant.

    The instant of handing in counts, not that of the draft (TN 13/2024-25).
    """
    found = rule_on(db, NON_PREFERENTIAL_SYSTEM, clock.now())
    if found.value != ECOO_2:
        raise FiledElsewhere(
            N_(
                "New non-preferential applications are filed in %(system)s at this time "
                "(%(notice)s of %(dated)s): %(address)s. Nothing was handed in here."
            ),
            code="filed_elsewhere",
            system=SYSTEMS[found.value],
            notice=found.notice,
            dated=f"{found.dated:%d.%m.%Y}",
            address=ADDRESSES[found.value],
        )


def save(db: Session, actor: Actor, ref: str, section: str, /, **fields: Any) -> None:
    """Keep the fields of one section as typed; they were checked by the form."""
    if not set(fields) <= {*FIELDS, *MORE_FIELDS, "office_id"}:
        raise ValueError(f"not fields of an application: {sorted(set(fields) - set(FIELDS))}")
    row = editable(db, actor, ref)
    check_signatory(db, row, fields.get("signatory", ""))
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = clock.now()
    audit.record(db, stream(row), SAVED, actor, section=section)


def add_line(db: Session, actor: Actor, ref: str, /, **fields: Any) -> int:
    """Add a goods line; returns its position. Raises Invalid past 1,000 lines or for its code."""
    row = editable(db, actor, ref)
    _check_code(db, fields["hs_code"])
    count, last = db.execute(
        select(func.count(GoodsLine.id), func.max(GoodsLine.position)).where(
            GoodsLine.application_id == row.id
        )
    ).one()
    problem = check_line_count(count + 1)
    if problem is not None:
        raise Invalid.because(problem)
    position = (last or 0) + 1
    db.add(GoodsLine(application_id=row.id, position=position, **_line(fields)))
    row.changed_at = clock.now()
    audit.record(db, stream(row), LINE_ADDED, actor, position=position)
    return position


def change_line(db: Session, actor: Actor, ref: str, position: int, /, **fields: Any) -> None:
    """Change a goods line. Raises Missing if there is none at that position."""
    row = editable(db, actor, ref)
    _check_code(db, fields["hs_code"])
    line = _line_at(db, row, position)
    for name, value in _line(fields).items():
        setattr(line, name, value)
    row.changed_at = clock.now()
    audit.record(db, stream(row), LINE_CHANGED, actor, position=position)


def remove_line(db: Session, actor: Actor, ref: str, position: int) -> None:
    """Remove a goods line; the others keep their positions."""
    row = editable(db, actor, ref)
    db.delete(_line_at(db, row, position))
    row.changed_at = clock.now()
    audit.record(db, stream(row), LINE_REMOVED, actor, position=position)


def attach(
    db: Session,
    actor: Actor,
    ref: str,
    kind: str,
    *,
    key: str,
    name: str,
    content: bytes,
    pages: int,
) -> None:
    """Attach a document that was judged and written; one of the same kind before it is kept."""
    row = editable(db, actor, ref)
    now = clock.now()
    db.execute(
        update(Attachment)
        .where(Attachment.application_id == row.id, Attachment.kind == kind)
        .where(Attachment.replaced_at.is_(None))
        .values(replaced_at=now)
    )
    document = add_document(db, actor, key=key, name=name, content=content, pages=pages)
    db.add(Attachment(application_id=row.id, document_id=document.id, kind=kind, added_at=now))
    row.changed_at = now
    audit.record(db, stream(row), ATTACHED, actor, kind=kind, sha256=document.sha256)


def discard(db: Session, actor: Actor, ref: str) -> None:
    """Give up a draft; nothing was paid and nothing is owed."""
    row = application_for(db, actor, ref, lock=True)
    take(db, row, Step.DISCARD, actor)
    audit.record(db, stream(row), DISCARDED, actor)


def editable(db: Session, actor: Actor, ref: str) -> Application:
    """The application, locked, if this actor may change it now. Raises NotOpen otherwise."""
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("edit")
    row = application_for(db, actor, ref, lock=True)
    _check_editable(row)
    return row


def drafting_row(db: Session, actor: Actor, ref: str) -> Application:
    """The application to show in a form, or NotOpen with why it can't be changed; no lock."""
    row = application_for(db, actor, ref)
    _check_editable(row)
    return row


def _check_editable(row: Application) -> None:
    if row.status not in EDITABLE:
        raise NotOpen(
            N_("The application can't be changed any more: it is “%(status)s”."),
            code="not_editable",
            status=row.status.value.replace("_", " "),
        )


def _check_code(db: Session, hs_code: str) -> None:
    problem = hs_on(db, hs_code, clock.today()).problem
    if problem is not None:
        raise Invalid.because(problem, field="hs_code")


def _line(fields: dict[str, Any]) -> dict[str, Any]:
    plain = {name: fields[name] for name in LINE_FIELDS if name != "position"}
    return plain | {name: fields[name] for name in MORE_LINE_FIELDS if name in fields}


def _line_at(db: Session, row: Application, position: int) -> GoodsLine:
    here = GoodsLine.application_id == row.id
    # A figure typed into the address may be wider than any column.
    query = select(GoodsLine).where(here, GoodsLine.position == position)
    found = db.scalar(query) if position < 2**31 else None
    if found is None:
        raise Missing("goods line")
    return found
