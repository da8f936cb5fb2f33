"""Entering a file's Shipping Bill, before or after issue; what stood before it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.filing.actions.drafting import stream
from portal.filing.lifecycle import CLOSED
from portal.filing.models import Application, ShippingBill
from portal.filing.queries import application_for
from portal.reference.queries import check_code

BILL_ENTERED = audit.Act("filing.shipping_bill_entered", ("number", "port"))


def enter_shipping_bill(
    db: Session,
    actor: Actor,
    ref: str,
    *,
    number: str,
    dated: date,
    port: str,
    invoices: Iterable[str],
) -> None:
    """Keep a Shipping Bill with the invoice numbers on it; the one before it stays as replaced.

    The same facts again change nothing. Raises Invalid for an unknown customs station, NotOpen
    where the file was withdrawn or refused.
    """
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("shipping bill")
    row = application_for(db, actor, ref, lock=True)
    if row.status in CLOSED:
        raise NotOpen(
            N_("The file is closed, so no Shipping Bill belongs to it any more."), code="closed"
        )
    problem = check_code(db, "stations", port)
    if problem is not None:
        raise Invalid.because(problem, field="port")
    facts = {"number": number, "dated": dated, "port": port, "invoices": "\n".join(invoices)}
    _replace(db, actor, row, facts)


def _replace(db: Session, actor: Actor, row: Application, facts: dict[str, object]) -> None:
    current = db.scalar(
        select(ShippingBill).where(
            ShippingBill.application_id == row.id, ShippingBill.replaced_at.is_(None)
        )
    )
    if current is not None and all(getattr(current, n) == value for n, value in facts.items()):
        return
    now = clock.now()
    if current is not None:
        current.replaced_at = now
        # The new row is current only when the old one isn't any more.
        db.flush()
    who = actor.person_id
    db.add(ShippingBill(application_id=row.id, entered_at=now, entered_by=who, **facts))
    audit.record(
        db, stream(row), BILL_ENTERED, actor, number=str(facts["number"]), port=str(facts["port"])
    )
