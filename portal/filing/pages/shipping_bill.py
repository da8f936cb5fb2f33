"""The Shipping Bill of a file, and the lists of those that name other invoices."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.forms import ShippingBillForm
from portal.filing.lifecycle import CLOSED
from portal.filing.pages import bp
from portal.filing.queries import ApplicationFacts
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, row_of_address
from portal.web.forms import choices, submitted


@bp.get("/applications/<ref>/shipping-bill")
@requires(Permission.APPLICATION_READ)
def shipping_bill(ref: str) -> Response:
    """The Shipping Bill, whether it names the application's invoices, and the form for it."""
    facts = _facts(ref)
    return _show(facts, _form(facts))


@bp.post("/applications/<ref>/shipping-bill")
@requires(Permission.APPLICATION_PREPARE)
def enter_shipping_bill(ref: str) -> Response:
    """Keep a Shipping Bill; the page that follows says at once whether it fits."""
    facts = _facts(ref)
    form = _form(facts)
    if not form.validate():
        return _show(facts, form, 422)
    try:
        write(db(), actions.enter_shipping_bill, actor(), ref, **form.facts())  # type: ignore[arg-type]
    except DomainError as refusal:
        db().rollback()
        form.refuse_error(refusal)
        return _show(facts, form, 422 if refusal.status == 422 else 409)
    return page.go(url_for("filing.shipping_bill", ref=facts.public_ref))


@bp.get("/queue/shipping-bills")
@requires(Permission.APPLICATION_SCRUTINISE)
def office_mismatches() -> Response:
    """Those of the office's files."""
    return _list("filing.office_mismatches")


@bp.get("/agency/shipping-bills")
@requires(Permission.AGENCY_READ)
def agency_mismatches() -> Response:
    """Those of the files of all offices of the agency."""
    return _list("filing.agency_mismatches")


@bp.get("/oversight/shipping-bills")
@requires(Permission.OVERSIGHT_READ)
def all_mismatches() -> Response:
    """Those of every agency."""
    return _list("filing.all_mismatches")


def _list(endpoint: str) -> Response:
    text = request.args.get("q", "").strip()[:80]
    rows = queries.mismatches(db(), actor(), text, row_of_address("before"))
    return page.show(
        "filing/mismatches.html",
        "rows",
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None,
        endpoint=endpoint,
        q=text,
    )


def _facts(ref: str) -> ApplicationFacts:
    return queries.application_facts(db(), queries.application_for(db(), actor(), ref))


def _form(facts: ApplicationFacts) -> ShippingBillForm:
    form: ShippingBillForm = submitted(ShippingBillForm, **_before(facts))
    form.own_numbers = frozenset(invoice.number for invoice in facts.invoices)
    form.port.choices = choices(reference.stations(db()), gettext("Choose…"))
    return form


def _before(facts: ApplicationFacts) -> dict[str, Any]:
    """What the form begins with: the present bill; the port of loading where there is none yet.

    The invoice numbers are typed from the Shipping Bill and never filled in from the application:
    the comparison would compare nothing.
    """
    bill = facts.shipping_bill
    if bill is None:
        return {"port": facts.port_of_loading}
    plain = {"number": bill.number, "dated": bill.dated, "port": bill.port}
    return {**plain, "invoices": "\n".join(bill.invoices)}


def _show(facts: ApplicationFacts, form: ShippingBillForm, status: int = 200) -> Response:
    return page.show(
        "filing/shipping_bill.html",
        "panel",
        status,
        a=facts,
        state=queries.bill_state(db(), facts),
        form=form,
        may_enter=facts.status not in CLOSED and actor().may(Permission.APPLICATION_PREPARE),
    )
