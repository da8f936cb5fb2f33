"""What the law says at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.clock import ist_day
from portal.core.words import N_
from portal.notices.models import Notice, Rule
from portal.notices.rules import Named, NoRule, value_of


@dataclass(frozen=True)
class InForce:
    """A value with the notice that sets it."""

    value: Any
    notice: str
    dated: date
    link: str
    certainty: str


def rule_on(db: Session, rule: Named, instant: datetime) -> InForce:
    """The value of `rule` in force at `instant`. Raises NoRule when no notice sets one."""
    row = db.execute(
        select(Rule.value, Notice.number, Notice.dated, Notice.link, Notice.certainty)
        .join(Notice, Notice.id == Rule.notice_id)
        .where(Rule.name == rule.name, Rule.valid_from <= instant)
        .where((Rule.valid_until.is_(None)) | (Rule.valid_until > instant))
    ).one_or_none()
    if row is None:
        raise NoRule(
            N_("No notice sets “%(rule)s” for %(day)s, so this can't be done on that day."),
            code="no_rule",
            rule=rule.words,
            day=ist_day(instant).isoformat(),
        )
    return InForce(value_of(rule, row.value), row.number, row.dated, row.link, row.certainty)
