"""Why the goods of a draft originate in India: stated line by line, or for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Invalid
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.actions.drafting import editable, stream
from portal.filing.actions.seen import check_seen
from portal.filing.models import Application, GoodsLine, Input
from portal.filing.queries.goods import line_at, unsaid_ids
from portal.filing.rules.goods import OriginCriterion
from portal.filing.rules.kinds import Kind
from portal.filing.rules.origin import Stated, Statement, check_statement, spans

ORIGIN_STATED = audit.Act("filing.origin_stated", ("positions", "criterion"))


def state_origin(
    db: Session, actor: Actor, ref: str, position: int, statement: Statement, *, seen: str = ""
) -> None:
    """Keep why the goods of one line originate in India.

    Said again, it changes nothing. Raises Invalid for an answer that isn't sufficient or
    contradicts itself, LineDiffers if the line isn't what was `seen`.
    """
    row = editable(db, actor, ref)
    _check_indian(row, statement)
    now = line_at(db, row.id, position)
    if now is not None and _says(now) == _says(statement):
        return
    check_seen(now, seen)
    here = select(GoodsLine.id).where(_of(row), GoodsLine.position == position)
    put_statement(db, row, list(db.scalars(here)), statement)
    facts = {"positions": str(position), "criterion": statement.criterion}
    audit.record(db, stream(row), ORIGIN_STATED, actor, **facts)


def state_origins(db: Session, actor: Actor, ref: str, statement: Statement) -> int:
    """The same answer for all lines whose origin isn't said yet, or not wholly; how many."""
    row = editable(db, actor, ref)
    _check_indian(row, statement)
    ids = list(db.scalars(unsaid_ids(row)))
    if not ids:
        raise Invalid(
            N_("Every line says already why its goods originate in India. Nothing was changed."),
            code="all_said",
        )
    at = db.scalars(select(GoodsLine.position).where(GoodsLine.id.in_(ids)))
    facts = {"positions": spans(at), "criterion": statement.criterion}
    put_statement(db, row, ids, statement)
    audit.record(db, stream(row), ORIGIN_STATED, actor, **facts)
    return len(ids)


def follow_kind(db: Session, row: Application) -> None:
    """Let the lines follow the application's kind, which was changed in this transaction.

    Back-to-back goods are foreign (para 2.93(f)) and lose what was said of Indian origin; of
    others it has to be said anew.
    """
    foreign = OriginCriterion.FOREIGN.value
    if row.kind is Kind.BACK_TO_BACK:
        lines = select(GoodsLine.id).where(_of(row), GoodsLine.criterion != foreign)
        values = {"criterion": foreign, "operations": "", "processing": ""}
    else:
        lines = select(GoodsLine.id).where(_of(row), GoodsLine.criterion == foreign)
        values = {"criterion": ""}
    ids = list(db.scalars(lines))
    db.execute(delete(Input).where(Input.line_id.in_(ids)))
    db.execute(update(GoodsLine).where(GoodsLine.id.in_(ids)).values(**values))


def put_statement(db: Session, row: Application, ids: Sequence[int], said: Stated) -> None:
    """Write what was said of origin on some lines, in the place of what stood there."""
    names = ("criterion", "operations", "processing")
    values = {name: getattr(said, name) for name in names}
    db.execute(delete(Input).where(Input.line_id.in_(ids)))
    db.execute(update(GoodsLine).where(GoodsLine.id.in_(ids)).values(**values))
    inputs = [
        {"line_id": line, "position": n, "name": i.name, "hs_code": i.hs_code, "country": i.country}
        for line in ids
        for n, i in enumerate(said.inputs, 1)
    ]
    if inputs:
        db.execute(insert(Input), inputs)
    row.changed_at = clock.now()


def _of(row: Application) -> Any:
    return GoodsLine.application_id == row.id


def _says(line: Stated) -> tuple[object, ...]:
    inputs = [(row.name, row.hs_code, row.country) for row in line.inputs]
    return line.criterion, line.operations, line.processing, inputs


def _check_indian(row: Application, statement: Statement) -> None:
    if row.kind is Kind.BACK_TO_BACK:
        raise Invalid(_NOT_INDIAN, code="not_indian", field="criterion")
    for refusal in check_statement(statement):
        raise Invalid.because(refusal.problem, field=refusal.field)


_NOT_INDIAN = N_(
    "A back-to-back certificate is for goods of another country: Indian origin can't be claimed."
)
