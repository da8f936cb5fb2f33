"""Goods lines of a draft: added once, changed, moved, removed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import DomainError, Invalid, Missing
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.actions.drafting import editable, stream
from portal.filing.actions.origin import put_statement
from portal.filing.actions.seen import check_seen
from portal.filing.models import Application, GoodsLine, Input
from portal.filing.particulars import LINE_FIELDS, MORE_LINE_FIELDS
from portal.filing.queries import LineFacts
from portal.filing.queries.goods import line_at
from portal.filing.rules.goods import OriginCriterion, check_line_count
from portal.filing.rules.kinds import Kind, Producer
from portal.filing.rules.origin import spans
from portal.reference.queries import hs_on

LINE_ADDED = audit.Act("filing.line_added", ("position", "once"))
LINE_CHANGED = audit.Act("filing.line_changed", ("position",))
LINE_MOVED = audit.Act("filing.line_moved", ("position", "to"))
LINE_REMOVED = audit.Act("filing.line_removed", ("position",))
LINES_REMOVED = audit.Act("filing.lines_removed", ("positions",))
_ONCE = re.compile("[0-9A-Z]{8,20}")
_FIELDS = frozenset({*LINE_FIELDS, *MORE_LINE_FIELDS}) - {"position"}
# What a line says where nothing is said of it.
_BLANK: Mapping[str, Any] = {
    "marks": "",
    "criterion": "",
    "operations": "",
    "processing": "",
    "producer": Producer.SAME,
    "producer_name": "",
    "producer_address": "",
    "invoice": 0,
}


class SentAlready(DomainError):
    """A form was sent a second time with other facts; the first time made line `position`."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(_SENT, code="sent_already", position=position)


def add_line(
    db: Session, actor: Actor, ref: str, /, *, once: str = "", like: int = 0, **fields: Any
) -> int:
    """Add a goods line at the end, or after line `like` as another of its kind; its position.

    `once` is the random key of a form: sent again, it adds nothing and returns the same position,
    or raises SentAlready where other facts come with it. Raises Invalid past 1,000 lines or for
    its code.
    """
    row = editable(db, actor, ref)
    once = once if _ONCE.fullmatch(once) else ""
    earlier = _added_by(db, row, once) if once else None
    if earlier is not None:
        return _same_line(db, row, earlier, fields)
    _check_code(db, fields["hs_code"])
    last = _room_for(db, row, 1)
    model = line_at(db, row.id, like) if like else None
    position = like + 1 if model is not None else last + 1
    if model is not None:
        _shift(db, row, position, last, 1)
    line = GoodsLine(application_id=row.id, position=position, **facts_of(row, fields))
    db.add(line)
    if model is not None and _keeps_statement(model, line):
        put_statement(db, row, [_id_of(db, line)], model)
    row.changed_at = clock.now()
    audit.record(db, stream(row), LINE_ADDED, actor, position=position, once=once)
    return position


def put_lines(
    db: Session, row: Application, lines: Iterable[Mapping[str, Any]], *, replace: bool = False
) -> int:
    """Put many lines, each with its `inputs`, after those of a locked draft, or in their place.

    They were judged before. A few statements, however many lines there are. Returns how many went
    for them. Raises Invalid past 1,000 lines.
    """
    given = list(lines)
    gone = _remove(db, row, _of(row)) if replace else 0
    last = _room_for(db, row, len(given))
    columns = [
        {**_BLANK, **facts_of(row, line), "application_id": row.id, "position": position}
        for position, line in enumerate(given, last + 1)
    ]
    row.changed_at = clock.now()
    if not columns:
        return gone
    made = db.execute(insert(GoodsLine).returning(GoodsLine.position, GoodsLine.id), columns)
    ids = {position: row_id for position, row_id in made}
    inputs = [
        {**one, "line_id": ids[position], "position": number}
        for position, line in enumerate(given, last + 1)
        for number, one in enumerate(line.get("inputs", ()), 1)
    ]
    if inputs:
        db.execute(insert(Input), inputs)
    return gone


def change_line(
    db: Session, actor: Actor, ref: str, position: int, /, *, seen: str = "", **fields: Any
) -> None:
    """Change a goods line; `seen` is its digest as it was shown, or nothing.

    Sent again, it changes nothing. Raises Missing if there is none at that position, LineDiffers
    if it isn't what was seen.
    """
    row = editable(db, actor, ref)
    _check_code(db, fields["hs_code"])
    facts, now = facts_of(row, fields), line_at(db, row.id, position)
    if now is not None and _is_same(now, facts):
        return
    now = check_seen(now, seen)
    if fields.get("criterion") in _WITHOUT_INPUTS and (now.inputs or now.processing):
        raise Invalid(_HAS_INPUTS, code="origin_contradiction", field="criterion")
    at = _of(row) & (GoodsLine.position == position)
    db.execute(update(GoodsLine).where(at).values(**facts))
    row.changed_at = clock.now()
    audit.record(db, stream(row), LINE_CHANGED, actor, position=position)


