"""What the law says at an instant, and the register of notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from portal.core.clock import ist_day, written_day
from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.personal import PersonalData, rows_about
from portal.core.types import UtcDateTime
from portal.core.words import N_
from portal.identity.queries import names
from portal.notices.models import Certainty, Correction, Notice, NoticeKind, Rule
from portal.notices.rules import ALL, Named, NoRule, value_of

PAGE = 25


@dataclass(frozen=True)
class InForce:
    """A value with the notice that sets it."""

    rule: Named
    value: Any
    notice: str
    slug: str
    kind: NoticeKind
    dated: date
    certainty: Certainty
    valid_from: datetime
    valid_until: datetime | None

    @property
    def said(self) -> str:
        """The value in marked words."""
        return self.rule.say(self.value)

    @property
    def is_policy(self) -> bool:
        """Whether this is the portal's own policy and not law."""
        return self.kind is NoticeKind.POLICY


class NoticeRow(NamedTuple):
    """A notice in the list."""

    slug: str
    number: str
    kind: NoticeKind
    dated: date
    subject: str
    certainty: Certainty


class FeedEntry(NamedTuple):
    """A notice in the feed."""

    slug: str
    number: str
    dated: date
    subject: str
    summary: str
    entered_at: datetime


@dataclass(frozen=True)
class RuleFacts:
    """A value that a notice sets."""

    id: int
    rule: Named
    value: Any
    valid_from: datetime
    valid_until: datetime | None

    @property
    def said(self) -> str:
        """The value in marked words."""
        return self.rule.say(self.value)


@dataclass(frozen=True)
class CorrectionFacts:
    """One correction of the register."""

    at: datetime
    who: str
    what: str
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class NoticeFacts:
    """All of a notice."""

    id: int
    slug: str
    number: str
    kind: NoticeKind
    dated: date
    published_on: date | None
    subject: str
    summary: str
    link: str
    source: str
    certainty: Certainty
    rules: tuple[RuleFacts, ...]
    corrections: tuple[CorrectionFacts, ...]


def rule_on(db: Session, rule: Named, instant: datetime) -> InForce:
    """The value of `rule` in force at `instant`. Raises NoRule when no notice sets one."""
    found = _in_force(db, instant, rule.name)
    if not found:
        raise NoRule(
            N_("No notice sets “%(rule)s” for %(day)s, so this can't be done on that day."),
            code="no_rule",
            rule=rule.words,
            day=written_day(ist_day(instant)),
        )
    return found[0]


def rule_if_any(db: Session, rule: Named, instant: datetime) -> InForce | None:
    """The value of `rule` at `instant` for a page that only mentions it, or None."""
    return next(iter(_in_force(db, instant, rule.name)), None)


def rules_on(db: Session, instant: datetime) -> list[tuple[Named, InForce | None]]:
    """Every rule with its value at `instant`, or None where no notice sets one."""
    held = {found.rule.name: found for found in _in_force(db, instant)}
    return [(rule, held.get(rule.name)) for rule in ALL.values()]


def scheduled(db: Session, instant: datetime) -> list[InForce]:
    """The values that begin after `instant`, the next first."""
    return _with_notice(db, _with_papers().where(Rule.valid_from > instant))


def next_switch(db: Session, instant: datetime) -> datetime | None:
    """The first instant after `instant` at which any rule changes."""
    found: datetime | None = rows(db, _switch_query(), instant=instant)[0][0]
    return found


@cache
def _switch_query() -> Select[*tuple[Any, ...]]:
    """Built once: every public page asks this, so that caches end at the next switch."""
    after = bindparam("instant", type_=UtcDateTime())
    starts = select(Rule.valid_from.label("at")).where(Rule.valid_from > after)
    ends = select(Rule.valid_until.label("at")).where(Rule.valid_until > after)
    both = union_all(starts, ends).subquery()
    return select(func.min(both.c.at))


