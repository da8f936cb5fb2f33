"""Applying for a certificate in lieu of an issued one (Handbook of Procedures 2023, para 2.93(d),
as amended by Public Notice 43/2024-25: the same agency corrects, by another certificate)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session, aliased

from portal.agencies import queries as agencies
from portal.core import audit
from portal.core.errors import Invalid, NotOpen
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.actions.drafting import begin, stream
from portal.filing.actions.mandated import leave_out_agents_name
from portal.filing.models import Application, ForeignEvidence, GoodsLine, Input, Invoice
from portal.filing.particulars import FIELDS, MORE_FIELDS
from portal.filing.queries.in_lieu import OF_ITSELF, successor, under_way

BEGUN = audit.Act("filing.begun_in_lieu", ("office", "source"))


def begin_in_lieu(
    db: Session, actor: Actor, source: Application, *, number: str, dated: date
) -> str:
    """Begin a draft with all that stands in an issued file, at the same office; its reference.

    `source` is locked by the caller, so that two can't begin at once; `number` and `dated` are
    what its certificate bears. Documents aren't copied: the corrected ones have to be attached.
    Raises NotOpen, naming it, where another application in lieu is under way, and what `create`
    raises.
    """
    other = under_way(db, source.id)
    if other is not None:
        raise NotOpen(
            N_(
                "An application in lieu of certificate %(number)s is under way: %(ref)s. Go on "
                "with it, or give it up first."
            ),
            code="in_lieu_under_way",
            number=number,
            ref=other,
        )
    row = begin(db, actor, source.office_id)
    for name in (*FIELDS, *MORE_FIELDS):
        if name not in OF_ITSELF:
            setattr(row, name, getattr(source, name))
    row.replaces_id, row.replaces_number, row.replaces_date = source.id, number, dated
    leave_out_agents_name(db, row)
    db.flush()
    _copy_rows(db, source.id, row.id)
    audit.record(db, stream(row), BEGUN, actor, office=row.office_id, source=source.ref)
    return row.ref


def check_in_lieu(db: Session, row: Application) -> None:
    """Raise where an application in lieu can't go on: no reason, another agency, or too late."""
    if row.replaces_id is None:
        return
    source = db.get_one(Application, row.replaces_id)
    theirs, ours = (agencies.office(db, office) for office in (source.office_id, row.office_id))
    if theirs.agency_id != ours.agency_id:
        raise Invalid(
            N_(
                "Certificate %(number)s was issued by %(agency)s: only that agency can issue "
                "another one in lieu of it (para 2.93(d), PN 43/2024-25). Choose one of its "
                "offices."
            ),
            code="other_agency",
            field="office",
            number=row.replaces_number,
            agency=theirs.agency_name,
        )
    if not row.replacement_reason.strip():
        raise Invalid(
            N_("Say what changes against certificate %(number)s, and why."),
            code="no_replacement_reason",
            field="replacement_reason",
            number=row.replaces_number,
        )
    other = successor(db, row)
    if other is not None:
        raise NotOpen(
            N_(
                "Certificate %(number)s was superseded already, by that of file %(file)s. Nothing "
                "can be issued in lieu of it any more."
            ),
            code="superseded_already",
            number=row.replaces_number,
            file=other,
        )


def _copy_rows(db: Session, source_id: int, target_id: int) -> None:
    """Lines with their inputs, invoices and proofs: a statement each, however many there are."""
    for model in (GoodsLine, Invoice, ForeignEvidence):
        columns = [c for c in model.__table__.columns if c.name not in ("id", "application_id")]
        found = select(literal(target_id), *columns).where(model.application_id == source_id)
        names = ["application_id", *(column.name for column in columns)]
        db.execute(insert(model).from_select(names, found))
    old, new = aliased(GoodsLine), aliased(GoodsLine)
    found = (
        select(new.id, Input.position, Input.name, Input.hs_code, Input.country)
        .join(old, old.id == Input.line_id)
        .join(new, new.position == old.position)
        .where(old.application_id == source_id, new.application_id == target_id)
    )
    names = ["line_id", "position", "name", "hs_code", "country"]
    db.execute(insert(Input).from_select(names, found))