def move_line(db: Session, actor: Actor, ref: str, position: int, to: int) -> int:
    """Move a goods line to where line `to` stands, at most to the end; returns its position."""
    row = editable(db, actor, ref)
    check_seen(line_at(db, row.id, position), "")
    last = db.scalar(select(func.max(GoodsLine.position)).where(_of(row))) or 1
    to = min(max(to, 1), last)
    if to == position:
        return position
    _place(db, row, position, 0)
    if to < position:
        _shift(db, row, to, position - 1, 1)
    else:
        _shift(db, row, position + 1, to, -1)
    _place(db, row, 0, to)
    row.changed_at = clock.now()
    audit.record(db, stream(row), LINE_MOVED, actor, position=position, to=to)
    return to


def remove_line(db: Session, actor: Actor, ref: str, position: int) -> None:
    """Remove a goods line; the others keep their positions. Raises Missing if there is none."""
    row = editable(db, actor, ref)
    if line_at(db, row.id, position) is None:
        raise Missing("goods line")
    _remove(db, row, _of(row) & (GoodsLine.position == position))
    audit.record(db, stream(row), LINE_REMOVED, actor, position=position)


def remove_lines(db: Session, actor: Actor, ref: str, positions: Collection[int]) -> int:
    """Remove several goods lines; those that are gone already don't count. Returns how many."""
    row = editable(db, actor, ref)
    wanted = {position for position in positions if 0 < position < 2**31}
    there = select(GoodsLine.position).where(_of(row), GoodsLine.position.in_(wanted))
    found = set(db.scalars(there))
    if not found:
        raise Invalid(
            N_("Tick the lines to remove first."), code="no_lines_chosen", field="positions"
        )
    _remove(db, row, _of(row) & GoodsLine.position.in_(found))
    audit.record(db, stream(row), LINES_REMOVED, actor, positions=spans(found))
    return len(found)


def facts_of(row: Application, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a line; goods of a back-to-back application are foreign, others never."""
    facts = {name: fields[name] for name in _FIELDS if name in fields}
    if row.kind is Kind.BACK_TO_BACK:
        return facts | {"criterion": OriginCriterion.FOREIGN.value}
    if facts.get("criterion") == OriginCriterion.FOREIGN:
        return facts | {"criterion": ""}
    return facts


def _of(row: Application) -> Any:
    return GoodsLine.application_id == row.id


def _check_code(db: Session, hs_code: str) -> None:
    problem = hs_on(db, hs_code, clock.today()).problem
    if problem is not None:
        raise Invalid.because(problem, field="hs_code")


def _added_by(db: Session, row: Application, once: str) -> int | None:
    """The position of the line that a form with this key added; its audit row has kept it."""
    kept = audit.AuditRow.facts.contains(f'"once": "{once}"', autoescape=True)
    query = select(audit.AuditRow.facts).where(
        audit.AuditRow.stream == stream(row), audit.AuditRow.act == LINE_ADDED.name, kept
    )
    found = db.scalar(query)
    return int(json.loads(found)["position"]) if found else None


def _same_line(db: Session, row: Application, position: int, fields: dict[str, Any]) -> int:
    line = line_at(db, row.id, position)
    if line is None or not _is_same(line, facts_of(row, fields)):
        raise SentAlready(position)
    return position


def _is_same(line: LineFacts, facts: dict[str, Any]) -> bool:
    return all(getattr(line, name) == value for name, value in facts.items())


def _keeps_statement(model: LineFacts, line: GoodsLine) -> bool:
    return model.criterion == line.criterion and bool(model.inputs or model.processing)


def _id_of(db: Session, line: GoodsLine) -> int:
    db.flush()
    return line.id


def _room_for(db: Session, row: Application, more: int) -> int:
    """The position of a draft's last line, 0 without one. Raises Invalid past 1,000 lines."""
    query = select(func.count(GoodsLine.id), func.max(GoodsLine.position)).where(_of(row))
    count, last = db.execute(query).one()
    problem = check_line_count(count + more)
    if problem is not None:
        raise Invalid.because(problem)
    return last or 0


def _remove(db: Session, row: Application, which: ColumnElement[bool]) -> int:
    ids = list(db.scalars(select(GoodsLine.id).where(which)))
    db.execute(delete(Input).where(Input.line_id.in_(ids)))
    db.execute(delete(GoodsLine).where(GoodsLine.id.in_(ids)))
    row.changed_at = clock.now()
    return len(ids)


def _place(db: Session, row: Application, position: int, to: int) -> None:
    here = _of(row) & (GoodsLine.position == position)
    db.execute(update(GoodsLine).where(here).values(position=to))


def _shift(db: Session, row: Application, first: int, last: int, by: int) -> None:
    """Move the lines of some positions by one; on the way none may stand on another's place."""
    within = _of(row) & GoodsLine.position.between(first, last)
    aside = update(GoodsLine).where(within).values(position=-(GoodsLine.position + by))
    db.execute(aside.execution_options(synchronize_session=False))
    back = update(GoodsLine).where(_of(row) & (GoodsLine.position < 0))
    back = back.values(position=-GoodsLine.position)
    db.execute(back.execution_options(synchronize_session=False))


_WITHOUT_INPUTS = (
    OriginCriterion.WHOLLY_OBTAINED.value,
    OriginCriterion.MADE_FROM_INDIAN_INPUTS.value,
)
_SENT = N_(
    "This form was sent before and became line %(position)s; now something in it differs. Add it "
    "as another line, or leave it and change line %(position)s."
)
_HAS_INPUTS = N_(
    "Imported inputs are named for this line, which this answer contradicts. Change its origin "
    "statement instead."
)
