"""Filling a draft from an e-invoice: read, shown, and taken part by part."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Invalid, Missing
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.actions.drafting import begin, editable, stream
from portal.filing.actions.goods import put_lines
from portal.filing.actions.saving import save
from portal.filing.actions.shipping_bill import enter_shipping_bill
from portal.filing.einvoice import EInvoice, written
from portal.filing.models import Application, Typed
from portal.filing.queries.einvoices import SECTION, SHIPPING_BILL, Waiting, parts_of, waiting
from portal.identity import queries as identity
from portal.identity.rules import check_gstin
from portal.reference.queries import hs_problems

BEGUN = audit.Act("filing.begun_from_einvoice", ("office", "lines"))
READ = audit.Act("filing.einvoice_read", ("lines",))
TAKEN = audit.Act("filing.einvoice_taken", ("parts",))
LINES_TAKEN = audit.Act("filing.einvoice_lines_taken", ("lines",))
PUT_AWAY = audit.Act("filing.einvoice_put_away", ())
# The section of the draft that each part fills.
SECTIONS: Mapping[str, str] = {
    "invoice": "invoice",
    "consignee": "consignee",
    "route": "transport",
}


def begin_from_einvoice(db: Session, actor: Actor, office_id: int, found: EInvoice) -> str:
    """Begin a draft with an e-invoice beside it, of which nothing is taken yet; its reference.

    Raises what `create` raises, and Invalid where the seller is not the firm.
    """
    row = begin(db, actor, office_id)
    _check_seller(db, row, found)
    db.flush()
    _put(db, actor, row, Waiting(found, frozenset(), frozenset()))
    audit.record(db, stream(row), BEGUN, actor, office=office_id, lines=len(found.items))
    return row.ref


def keep_einvoice(db: Session, actor: Actor, ref: str, found: EInvoice) -> None:
    """Put an e-invoice beside a draft, in place of one that waited; nothing is taken yet."""
    row = editable(db, actor, ref)
    _check_seller(db, row, found)
    _put(db, actor, row, Waiting(found, frozenset(), frozenset()))
    audit.record(db, stream(row), READ, actor, lines=len(found.items))


def take_parts(db: Session, actor: Actor, ref: str, names: Iterable[str]) -> None:
    """Take the named parts into the draft, as they were shown.

    Raises Missing if none waits, Invalid for a currency that the lines don't fit.
    """
    row, found = _waiting(db, actor, ref)
    chosen = [part for part in parts_of(db, row, found) if part.name in set(names)]
    for part in chosen:
        if part.name == SHIPPING_BILL:
            _enter_bill(db, actor, row, found.invoice, part.fields)
        else:
            save(db, actor, ref, SECTIONS[part.name], **part.fields)
    taken = found.parts | {part.name for part in chosen}
    _put(db, actor, row, Waiting(found.invoice, taken, found.lines))
    parts = ",".join(part.name for part in chosen)
    audit.record(db, stream(row), TAKEN, actor, parts=parts)


def take_lines(db: Session, actor: Actor, ref: str, lines: Mapping[int, Mapping[str, Any]]) -> int:
    """Add completed lines to the draft, {place in the e-invoice: facts of a line}; how many.

    A line that was taken before is not added again. Raises Invalid for a code that doesn't hold.
    """
    row, found = _waiting(db, actor, ref)
    fresh = {n: facts for n, facts in lines.items() if n in dict(found.open_lines)}
    problems = hs_problems(db, {facts["hs_code"] for facts in fresh.values()})
    for problem in problems.values():
        raise Invalid.because(problem, field="hs_code")
    put_lines(db, row, [fresh[n] for n in sorted(fresh)])
    _put(db, actor, row, Waiting(found.invoice, found.parts, found.lines | set(fresh)))
    audit.record(db, stream(row), LINES_TAKEN, actor, lines=len(fresh))
    return len(fresh)


def put_away(db: Session, actor: Actor, ref: str) -> None:
    """Forget the e-invoice; what was taken of it stays in the draft."""
    row, _found = _waiting(db, actor, ref)
    _forget(db, row)
    audit.record(db, stream(row), PUT_AWAY, actor)


def _waiting(db: Session, actor: Actor, ref: str) -> tuple[Application, Waiting]:
    row = editable(db, actor, ref)
    found = waiting(db, row)
    if found is None:
        raise Missing("e-invoice")
    return row, found


def _check_seller(db: Session, row: Application, found: EInvoice) -> None:
    """The seller's GSTIN holds the PAN of the firm whose application it is."""
    firm = identity.firm(db, row.firm_id)
    if not found.seller_gstin:
        raise Invalid(
            N_("The e-invoice names no seller's GSTIN, so it can't be told whose it is."),
            code="no_seller",
        )
    problem = check_gstin(found.seller_gstin, firm.pan)
    if problem is not None:
        raise Invalid(
            N_("This e-invoice is not one of %(firm)s: its seller's GSTIN is %(gstin)s."),
            code="other_seller",
            firm=firm.name,
            gstin=found.seller_gstin[:15],
        )


def _put(db: Session, actor: Actor, row: Application, found: Waiting) -> None:
    _forget(db, row)
    kept = {
        "invoice": written(found.invoice),
        "parts": sorted(found.parts),
        "lines": sorted(found.lines),
    }
    typed = json.dumps(kept, ensure_ascii=False)
    db.add(
        Typed(
            application_id=row.id,
            section=SECTION,
            person_id=actor.person_id,
            typed=typed,
            at=clock.now(),
        )
    )


def _forget(db: Session, row: Application) -> None:
    db.execute(delete(Typed).where(Typed.application_id == row.id, Typed.section == SECTION))


def _enter_bill(
    db: Session, actor: Actor, row: Application, found: EInvoice, fields: Mapping[str, Any]
) -> None:
    """The Shipping Bill, where number, date and port are all there."""
    if set(fields) == {"number", "dated", "port"}:
        enter_shipping_bill(db, actor, row.ref, **fields, invoices=[found.number])
