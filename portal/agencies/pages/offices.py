"""The offices of an agency: opened and changed by its administrator, one by its manager."""

from __future__ import annotations

from flask import Response, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import AwayForm, OfficeForm, SealsWithForm
from portal.agencies.pages import bp
from portal.agencies.rules import SealsWith
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import submitted


@bp.get("/agency/offices/new")
@requires(Permission.AGENCY_MANAGE)
def new_office() -> Response:
    """The form for an office."""
    return page.show("agencies/new_office.html", form=OfficeForm())


@bp.post("/agency/offices")
@requires(Permission.AGENCY_MANAGE)
def open_office() -> Response:
    """Open an office."""
    form: OfficeForm = submitted(OfficeForm)
    if form.validate():
        try:
            code = write(db(), actions.open_office, actor(), **form.facts())
            return page.go(url_for("agencies.office", office=code))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return page.show("agencies/new_office.html", "", 422, form=form)


@bp.get("/agency/offices/<office>")
@requires(Permission.OFFICE_MANAGE)
def office(office: str) -> Response:
    """One office, to change it or mark it away."""
    found = queries.own_office(db(), actor(), office)
    return _office(office, OfficeForm(obj=found), AwayForm(until=found.away_until))


@bp.post("/agency/offices/<office>")
@requires(Permission.OFFICE_MANAGE)
def change_office(office: str) -> Response:
    """Change an office."""
    form: OfficeForm = submitted(OfficeForm)
    if form.validate():
        try:
            code = write(db(), actions.change_office, actor(), office, **form.facts())
            return page.go(url_for("agencies.office", office=code))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _office(office, form, AwayForm(), 422)


@bp.post("/agency/offices/<office>/away")
@requires(Permission.OFFICE_MANAGE)
def be_away(office: str) -> Response:
    """Mark an office away until a day, or back."""
    form: AwayForm = submitted(AwayForm)
    if form.validate():
        try:
            write(db(), actions.be_away, actor(), office, form.until.data)
            return page.go(url_for("agencies.office", office=office))
        except DomainError as refusal:
            form.refuse_error(refusal)
    found = queries.own_office(db(), actor(), office)
    return _office(office, OfficeForm(obj=found), form, 422)


@bp.post("/agency/offices/<office>/seals-with")
@requires(Permission.AGENCY_MANAGE)
def set_seals_with(office: str) -> Response:
    """Whether the office's key or the officers' own tokens sign decisions."""
    form: SealsWithForm = submitted(SealsWithForm)
    if form.validate():
        write(db(), actions.set_seals_with, actor(), office, SealsWith(form.seals_with.data))
        return page.go(url_for("agencies.office", office=office))
    found = queries.own_office(db(), actor(), office)
    away = AwayForm(until=found.away_until)
    return _office(office, OfficeForm(obj=found), away, 422, sealing=form)


def _office(
    code: str,
    form: OfficeForm,
    away: AwayForm,
    status: int = 200,
    *,
    sealing: SealsWithForm | None = None,
) -> Response:
    found = queries.own_office(db(), actor(), code)
    return page.show(
        "agencies/office.html",
        "",
        status,
        o=found,
        form=form,
        away=away,
        sealing=sealing or SealsWithForm(seals_with=found.seals_with.value),
        today=clock.today(),
    )
