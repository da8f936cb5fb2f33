"""The pre-flight of an application: for its exporter as it stands, for its officer as handed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.clock import ist_day
from portal.core.db import rows
from portal.core.words import N_
from portal.filing import particulars
from portal.filing.lifecycle import CLOSED, Status
from portal.filing.models import Application, Invoice
from portal.filing.preflight import Bill, Check, Finding, Known, Line, facts_of, line_of, look_over
from portal.filing.preflight.bills import plain_number
from portal.filing.queries.shapes import ApplicationFacts
from portal.filing.queries.versions import handed_in_at, newest
from portal.notices.queries import InForce, rule_if_any
from portal.notices.rules import INVOICE_IDENTITY, slug_of
from portal.reference.models import Station
from portal.reference.queries import countries, currency_exponent

# Of one check so many findings are shown; a thousand lines may all have the same.
SHOWN = 10
# Drafts, and files that were given up or refused, leave their invoices free.
_FREE = (Status.DRAFT, *CLOSED)
ANOTHERS = N_("a file that somebody else handed in for the firm")


@dataclass(frozen=True)
class Group:
    """The findings of one check: the first ones, and how many more there are."""

    check: Check
    shown: tuple[Finding, ...]
    more: int

    @property
    def slug(self) -> str:
        """The address of the notice that the check rests on, or nothing."""
        return slug_of(self.check.notice)


@dataclass(frozen=True)
class Report:
    """What the checks of the day `at` found; `identity` is the dated rule on invoice numbers."""

    findings: tuple[Finding, ...]
    at: datetime
    identity: InForce | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What bars signing and handing in."""
        return tuple(f for f in self.findings if f.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What may be kept."""
        return tuple(f for f in self.findings if not f.is_error)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The findings by check, errors first."""
        grouped = groupby(self.findings, lambda finding: finding.check)
        found = ((check, tuple(some)) for check, some in grouped)
        return tuple(Group(c, some[:SHOWN], len(some) - SHOWN) for c, some in found)


def preflight_now(db: Session, facts: ApplicationFacts) -> Report:
    """What would be sent back of an application as it stands, by the checks of today."""
    return _as_it_stands(db, facts, clock.now())


def preflight_as_handed_in(db: Session, facts: ApplicationFacts) -> Report | None:
    """The list that the exporter had on handing in: those particulars, by the checks of that day.

    A Shipping Bill that came afterwards is in it. None before the first hand-in.
    """
    if facts.is_editable:
        last = newest(db, facts.id)
        return _report(db, facts, json.loads(last[0].particulars), last[0].at) if last else None
    # Nothing has changed since: the kept text of a thousand lines needn't be read.
    at = handed_in_at(db, facts.id)
    return _as_it_stands(db, facts, at) if at else None


def _as_it_stands(db: Session, facts: ApplicationFacts, at: datetime) -> Report:
    lines = tuple(map(line_of, facts.lines))
    return _report(db, facts, particulars.as_data(replace(facts, lines=())), at, lines)


def _report(
    db: Session,
    facts: ApplicationFacts,
    said: Mapping[str, Any],
    at: datetime,
    lines: tuple[Line, ...] | None = None,
) -> Report:
    identity = rule_if_any(db, INVOICE_IDENTITY, at)
    bill, station = facts.shipping_bill, _station(db, str(said.get("port_of_loading") or ""))
    currency = str(said.get("currency") or "")
    is_same = currency == facts.currency
    known = Known(
        today=ist_day(at),
        firm=facts.firm.name,
        exponent=facts.currency_exponent if is_same else currency_exponent(db, currency),
        station_kind=station[0],
        station_name=station[1],
        countries=tuple(countries(db, ist_day(at))),
        used=_used(db, facts, said, at),
        identity=identity is not None and bool(identity.value),
        bill=Bill(bill.number, bill.invoices) if bill else None,
    )
    return Report(look_over(facts_of(said, known, lines)), at, identity)


def _station(db: Session, code: str) -> tuple[str, str]:
    """Kind and name of a customs station, the newest row of its code."""
    found = rows(db, _newest_station(), code=code)
    return (found[0].kind, found[0].name) if found else ("", "")


def _used(
    db: Session, facts: ApplicationFacts, said: Mapping[str, Any], at: datetime
) -> dict[str, tuple[str, ...]]:
    """The firm's other files, handed in until `at`, by the invoice numbers on them.

    An application in lieu takes its invoices over from the one it replaces. Of files of the firm
    an agent sees only its own, so others have no number in its lists.
    """
    numbers = [said.get("invoice_number"), *(i["number"] for i in said.get("more_invoices", ()))]
    wanted = {plain_number(number) for number in numbers if number}
    if not wanted or said.get("replaces_number"):
        return {}
    agent = db.get_one(Application, facts.id).agent_id
    found: dict[str, tuple[str, ...]] = {}
    asked = {"firm": facts.firm.id, "itself": facts.id, "at": at, "wanted": [*wanted]}
    for invoice, number, agent_id in rows(db, _on_files(), **asked):
        shown = number if agent is None or agent == agent_id else ANOTHERS
        key = plain_number(invoice)
        found[key] = (*found.get(key, ()), shown)
    return found


@cache
def _newest_station() -> Select[Any]:
    columns: tuple[Any, ...] = (Station.kind, Station.name)
    query = select(*columns).where(Station.code == bindparam("code"))
    return query.order_by(Station.valid_from.desc()).limit(1)


@cache
def _on_files() -> Select[Any]:
    """The invoices `wanted` on other files that the `firm` handed in until `at`."""
    others = (
        (Application.firm_id == bindparam("firm"))
        & (Application.id != bindparam("itself"))
        & (Application.submitted_at <= bindparam("at"))
        & Application.status.not_in(_FREE)
    )
    columns = Application.number.label("file"), Application.agent_id, Application.id
    first = select(Application.invoice_number.label("invoice"), *columns).where(others)
    more = select(Invoice.number.label("invoice"), *columns).join(
        Application, Application.id == Invoice.application_id
    )
    both = union_all(first, more.where(others)).subquery()
    plain = func.upper(func.replace(both.c.invoice, " ", literal("")))
    is_wanted = plain.in_(bindparam("wanted", expanding=True))
    return select(both.c.invoice, both.c.file, both.c.agent_id).where(is_wanted).order_by(both.c.id)