def notices(
    db: Session, text: str = "", kind: str = "", page: int = 1, most: int = PAGE
) -> list[NoticeRow]:
    """The register, newest first, filtered by words and kind; one row more than a page of `most`.

    In a preview of the past the notices of later days are there too: they explain what came.
    """
    query = _listed().offset((page - 1) * most).limit(most + 1)
    if kind in tuple(NoticeKind):
        query = query.where(Notice.kind == NoticeKind(kind))
    for word in text.split()[:6]:
        plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{plain}%"
        columns = (Notice.number, Notice.subject, Notice.summary)
        query = query.where(or_(*[column.ilike(like, escape="\\") for column in columns]))
    return [NoticeRow(*row) for row in rows(db, query)]


def newest(db: Session, most: int) -> list[FeedEntry]:
    """The notices dated last, for the feed."""
    columns = [getattr(Notice, name) for name in FeedEntry._fields]
    query = select(*columns).order_by(Notice.dated.desc(), Notice.id.desc()).limit(most)
    return [FeedEntry(*row) for row in rows(db, query)]


@cache
def _listed() -> Select[*tuple[Any, ...]]:
    columns = [getattr(Notice, name) for name in NoticeRow._fields]
    return select(*columns).order_by(Notice.dated.desc(), Notice.id.desc())


def notice(db: Session, slug: str) -> NoticeFacts:
    """One notice with what it sets and every correction. Raises Missing."""
    row = db.scalar(select(Notice).where(Notice.slug == slug))
    if row is None:
        raise Missing("notice")
    rules = db.scalars(
        select(Rule).where(Rule.notice_id == row.id).order_by(Rule.name, Rule.valid_from)
    )
    plain = {name: getattr(row, name) for name in _PLAIN}
    plain["rules"] = tuple(_rule(rule) for rule in rules if rule.name in ALL)
    return NoticeFacts(**plain, corrections=_corrections(db, row.id))


def newest_entry(db: Session) -> datetime | None:
    """When the register last got a notice: the feed's date."""
    return db.scalar(select(func.max(Notice.entered_at)))


_PLAIN = (
    "id",
    "slug",
    "number",
    "kind",
    "dated",
    "published_on",
    "subject",
    "summary",
    "link",
    "source",
    "certainty",
)


def _with_papers() -> Select[Any]:
    rule: tuple[Any, ...] = (Rule.name, Rule.value, Rule.valid_from, Rule.valid_until)
    paper: tuple[Any, ...] = (
        Notice.number,
        Notice.slug,
        Notice.kind,
        Notice.dated,
        Notice.certainty,
    )
    query = select(*rule, *paper).join(Notice, Notice.id == Rule.notice_id)
    return query.order_by(Rule.valid_from, Rule.id)


def _in_force(db: Session, instant: datetime, name: str = "") -> list[InForce]:
    asked = {"instant": instant, "name": name} if name else {"instant": instant}
    return _with_notice(db, _held_at(is_named=bool(name)), asked)


@cache
def _held_at(*, is_named: bool) -> Select[Any]:
    instant: BindParameter[datetime] = bindparam("instant")
    query = (
        _with_papers()
        .where(Rule.valid_from <= instant)
        .where((Rule.valid_until.is_(None)) | (Rule.valid_until > instant))
    )
    return query.where(Rule.name == bindparam("name")) if is_named else query


def _with_notice(
    db: Session, query: Select[Any], values: Mapping[str, Any] | None = None
) -> list[InForce]:
    return [
        InForce(
            ALL[row.name],
            value_of(row.value),
            row.number,
            row.slug,
            row.kind,
            row.dated,
            row.certainty,
            row.valid_from,
            row.valid_until,
        )
        for row in rows(db, query, **(values or {}))
        if row.name in ALL
    ]


def _rule(row: Rule) -> RuleFacts:
    return RuleFacts(row.id, ALL[row.name], value_of(row.value), row.valid_from, row.valid_until)


def _corrections(db: Session, notice_id: int) -> tuple[CorrectionFacts, ...]:
    query = select(Correction).where(Correction.notice_id == notice_id)
    found = db.scalars(query.order_by(Correction.id.desc())).all()
    who = names(db, {row.person_id for row in found if row.person_id is not None})
    return tuple(
        CorrectionFacts(
            row.at, who.get(row.person_id or 0, "eCoO"), row.what, row.before, row.after, row.why
        )
        for row in found
    )


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(db, person_id, (Correction, ["person_id"]))
