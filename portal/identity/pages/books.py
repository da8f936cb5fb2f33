"""The firm's books: branches, consignees, products, signatories."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.identity import actions, queries
from portal.identity.forms import BOOK_FORMS
from portal.identity.forms.books import BookForm, ProductForm
from portal.identity.lists import STATES
from portal.identity.pages import bp
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import choices, submitted

KIND = "<any(branches, parties, products, signatories):kind>"


@bp.get("/firm/books")
@requires(Permission.FIRM_READ)
def books() -> Response:
    """What the firm keeps ready for its applications."""
    return page.show("identity/books.html", sizes=queries.book_sizes(db(), actor()))


@bp.get(f"/firm/books/{KIND}")
@requires(Permission.FIRM_READ)
def book(kind: str) -> Response:
    """One book, and the form for another entry."""
    return _show(kind, _form(kind))


@bp.post(f"/firm/books/{KIND}")
@requires(Permission.APPLICATION_PREPARE)
def add_entry(kind: str) -> Response:
    """Add an entry."""
    form = _form(kind)
    if form.validate():
        try:
            write(db(), actions.add_entry, actor(), kind, **form.facts())
            return page.go(url_for("identity.book", kind=kind))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show(kind, form, status=422)


@bp.get(f"/firm/books/{KIND}/<entry>")
@requires(Permission.APPLICATION_PREPARE)
def entry(kind: str, entry: str) -> Response:
    """One entry to change."""
    found = queries.entry(db(), actor(), kind, entry)
    return _show(kind, _form(kind, **found), entry)


@bp.post(f"/firm/books/{KIND}/<entry>")
@requires(Permission.APPLICATION_PREPARE)
def change_entry(kind: str, entry: str) -> Response:
    """Change an entry."""
    queries.entry(db(), actor(), kind, entry)
    form = _form(kind)
    if form.validate():
        try:
            write(db(), actions.change_entry, actor(), kind, entry, **form.facts())
            return page.go(url_for("identity.book", kind=kind))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show(kind, form, entry, 422)


@bp.post(f"/firm/books/{KIND}/<entry>/archive")
@requires(Permission.APPLICATION_PREPARE)
def archive_entry(kind: str, entry: str) -> Response:
    """Take an entry out of the choice."""
    write(db(), actions.archive_entry, actor(), kind, entry)
    return page.go(url_for("identity.book", kind=kind))


def _form(kind: str, **stored: Any) -> BookForm:
    if kind == "products":
        return _product_form(stored)
    form: BookForm = submitted(BOOK_FORMS[kind], **stored)
    if "country" in form:
        form["country"].choices = choices(reference.countries(db()), gettext("Choose…"))
    return form


def _product_form(stored: dict[str, Any]) -> ProductForm:
    countries = dict(reference.countries(db()))
    filled = ProductForm.filled(stored, countries) if stored else {}
    form: ProductForm = submitted(ProductForm, **filled)
    form.countries = countries
    form.unit.choices = choices(reference.units(db()), gettext("Asked each time"))
    return form


def _show(kind: str, form: BookForm, entry: str = "", status: int = 200) -> Response:
    archived = request.args.get("archived") == "1"
    rows = queries.entries(db(), actor(), kind, archived=archived)
    codes = [row["hs_code"] for row in rows] if kind == "products" else []
    return page.show(
        "identity/book.html",
        "panel",
        status,
        kind=kind,
        form=form,
        entry=entry,
        archived=archived,
        rows=rows,
        ended=reference.hs_problems(db(), codes) if codes else {},
        places={**STATES, **dict(reference.countries(db()))},
    )
