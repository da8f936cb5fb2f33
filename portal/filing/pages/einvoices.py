"""Filling a draft from a GST e-invoice: sent, shown, confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError, Invalid, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import queries
from portal.filing.actions import drafting_row
from portal.filing.actions import einvoices as actions
from portal.filing.einvoice import MAX_BYTES, EInvoice, Item, read
from portal.filing.forms.einvoices import (
    BeginForm,
    EinvoiceForm,
    LinesForm,
    PartsForm,
)
from portal.filing.forms.items import ItemForm, item_form
from portal.filing.models import Application
from portal.filing.pages import bp
from portal.filing.queries import einvoices as reads
from portal.filing.queries.einvoices import Part, Waiting
from portal.filing.rules.goods import format_minor, format_scaled
from portal.filing.rules.gst import hsn_problem
from portal.filing.rules.kinds import Kind
from portal.identity.actions.books import name_key
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import PortalForm, choices, submitted

# Ten lines of ten fields stay below the limit of parts that one form may have.
PAGE = 10


@bp.get("/applications/e-invoice")
@requires(Permission.APPLICATION_PREPARE)
def new_einvoice() -> Response:
    """Send an e-invoice that a new application begins with."""
    return _send(_begin_form())


@bp.post("/applications/e-invoice")
@requires(Permission.APPLICATION_PREPARE)
def begin_from_einvoice() -> Response:
    """Begin a draft with an e-invoice beside it."""
    form = _begin_form()
    if not form.validate():
        return _send(form, status=422)
    try:
        found = _read(form)
        office = int(form.office.data)
        ref = write(db(), actions.begin_from_einvoice, actor(), office, found)
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _send(form, status=422)
    return page.go(url_for("filing.einvoice", ref=ref))


@bp.get("/applications/<ref>/e-invoice")
@requires(Permission.APPLICATION_PREPARE)
def einvoice(ref: str) -> Response:
    """What an e-invoice says and what is taken of it; without one, the form to send it."""
    row = drafting_row(db(), actor(), ref)
    if reads.waiting(db(), row) is None:
        return _send(submitted(EinvoiceForm), ref)
    return _show(row)


@bp.post("/applications/<ref>/e-invoice")
@requires(Permission.APPLICATION_PREPARE)
def send_einvoice(ref: str) -> Response:
    """Put an e-invoice beside a draft."""
    drafting_row(db(), actor(), ref)
    form: EinvoiceForm = submitted(EinvoiceForm)
    try:
        if not form.validate():
            return _send(form, ref, 422)
        write(db(), actions.keep_einvoice, actor(), ref, _read(form))
    except Invalid as refusal:
        form.refuse_error(refusal)
        return _send(form, ref, 422)
    return page.go(url_for("filing.einvoice", ref=ref))


@bp.post("/applications/<ref>/e-invoice/particulars")
@requires(Permission.APPLICATION_PREPARE)
def take_particulars(ref: str) -> Response:
    """Take the ticked parts into the draft."""
    row = drafting_row(db(), actor(), ref)
    form = _parts_form(reads.parts_of(db(), row, _waits(row)), request.form)
    if not form.validate():
        return _show(row, parts=form, status=422)
    try:
        write(db(), actions.take_parts, actor(), ref, tuple(form.parts.data or ()))
    except Invalid as refusal:
        form.refuse_error(refusal)
        return _show(row, parts=form, status=422)
    return page.go(url_for("filing.einvoice", ref=ref))


@bp.post("/applications/<ref>/e-invoice/lines")
@requires(Permission.APPLICATION_PREPARE)
def take_einvoice_lines(ref: str) -> Response:
    """Add those lines of the page that are complete; untouched ones wait on."""
    row = drafting_row(db(), actor(), ref)
    found = _waits(row)
    forms, top = _item_forms(row, found, request.form), LinesForm()
    touched = {place: form for place, form in forms.items() if not form.is_untouched}
    if not touched:
        return _show(row, forms=forms, top=_nothing(top), status=422)
    sound = all([form.validate() for form in touched.values()]) and _codes_hold(touched)
    if not sound:
        return _show(row, forms=forms, top=top, status=422)
    known = reads.known_products(db(), actor())
    lines = {n: form.facts(_product(form, known)) for n, form in touched.items()}
    try:
        write(db(), actions.take_lines, actor(), ref, lines)
    except Invalid as refusal:
        top.refuse("", refusal.problem)
        return _show(row, forms=forms, top=top, status=422)
    return page.go(url_for("filing.einvoice", ref=ref) + "#lines")


@bp.post("/applications/<ref>/e-invoice/disposal")
@requires(Permission.APPLICATION_PREPARE)
def put_einvoice_away(ref: str) -> Response:
    """Forget the e-invoice; what was taken stays."""
    write(db(), actions.put_away, actor(), ref)
    return page.go(url_for("filing.show", ref=ref))


@bp.app_template_global("einvoice_lines_waiting")
def lines_waiting(ref: str) -> int:
    """How many lines of an e-invoice wait beside a draft, for the pages of that draft."""
    row = queries.application_for(db(), actor(), ref)
    found = reads.waiting(db(), row)
    return len(found.open_lines) if found else 0


def _waits(row: Application) -> Waiting:
    found = reads.waiting(db(), row)
    if found is None:
        raise Missing("e-invoice")
    return found


def _read(form: EinvoiceForm) -> EInvoice:
    """What was sent, a file before a pasted text. Raises Unreadable."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        raw = upload.stream.read(MAX_BYTES + 1)
    else:
        raw = (form.text.data or "").encode()
    return read(raw, form.which.data or "")


