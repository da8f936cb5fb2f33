"""Lists of applications: the firm's own, and the office's queue. One statement a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.agencies.models import Agency, Office
from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.filing.lifecycle import OPEN_AT_OFFICE, Status
from portal.filing.models import Application
from portal.identity.models import Firm, Person
from portal.reference.models import Country

PAGE = 50
MOST_DECIDED, LEAST_FILES = 20_000, 5


class ListRow(NamedTuple):
    """One application in the firm's list; a tuple for the same reason as `QueueRow`."""

    id: int
    public_ref: str
    status: Status
    going_to: str
    office: str
    invoice: str
    changed_at: datetime


class QueueRow(NamedTuple):
    """One file in an office's queue; a tuple, because the page unpacks fifty of them."""

    number: str
    status: Status
    firm: str
    going_to: str
    invoice: str
    submitted_at: datetime | None
    officer: str


Counted = Mapping[Status, int]


def applications(
    db: Session, actor: Actor, status: str = "", text: str = "", before: int | None = None
) -> list[ListRow]:
    """The firm's applications, newest first: up to 51, one more than a page.

    An agent sees those that it began for the client.
    """
    if actor.exporter_id is None:
        raise Missing("applications")
    query = _applications_query()
    if actor.client is not None:
        query = query.where(Application.agent_id == actor.agent_id)
    if status in tuple(Status):
        query = query.where(Application.status == Status(status))
    if text:
        query = query.where(_matches(text, Application.consignee_name, Application.own_reference))
    if before is not None:
        query = query.where(Application.id < before)
    return [
        ListRow(
            row_id,
            number or ref,
            state,
            f"{consignee or '–'}, {country}" if country else consignee,
            f"{agency}, {office}",
            invoice,
            changed_at,
        )
        for (
            row_id,
            number,
            ref,
            state,
            consignee,
            country,
            agency,
            office,
            invoice,
            changed_at,
        ) in rows(db, query, firm_id=actor.exporter_id)
    ]


@cache
def _applications_query() -> Select[*tuple[Any, ...]]:
    """Built once, as the queue's is."""
    return (
        select(
            Application.id,
            Application.number,
            Application.ref,
            Application.status,
            Application.consignee_name,
            Country.name,
            Agency.name,
            Office.name,
            Application.invoice_number,
            Application.changed_at,
        )
        .join(Office, Office.id == Application.office_id)
        .join(Agency, Agency.id == Office.agency_id)
        .outerjoin(Country, _is_named(Application.consignee_country))
        .where(Application.firm_id == bindparam("firm_id"))
        .order_by(Application.id.desc())
        .limit(PAGE + 1)
    )


def queue(
    db: Session, actor: Actor, *, mine: bool = False, status: str = "", text: str = ""
) -> list[QueueRow]:
    """The open files of the acting office, oldest first, at most 50."""
    query = _queue_query()
    if mine:
        query = query.where(Application.officer_id == actor.person_id)
    if status in tuple(Status):
        query = query.where(Application.status == Status(status))
    if text:
        query = query.where(_matches(text, Firm.name))
    return [
        QueueRow(number, state, firm, f"{consignee}, {country}", invoice, at, who or "")
        for number, state, firm, consignee, country, invoice, at, who in rows(
            db, query, office_id=_office(actor)
        )
    ]


@cache
def _queue_query() -> Select[*tuple[Any, ...]]:
    """Built once: officers look at their queue all day."""
    officer = aliased(Person)
    return (
        select(
            Application.number,
            Application.status,
            Firm.name,
            Application.consignee_name,
            Country.name,
            Application.invoice_number,
            Application.submitted_at,
            officer.name,
        )
        .join(Firm, Firm.id == Application.firm_id)
        .outerjoin(Country, _is_named(Application.destination_country))
        .outerjoin(officer, officer.id == Application.officer_id)
        .where(
            Application.office_id == bindparam("office_id"),
            Application.status.in_(OPEN_AT_OFFICE),
        )
        .order_by(Application.submitted_at, Application.id)
        .limit(PAGE)
    )


def office_counts(db: Session, actor: Actor) -> Counted:
    """How many open files the acting office has in each status."""
    found = rows(db, _office_counts_query(), office_id=_office(actor))
    return {row[0]: row[1] for row in found}


@cache
def _office_counts_query() -> Select[*tuple[Any, ...]]:
    return (
        select(Application.status, func.count(Application.id))
        .where(
            Application.office_id == bindparam("office_id"),
            Application.status.in_(OPEN_AT_OFFICE),
        )
        .group_by(Application.status)
    )


def open_files_at(db: Session, office_id: int) -> int:
    """How many files aren't decided, or wait for their seal, at an office."""
    here = (Application.office_id == office_id, Application.status.in_(OPEN_AT_OFFICE))
    return db.scalar(select(func.count(Application.id)).where(*here)) or 0


def usual_minutes(db: Session, office_ids: set[int], now: datetime) -> dict[int, int]:
    """Minutes from handing in to the decision: the median of 30 days, of five files at least."""
    since = now - timedelta(days=30)
    query = (
        select(Application.office_id, Application.submitted_at, Application.decided_at)
        .where(Application.office_id.in_(office_ids), Application.decided_at > since)
        .where(Application.submitted_at.is_not(None))
        .order_by(Application.decided_at.desc())
        .limit(MOST_DECIDED)
    )
    spans: dict[int, list[float]] = {}
    for office_id, submitted_at, decided_at in rows(db, query):
        spans.setdefault(office_id, []).append((decided_at - submitted_at).total_seconds() / 60)
    return {
        office_id: round(median(found))
        for office_id, found in spans.items()
        if len(found) >= LEAST_FILES
    }


def exporter_counts(db: Session, actor: Actor) -> Counted:
    """How many applications in each status the acting firm has, or an agent for its client."""
    if actor.exporter_id is None:
        raise Missing("applications")
    query = (
        select(Application.status, func.count(Application.id))
        .where(Application.firm_id == actor.exporter_id)
        .group_by(Application.status)
    )
    if actor.client is not None:
        query = query.where(Application.agent_id == actor.agent_id)
    return {row[0]: row[1] for row in db.execute(query)}


def _office(actor: Actor) -> int:
    if actor.office_id is None:
        raise Missing("queue")
    return actor.office_id


def _matches(text: str, *names):  # type: ignore[no-untyped-def]
    """Rows whose number, invoice or one of `names` contains what somebody typed."""
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = f"%{plain}%"
    return or_(
        Application.number.ilike(like, escape="\\"),
        Application.invoice_number.ilike(like, escape="\\"),
        *(name.ilike(like, escape="\\") for name in names),
    )


def _is_named(code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """A country's present row: a code that ended and came back has several."""
    return and_(Country.code == code, Country.valid_until.is_(None))
