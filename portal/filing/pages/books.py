"""The firm's books beside a draft: parties and goods kept, goods lines filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError, Invalid
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import queries
from portal.filing.actions import books as actions
from portal.filing.actions import drafting_row
from portal.filing.forms.items import ItemForm, KeepForm, item_form
from portal.filing.models import Application
from portal.filing.pages import bp
from portal.filing.queries import books as reads
from portal.filing.queries.books import PartyState
from portal.filing.rules.kinds import Kind
from portal.identity import queries as identity
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import PortalForm, choices

SIDE = "<any(consignee, notify):side>"
# Ten lines of ten fields stay below the limit of parts that one form may have.
MOST_AT_ONCE = 10


@bp.get("/applications/<ref>/parties")
@requires(Permission.APPLICATION_PREPARE)
def parties(ref: str) -> Response:
    """Consignee and notify party beside the firm's book; what differs is asked."""
    return _show_parties(ref, PortalForm())


@bp.post(f"/applications/<ref>/parties/{SIDE}")
@requires(Permission.APPLICATION_PREPARE)
def keep_party(ref: str, side: str) -> Response:
    """Keep a party in the book; an entry that differs is changed only on request."""
    update = request.form.get("update") == "yes"
    try:
        write(db(), actions.keep_party, actor(), ref, side, update=update)
    except DomainError as refusal:
        top = PortalForm()
        top.refuse("", refusal.problem)
        return _show_parties(ref, top, 422)
    return page.go(url_for("filing.parties", ref=ref))


@bp.get("/applications/<ref>/products")
@requires(Permission.APPLICATION_PREPARE)
def products(ref: str) -> Response:
    """Products to fill goods lines from, and lines to keep as products."""
    row = drafting_row(db(), actor(), ref)
    return _show_products(row, _chosen_forms(row, request.args.getlist("use")))


@bp.post("/applications/<ref>/products")
@requires(Permission.APPLICATION_PREPARE)
def add_from_book(ref: str) -> Response:
    """Add the lines of the chosen products."""
    row = drafting_row(db(), actor(), ref)
    forms, top = _chosen_forms(row, request.form.getlist("use"), request.form), PortalForm()
    if not forms:
        top.form_errors.append(gettext("Choose a product first."))
        return _show_products(row, forms, top=top, status=422)
    if not all([form.validate() for form in forms.values()]):
        return _show_products(row, forms, status=422)
    known = {entry["ref"]: entry for entry in identity.products(db(), actor())}
    lines = [form.facts(known[key]) for key, form in forms.items()]
    after = request.form.get("after", 0, type=int)
    try:
        write(db(), actions.add_from_book, actor(), ref, lines, after)
    except Invalid as refusal:
        top.refuse("", refusal.problem)
        return _show_products(row, forms, top=top, status=422)
    return page.go(url_for("filing.goods", ref=ref))


@bp.post("/applications/<ref>/products/keeping")
@requires(Permission.APPLICATION_PREPARE)
def keep_products(ref: str) -> Response:
    """Keep the ticked lines as products."""
    row = drafting_row(db(), actor(), ref)
    form = _keep_form(row, request.form)
    if form.validate():
        try:
            write(db(), actions.keep_products, actor(), ref, form.lines.data or ())
            return page.go(url_for("filing.products", ref=ref))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show_products(row, {}, keep=form, status=422)


@bp.app_template_global("parties_to_keep")
def parties_to_keep(ref: str) -> list[PartyState]:
    """The parties of a draft that the firm's book doesn't have as they stand there."""
    row = queries.application_for(db(), actor(), ref)
    found = reads.parties_of(db(), actor(), row)
    return [party for party in found if party.state != "same"]


def _chosen_forms(row: Application, refs: list[str], sent: Any = None) -> dict[str, ItemForm]:
    """A form for each product that was chosen, ten at most, filled from the book."""
    known = {entry["ref"]: entry for entry in identity.products(db(), actor())}
    chosen = [ref for ref in dict.fromkeys(refs) if ref in known][:MOST_AT_ONCE]
    exponent = reference.currency_exponent(db(), row.currency) if row.currency else 2
    units = choices(reference.units(db()), gettext("Choose…"))
    forms = {}
    for ref in chosen:
        form = item_form(sent, ref, _typed(known[ref]))
        form.fit(exponent, units, choices([("", "")]), is_foreign=row.kind is Kind.BACK_TO_BACK)
        forms[ref] = form
    return forms


def _typed(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = ("hs_code", "description", "unit", "package_kind", "criterion")
    return {name: entry[name] for name in names}


def _keep_form(row: Application, sent: Any = None) -> KeepForm:
    lines = reads.lines_to_keep(db(), actor(), row)
    form = KeepForm(sent)
    form.lines.choices = [
        (line.position, f"{line.hs_code} {line.description.splitlines()[0][:80]}") for line in lines
    ]
    return form


def _show_parties(ref: str, top: PortalForm, status: int = 200) -> Response:
    row = queries.application_for(db(), actor(), ref)
    return page.show(
        "filing/parties.html",
        "",
        status,
        ref=row.public_ref,
        found=reads.parties_of(db(), actor(), row),
        top=top,
        places=dict(reference.countries(db())),
    )


def _show_products(
    row: Application,
    forms: dict[str, ItemForm],
    *,
    top: PortalForm | None = None,
    keep: KeepForm | None = None,
    status: int = 200,
) -> Response:
    book = identity.products(db(), actor())
    return page.show(
        "filing/products.html",
        "",
        status,
        ref=row.public_ref,
        book=book,
        names={entry["ref"]: entry["name"] for entry in book},
        ended=reference.hs_problems(db(), [entry["hs_code"] for entry in book]),
        forms=forms,
        top=top or PortalForm(),
        keep=keep or _keep_form(row),
        currency=row.currency,
        after=request.form.get("after", reads.last_position(db(), row), type=int),
    )