def _begin_form() -> BeginForm:
    form: BeginForm = submitted(BeginForm)
    offices = queries.offices_for(db(), actor())
    pairs = [(str(office.id), f"{office.label} ({office.city})") for office in offices]
    form.office.choices = choices(pairs, gettext("Choose…"))
    return form


def _parts_form(found: list[Part], sent: Any = None) -> PartsForm:
    """Ticked is what fills gaps; what would replace something has to be ticked by hand."""
    ticked = [p.name for p in found if p.fields and not p.is_done and not p.differs]
    form = PartsForm(sent, parts=ticked)
    form.parts.choices = [(p.name, gettext(p.label)) for p in found if p.fields]
    return form


def _item_forms(row: Application, found: Waiting, sent: Any = None) -> dict[int, ItemForm]:
    """The forms of the lines on this page; those that were sent, where a POST brings them.

    Values are those of the draft's currency; an e-invoice in another one proposes none.
    """
    exponent = reference.currency_exponent(db(), found.invoice.currency)
    values = reads.fob_values(found.invoice, exponent)
    if row.currency not in ("", found.invoice.currency):
        values = [None] * len(values)
    known = reads.known_products(db(), actor())
    units = choices(reference.units(db()), gettext("Choose…"))
    own = reference.currency_exponent(db(), row.currency)
    forms = {}
    for place, item in _on_page(found) if sent is None else _sent_lines(found, sent):
        under = reads.codes_under(db(), item.hsn)
        typed = _typed(item, values[place], exponent, known)
        typed["hs_choice"] = typed["hs_code"] if typed["hs_code"] in dict(under) else ""
        form = item_form(sent, place, typed)
        codes = choices(under, gettext("Choose the eight digits…"))
        form.fit(own, units, codes, is_foreign=row.kind is Kind.BACK_TO_BACK)
        forms[place] = form
    return forms


def _on_page(found: Waiting) -> list[tuple[int, Item]]:
    number = _page_number(found)
    return found.open_lines[(number - 1) * PAGE : number * PAGE]


def _sent_lines(found: Waiting, sent: Mapping[str, str]) -> list[tuple[int, Item]]:
    """The lines that a form brings, whatever was taken meanwhile, without those that were."""
    return [(n, item) for n, item in found.open_lines if f"line{n}-packages" in sent][:PAGE]


def _page_number(found: Waiting) -> int:
    pages = max(1, -(-len(found.open_lines) // PAGE))
    return min(max(1, request.args.get("page", 1, type=int)), pages)


def _typed(
    item: Item, value: int | None, exponent: int, known: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """A line as somebody would have typed it; a product of the book adds what it knows."""
    product = known.get(name_key(item.description), {})
    return {
        "hs_code": product.get("hs_code") or item.hsn,
        "description": item.description,
        "quantity": "" if item.quantity is None else format_scaled(item.quantity),
        "unit": item.unit,
        "fob": "" if value is None else format_minor(value, exponent),
        "package_kind": product.get("package_kind", ""),
        "criterion": product.get("criterion", ""),
    }


def _product(form: ItemForm, known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return known.get(name_key(form.description.data or ""), {})


def _codes_hold(forms: Mapping[int, ItemForm]) -> bool:
    problems = reference.hs_problems(db(), {form.code for form in forms.values()})
    for form in forms.values():
        if form.code in problems:
            form.refuse("hs_code", problems[form.code])
    return not problems


def _nothing(top: LinesForm) -> LinesForm:
    words = gettext("Type packages and weights of at least one line; the others wait.")
    top.form_errors.append(words)
    return top


def _send(form: PortalForm, ref: str = "", status: int = 200) -> Response:
    return page.show("filing/einvoice_send.html", "panel", status, form=form, ref=ref)


def _show(
    row: Application,
    *,
    parts: PartsForm | None = None,
    forms: dict[int, ItemForm] | None = None,
    top: LinesForm | None = None,
    status: int = 200,
) -> Response:
    found = _waits(row)
    judged = reads.parts_of(db(), row, found)
    return page.show(
        "filing/einvoice.html",
        "",
        status,
        ref=row.public_ref,
        e=found.invoice,
        currency=row.currency or found.invoice.currency,
        judged=judged,
        parts=parts or _parts_form(judged),
        forms=forms if forms is not None else _item_forms(row, found),
        top=top or LinesForm(),
        hsn={place: hsn_problem(item.hsn) for place, item in found.open_lines},
        waits=len(found.open_lines),
        number=_page_number(found),
        pages=max(1, -(-len(found.open_lines) // PAGE)),
    )
