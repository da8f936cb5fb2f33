"""The sections of a draft, each saved by itself."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from wtforms import SelectField

from portal.core import clock
from portal.core.errors import Invalid
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.actions.exporter import missing
from portal.filing.forms import SECTION_FORMS
from portal.filing.pages import bp
from portal.filing.queries.books import consignees_by_use
from portal.filing.rules.completeness import SECTIONS
from portal.identity import queries as identity
from portal.notices.queries import rule_if_any
from portal.notices.rules import INVOICE_IDENTITY
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import PortalForm, choices, submitted


@bp.get("/applications/<ref>/sections/<name>")
@requires(Permission.APPLICATION_PREPARE)
def section(ref: str, name: str) -> Response:
    """One section's form with what was saved, or with what the firm's book says."""
    row = actions.drafting_row(db(), actor(), ref)
    taken = identity.chosen(_book(name), request.args.get("use", ""))
    form = _form(name, **_filled(name, taken)) if taken else _form(name, obj=row)
    return _show(ref, name, form)


@bp.post("/applications/<ref>/sections/<name>")
@requires(Permission.APPLICATION_PREPARE)
def save(ref: str, name: str) -> Response:
    """Keep one section and go on to the next."""
    actions.drafting_row(db(), actor(), ref)
    form = _form(name)
    if not form.validate():
        return _show(ref, name, form, 422)
    fields = {n: v for n, v in form.data.items() if n != "not_aadhaar"}
    try:
        write(db(), actions.save, actor(), ref, name, **fields)
    except Invalid as refusal:
        form.refuse_error(refusal)
        return _show(ref, name, form, 422)
    return page.go(next_url(ref, name))


def next_url(ref: str, name: str) -> str:
    """Where the person goes after saving a section."""
    after = SECTIONS[SECTIONS.index(name) + 1 :]
    if not after:
        return url_for("filing.show", ref=ref)
    if after[0] in SECTION_FORMS:
        return url_for("filing.section", ref=ref, name=after[0])
    return url_for(f"filing.{after[0]}", ref=ref)


def _book(name: str) -> list[identity.Entry]:
    """What the firm's books offer for a section."""
    if name == "consignee":
        return consignees_by_use(db(), actor())
    return identity.signatories(db(), actor()) if name == "declaration" else []


def _filled(name: str, entry: identity.Entry) -> dict[str, str]:
    """The fields of a section from an entry of a book; nothing is saved by that."""
    return {field: entry[column] for field, column in _FROM_BOOK[name].items()}


def _form(name: str, obj: object = None, **filled: str) -> PortalForm:
    if name not in SECTION_FORMS:
        raise NotFound
    form: PortalForm = submitted(SECTION_FORMS[name], obj=obj, **filled)
    for field, pairs in _CHOICES.items():
        if field in form:
            target: SelectField = form[field]
            target.choices = choices(pairs(db()), gettext("Choose…"))
    return form


def _show(ref: str, name: str, form: PortalForm, status: int = 200) -> Response:
    facts = queries.application_facts(db(), actions.drafting_row(db(), actor(), ref))
    is_invoice = name == "invoice"
    return page.show(
        "filing/section.html",
        "panel",
        status,
        identity=rule_if_any(db(), INVOICE_IDENTITY, clock.now()) if is_invoice else None,
        ref=ref,
        gaps=missing(db(), facts),
        name=name,
        form=form,
        sections=SECTIONS,
        section_forms=tuple(SECTION_FORMS),
        book=_book(name),
        used=request.args.get("use", ""),
    )


_FROM_BOOK = {
    "consignee": {
        "consignee_name": "name",
        "consignee_address": "address",
        "consignee_country": "country",
    },
    "declaration": {
        "signatory": "name",
        "signatory_designation": "designation",
        "declaration_place": "place",
    },
}
_CHOICES = {
    "consignee_country": reference.countries,
    "destination_country": reference.countries,
    "port_of_loading": reference.stations,
    "currency": reference.currencies,
    "incoterm": reference.incoterms,
}
