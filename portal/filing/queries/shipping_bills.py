"""Shipping Bills of files, and those whose invoice numbers aren't the application's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Office
from portal.core import clock
from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.permissions import Actor, Permission
from portal.filing.lifecycle import CLOSED, Status
from portal.filing.models import Application, Invoice, ShippingBill
from portal.filing.preflight.bills import not_on_bill
from portal.filing.queries.shapes import ApplicationFacts
from portal.identity.models import Firm
from portal.identity.queries import names
from portal.notices.models import Rule
from portal.notices.queries import InForce, rule_if_any
from portal.notices.rules import INVOICE_IDENTITY
from portal.reference.queries import station_name

PAGE = 50


@dataclass(frozen=True)
class KeptBill:
    """A Shipping Bill as it was entered, by whom, and since when another stands in its place."""

    number: str
    dated: date
    port: str
    port_name: str
    invoices: tuple[str, ...]
    entered_at: datetime
    entered_by: str
    replaced_at: datetime | None


@dataclass(frozen=True)
class BillState:
    """Every Shipping Bill of a file, and what the current one lacks by the rule on invoices.

    `rule` is the one of the instant of handing in, of now for a draft.
    """

    current: KeptBill | None
    replaced: tuple[KeptBill, ...]
    rule: InForce | None
    lacking: tuple[str, ...]

    @property
    def is_asked(self) -> bool:
        """Whether identical numbers are asked for."""
        return self.rule is not None and bool(self.rule.value)

    @property
    def differs(self) -> bool:
        """Whether the numbers differ although the rule asks for identical ones."""
        return self.is_asked and bool(self.lacking)


class Mismatch(NamedTuple):
    """One file whose Shipping Bill names other invoices."""

    id: int
    number: str
    status: Status
    firm: str
    office: str
    bill: str
    dated: date
    entered_at: datetime
    there: tuple[str, ...]
    here: tuple[str, ...]


def bill_state(db: Session, facts: ApplicationFacts) -> BillState:
    """The Shipping Bills of a file that was looked up before."""
    found = rows(db, _bills(), application=facts.id)
    entered = {row.entered_by for row in found if row.entered_by is not None}
    people = names(db, entered) if entered else {}
    kept = [_kept(db, row, people.get(row.entered_by or 0, "eCoO")) for row in found]
    current = next((bill for bill in kept if bill.replaced_at is None), None)
    ours = [invoice.number for invoice in facts.invoices]
    return BillState(
        current,
        tuple(bill for bill in kept if bill.replaced_at is not None),
        rule_if_any(db, INVOICE_IDENTITY, facts.submitted_at or clock.now()),
        not_on_bill(ours, current.invoices) if current else (),
    )


def mismatches(
    db: Session, actor: Actor, text: str = "", before: int | None = None
) -> list[Mismatch]:
    """Files that were handed in while the rule asked for identical numbers, and whose differ.

    The newest Shipping Bill first, up to 51: one more than a page. An office sees its own, an
    agency those of its offices, the directorate all.
    """
    query = _candidates().where(_seen_by(actor))
    if text:
        query = query.where(_matches(text))
    if before is not None:
        query = query.where(ShippingBill.id < before)
    found = db.execute(query.order_by(ShippingBill.id.desc()).limit(PAGE + 1)).all()
    more = _more_numbers(db, [row.Application.id for row in found])
    return [_mismatch(row, more.get(row.Application.id, ())) for row in found]


@cache
def _bills() -> Select[*tuple[Any, ...]]:
    table = ShippingBill.__table__
    mine = table.c.application_id == bindparam("application")
    return select(table).where(mine).order_by(table.c.id.desc())


def _kept(db: Session, row: Row[*tuple[Any, ...]], who: str) -> KeptBill:
    return KeptBill(
        row.number,
        row.dated,
        row.port,
        station_name(db, row.port),
        tuple(row.invoices.splitlines()),
        row.entered_at,
        who,
        row.replaced_at,
    )


def _candidates() -> Select[*tuple[Any, ...]]:
    query = select(
        ShippingBill,
        Application,
        Firm.name.label("firm"),
        Agency.name.label("agency"),
        Office.name.label("office"),
    )
    query = query.join(Application, Application.id == ShippingBill.application_id)
    query = query.join(Firm, Firm.id == Application.firm_id)
    query = query.join(Office, Office.id == Application.office_id)
    query = query.join(Agency, Agency.id == Office.agency_id)
    others = exists().where(Invoice.application_id == Application.id, _is_absent(Invoice.number))
    return query.where(
        ShippingBill.replaced_at.is_(None),
        Application.status.not_in(CLOSED),
        _was_asked(),
        or_(_is_absent(Application.invoice_number), others),
    )


def _is_absent(number: Any) -> ColumnElement[bool]:
    """That a number isn't a line of the bill's, compared without blanks and in capitals."""
    lines = _plain(literal("\n") + ShippingBill.invoices + literal("\n"))
    line = literal("\n") + _plain(number) + literal("\n")
    found: ColumnElement[bool] = func.replace(lines, line, literal("")) == lines
    return found


def _plain(text: Any) -> Any:
    return func.upper(func.replace(text, literal(" "), literal("")))


def _was_asked() -> ColumnElement[bool]:
    """That the dated rule asked for identical numbers when the file was handed in."""
    return exists().where(
        Rule.name == INVOICE_IDENTITY.name,
        Rule.value == "true",
        Rule.valid_from <= Application.submitted_at,
        or_(Rule.valid_until.is_(None), Rule.valid_until > Application.submitted_at),
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    if actor.office_id is not None:
        return Application.office_id == actor.office_id
    if actor.agency_id is not None:
        return Office.agency_id == actor.agency_id
    if actor.may(Permission.OVERSIGHT_READ):
        return Application.submitted_at.is_not(None)
    raise Missing("mismatches")


def _matches(text: str) -> ColumnElement[bool]:
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    columns = (Application.number, Application.invoice_number, Firm.name, ShippingBill.number)
    words = [f"%{word}%" for word in plain.split()[:6]]
    return and_(*(or_(*(c.ilike(word, escape="\\") for c in columns)) for word in words))


def _more_numbers(db: Session, ids: list[int]) -> dict[int, tuple[str, ...]]:
    query = select(Invoice.application_id, Invoice.number).where(Invoice.application_id.in_(ids))
    found: dict[int, tuple[str, ...]] = {}
    for application_id, number in db.execute(query.order_by(Invoice.position)):
        found[application_id] = (*found.get(application_id, ()), number)
    return found


def _mismatch(row: Any, more: tuple[str, ...]) -> Mismatch:
    bill, file = row.ShippingBill, row.Application
    there = tuple(bill.invoices.splitlines())
    return Mismatch(
        bill.id,
        file.number,
        file.status,
        row.firm,
        f"{row.agency}, {row.office}",
        bill.number,
        bill.dated,
        bill.entered_at,
        there,
        not_on_bill((file.invoice_number, *more), there),
    )
