"""Entering notices and the values they set; two rows for one instant are refused."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.clock import start_of
from portal.core.errors import Invalid
from portal.core.words import N_
from portal.notices.models import Notice, Rule
from portal.notices.rules import Named, overlaps

SEED = Path(__file__).parent / "seed"


def set_rule(
    db: Session,
    rule: Named,
    value: Any,
    notice: Notice,
    valid_from: datetime,
    valid_until: datetime | None,
) -> Rule:
    """Give `rule` a value from one instant to another; raises Invalid if rows would overlap."""
    rows = db.scalars(select(Rule).where(Rule.name == rule.name).with_for_update())
    for row in rows:
        if overlaps((row.valid_from, row.valid_until), (valid_from, valid_until)):
            raise Invalid(
                N_("“%(rule)s” already has a value in that time. End that row first."),
                code="rule_overlaps",
                field="valid_from",
                rule=rule.words,
            )
    made = Rule(
        name=rule.name,
        value=json.dumps(value),
        valid_from=valid_from,
        valid_until=valid_until,
        notice_id=notice.id,
    )
    db.add(made)
    db.flush()
    return made


def seed(db: Session) -> None:
    """Load the notices and rules that come with the portal; again without change."""
    from portal.notices.rules import ALL

    for row in _rows("notices.csv"):
        if db.scalar(select(Notice.id).where(Notice.number == row["number"])) is None:
            db.add(Notice(**{**row, "dated": date.fromisoformat(row["dated"])}))
    db.flush()
    numbers = {notice.number: notice for notice in db.scalars(select(Notice))}
    for row in _rows("rules.csv"):
        starts = start_of(date.fromisoformat(row["from"]))
        ends = start_of(date.fromisoformat(row["until"])) if row["until"] else None
        known = select(Rule.id).where(Rule.name == row["rule"], Rule.valid_from == starts)
        if db.scalar(known) is None:
            value = json.loads(row["value"])
            set_rule(db, ALL[row["rule"]], value, numbers[row["notice"]], starts, ends)


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
