"""Entering and correcting notices and the values they set; one instant never has two values."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.clock import start_of
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.notices.models import Certainty, Correction, Notice, NoticeKind, Rule
from portal.notices.rules import ALL, Named, overlaps, slug_of

SEED = Path(__file__).parent / "seed"
FIELDS = ("number", "kind", "dated", "published_on", "subject", "summary", "link", "source")

ENTERED = audit.Act("notices.entered", ("notice",))
CORRECTED = audit.Act("notices.corrected", ("notice",))
RULE_SET = audit.Act("notices.rule_set", ("notice", "rule", "row"))
RULE_CORRECTED = audit.Act("notices.rule_corrected", ("notice", "rule", "row"))

STREAM = "notices"


def enter(db: Session, actor: Actor, /, **fields: Any) -> str:
    """Enter a notice; returns its slug. Raises Invalid if its number is there already."""
    _check(actor)
    slug = slug_of(fields["number"])
    if db.scalar(select(Notice.id).where(Notice.slug == slug)) is not None:
        raise Invalid(
            N_("A notice with this number is in the register. Open it and correct it there."),
            code="notice_known",
            field="number",
        )
    row = Notice(slug=slug, entered_at=clock.now(), **fields)
    db.add(row)
    db.flush()
    audit.record(db, STREAM, ENTERED, actor, notice=slug)
    return slug


def correct(db: Session, actor: Actor, slug: str, why: str, /, **fields: Any) -> None:
    """Correct a notice; what stood there before is kept with who changed it and why."""
    row = _notice(db, actor, slug)
    before = {name: _plain(getattr(row, name)) for name in fields}
    after = {name: _plain(value) for name, value in fields.items()}
    changed = [name for name in fields if before[name] != after[name]]
    if not changed:
        return
    for name in changed:
        setattr(row, name, fields[name])
    old, new = ({name: values[name] for name in changed} for values in (before, after))
    _keep(db, actor, row, ", ".join(changed), old, new, why)
    audit.record(db, STREAM, CORRECTED, actor, notice=slug)


def set_rule(
    db: Session,
    actor: Actor,
    slug: str,
    rule: Named,
    value: Any,
    valid_from: datetime,
    valid_until: datetime | None,
    *,
    why: str,
) -> int:
    """Let a notice set `rule` from one instant to another.

    A row without an end that would overlap ends where the new one begins: “Rs 250 from tomorrow”
    is one entry. Any other overlap is refused (Invalid).
    """
    row = _notice(db, actor, slug)
    _check_order(valid_from, valid_until)
    for other in db.scalars(select(Rule).where(Rule.name == rule.name).with_for_update()):
        if other.valid_until is None and other.valid_from < valid_from:
            _end(db, actor, other, valid_from, why)
        elif overlaps((other.valid_from, other.valid_until), (valid_from, valid_until)):
            raise _overlap(rule, other)
    db.flush()
    made = _add(db, row, rule, value, valid_from, valid_until)
    facts = {"value": value, "from": _plain(valid_from), "until": _plain(valid_until)}
    _keep(db, actor, row, rule.name, {}, facts, why)
    audit.record(db, STREAM, RULE_SET, actor, notice=slug, rule=rule.name, row=made.id)
    return made.id


def correct_rule(
    db: Session,
    actor: Actor,
    slug: str,
    rule_id: int,
    value: Any,
    valid_from: datetime,
    valid_until: datetime | None,
    *,
    why: str,
) -> None:
    """Correct a value or its time. Raises Invalid if it would overlap with another row."""
    paper = _notice(db, actor, slug)
    row = db.scalar(select(Rule).where(Rule.id == rule_id, Rule.notice_id == paper.id))
    if row is None or row.name not in ALL:
        raise Missing("rule")
    _check_order(valid_from, valid_until)
    others = select(Rule).where(Rule.name == row.name, Rule.id != row.id).with_for_update()
    for other in db.scalars(others):
        if overlaps((other.valid_from, other.valid_until), (valid_from, valid_until)):
            raise _overlap(ALL[row.name], other)
    before = {
        "value": json.loads(row.value),
        "from": _plain(row.valid_from),
        "until": _plain(row.valid_until),
    }
    row.value, row.valid_from, row.valid_until = json.dumps(value), valid_from, valid_until
    after = {"value": value, "from": _plain(valid_from), "until": _plain(valid_until)}
    _keep(db, actor, paper, row.name, before, after, why)
    audit.record(db, STREAM, RULE_CORRECTED, actor, notice=slug, rule=row.name, row=row.id)


def seed(db: Session) -> None:
    """Load the notices and rules that come with the portal; what was corrected stays corrected."""
    known = set(db.scalars(select(Notice.number)))
    fresh = [row for row in _rows("notices.csv") if row["number"] not in known]
    for row in fresh:
        db.add(_seeded(row))
    db.flush()
    numbers = {n.number: n for n in db.scalars(select(Notice))}
    added = {row["number"] for row in fresh}
    set_already = set(db.scalars(select(Rule.name)))
    for row in _rows("rules.csv"):
        # A rule that a later release brings is laid even where its notice is there already.
        if row["notice"] in added or row["rule"] not in set_already:
            starts = start_of(date.fromisoformat(row["from"]))
            ends = start_of(date.fromisoformat(row["until"])) if row["until"] else None
            value = json.loads(row["value"])
            _add(db, numbers[row["notice"]], ALL[row["rule"]], value, starts, ends)


def _seeded(row: dict[str, str]) -> Notice:
    published = row.pop("published_on")
    return Notice(
        slug=slug_of(row["number"]),
        kind=NoticeKind(row.pop("kind").replace(" ", "_")),
        certainty=Certainty(row.pop("certainty")),
        dated=date.fromisoformat(row.pop("dated")),
        published_on=date.fromisoformat(published) if published else None,
        entered_at=clock.now(),
        **row,
    )


def _add(
    db: Session, paper: Notice, rule: Named, value: Any, starts: datetime, ends: datetime | None
) -> Rule:
    made = Rule(
        name=rule.name,
        value=json.dumps(value),
        valid_from=starts,
        valid_until=ends,
        notice_id=paper.id,
    )
    db.add(made)
    db.flush()
    return made


def _end(db: Session, actor: Actor, row: Rule, at: datetime, why: str) -> None:
    before, after = {"until": _plain(row.valid_until)}, {"until": _plain(at)}
    row.valid_until = at
    _keep(db, actor, db.get_one(Notice, row.notice_id), row.name, before, after, why)


def _keep(
    db: Session, actor: Actor, paper: Notice, what: str, before: Any, after: Any, why: str
) -> None:
    db.add(
        Correction(
            notice_id=paper.id,
            at=clock.now(),
            person_id=actor.person_id,
            what=what[:80],
            before=json.dumps(before, ensure_ascii=False),
            after=json.dumps(after, ensure_ascii=False),
            why=why,
        )
    )


def _notice(db: Session, actor: Actor, slug: str) -> Notice:
    _check(actor)
    row = db.scalar(select(Notice).where(Notice.slug == slug).with_for_update())
    if row is None:
        raise Missing("notice")
    return row


def _check(actor: Actor) -> None:
    if not actor.may(Permission.NOTICES_WRITE):
        raise Forbidden("notices")


def _check_order(valid_from: datetime, valid_until: datetime | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid(
            N_("The end has to be after the beginning."), code="order", field="valid_until"
        )


def _overlap(rule: Named, other: Rule) -> Invalid:
    until = clock.written_day(clock.ist_day(other.valid_until)) if other.valid_until else "…"
    return Invalid(
        N_("“%(rule)s” already has a value from %(start)s to %(end)s. Correct that row first."),
        code="rule_overlaps",
        field="valid_from",
        rule=rule.words,
        start=clock.written_day(clock.ist_day(other.valid_from)),
        end=until,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
