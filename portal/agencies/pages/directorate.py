"""The directorate's desk: agencies into Appendix 2E and out of it, by notice, each with why."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import (
    AgencyForm,
    ScopeEndForm,
    ScopeForm,
    TakeBackForm,
    TurnForm,
    instant_of,
)
from portal.agencies.pages import bp
from portal.agencies.pages.public import notices_of
from portal.agencies.rules import Turn
from portal.core import clock
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, settings
from portal.web.forms import PortalForm, submitted


@bp.get("/agencies/desk")
@requires(Permission.AGENCIES_WRITE)
def desk() -> Response:
    """The register, to find an agency and open it."""
    text = request.args.get("q", "").strip()[:80]
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    rows = queries.agencies(db(), text, "", number)
    return page.show(
        "agencies/desk.html",
        rows=rows[: queries.PAGE],
        waiting=queries.registrations(db()),
        q=text,
        now=clock.now(),
        after=number + 1 if len(rows) > queries.PAGE else 0,
    )


@bp.get("/agencies/desk/new")
@requires(Permission.AGENCIES_WRITE)
def new() -> Response:
    """The form for an agency."""
    return page.show("agencies/new.html", form=AgencyForm())


@bp.post("/agencies/desk")
@requires(Permission.AGENCIES_WRITE)
def add() -> Response:
    """Add an agency; its listing is entered on its page."""
    form: AgencyForm = submitted(AgencyForm)
    if form.validate():
        facts = {**form.facts(), "is_invented": settings().is_sandbox}
        try:
            slug = write(db(), actions.add_agency, actor(), form.why.data or "", **facts)
            return page.go(url_for("agencies.edit", agency=slug))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return page.show("agencies/new.html", "", 422, form=form)


@bp.get("/agencies/desk/<agency>")
@requires(Permission.AGENCIES_WRITE)
def edit(agency: str) -> Response:
    """One agency: how it stands, its goods, and every change with who and why."""
    return _edit(agency)


@bp.post("/agencies/desk/<agency>/standing")
@requires(Permission.AGENCIES_WRITE)
def turn(agency: str) -> Response:
    """List, suspend or strike off, by notice."""
    form: TurnForm = submitted(TurnForm)
    if form.validate():
        act = (agency, Turn(form.turn.data), instant_of(form.at))
        try:
            write(db(), actions.turn, actor(), *act, **form.facts())
            return page.go(url_for("agencies.edit", agency=agency))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _edit(agency, 422, turn=form)


@bp.post("/agencies/desk/<agency>/standing/taken-back")
@requires(Permission.AGENCIES_WRITE)
def take_back(agency: str) -> Response:
    """Take the last entry back, where it was a mistake."""
    form: TakeBackForm = submitted(TakeBackForm)
    if form.validate():
        try:
            write(db(), actions.take_back, actor(), agency, form.why.data or "")
            return page.go(url_for("agencies.edit", agency=agency))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _edit(agency, 422, back=form)


@bp.post("/agencies/desk/<agency>/goods")
@requires(Permission.AGENCIES_WRITE)
def give_scope(agency: str) -> Response:
    """Give goods to an agency, by notice."""
    form: ScopeForm = submitted(ScopeForm)
    if form.validate():
        try:
            why = form.why.data or ""
            write(db(), actions.give_scope, actor(), agency, why, **form.facts())
            return page.go(url_for("agencies.edit", agency=agency))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _edit(agency, 422, scope=form)


@bp.get("/agencies/desk/<agency>/goods/<int:scope>")
@requires(Permission.AGENCIES_WRITE)
def scope(agency: str, scope: int) -> Response:
    """Goods of an agency, to end them."""
    return _scope(agency, scope, ScopeEndForm())


@bp.post("/agencies/desk/<agency>/goods/<int:scope>")
@requires(Permission.AGENCIES_WRITE)
def end_scope(agency: str, scope: int) -> Response:
    """Take goods away again, by notice."""
    form: ScopeEndForm = submitted(ScopeEndForm)
    if form.validate():
        facts = (agency, scope, instant_of(form.at), form.notice.data or "", form.why.data or "")
        try:
            write(db(), actions.end_scope, actor(), *facts)
            return page.go(url_for("agencies.edit", agency=agency))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _scope(agency, scope, form, 422)


def _scope(agency: str, scope: int, form: ScopeEndForm, code: int = 200) -> Response:
    found = queries.agency(db(), agency)
    row = next((row for row in found.scopes if row.id == scope), None)
    if row is None:
        raise Missing("scope")
    return page.show("agencies/scope.html", "", code, a=found, s=row, form=form)


def _edit(agency: str, code: int = 200, **sent: PortalForm) -> Response:
    """The page with what was sent, or with empty forms; each form has ids of its own."""
    found = queries.agency(db(), agency)
    forms: dict[str, Any] = {
        "turn": TurnForm(),
        "back": TakeBackForm(),
        "scope": ScopeForm(),
        **sent,
    }
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.name}"
    now = clock.now()
    return page.show(
        "agencies/edit.html",
        "",
        code,
        a=found,
        standing=found.standing(now),
        now=now,
        known=queries.known_notices(db(), notices_of(found)),
        changes=queries.changes(db(), found.id),
        **forms,
    )
