"""An office's hours and holidays, closing it for good, and the agency's account."""

from __future__ import annotations

from flask import Response, current_app, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import AccountForm, HolidayForm, HoursForm
from portal.agencies.pages import bp
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, settings
from portal.web.forms import submitted


@bp.get("/agency/offices/<office>/hours")
@requires(Permission.OFFICE_MANAGE)
def hours(office: str) -> Response:
    """When an office is open."""
    form, found = HoursForm(), queries.own_office(db(), actor(), office)
    form.fill(queries.hours_of(db(), found.id))
    return _hours(office, form, HolidayForm())


@bp.post("/agency/offices/<office>/hours")
@requires(Permission.OFFICE_MANAGE)
def set_hours(office: str) -> Response:
    """Keep the hours."""
    form: HoursForm = submitted(HoursForm)
    if not form.validate():
        return _hours(office, form, HolidayForm(), 422)
    write(db(), actions.set_hours, actor(), office, form.hours())
    return page.go(url_for("agencies.hours", office=office))


@bp.post("/agency/offices/<office>/holidays")
@requires(Permission.OFFICE_MANAGE)
def add_holiday(office: str) -> Response:
    """Add a holiday."""
    form: HolidayForm = submitted(HolidayForm)
    if form.validate():
        try:
            facts = (form.day.data, form.words.data or "")
            write(db(), actions.add_holiday, actor(), office, *facts)
            return page.go(url_for("agencies.hours", office=office))
        except DomainError as refusal:
            form.refuse_error(refusal)
    shown = HoursForm()
    shown.fill(queries.hours_of(db(), queries.own_office(db(), actor(), office).id))
    return _hours(office, shown, form, 422)


@bp.post("/agency/offices/<office>/holidays/<int:holiday>/removal")
@requires(Permission.OFFICE_MANAGE)
def drop_holiday(office: str, holiday: int) -> Response:
    """Take a holiday away."""
    write(db(), actions.drop_holiday, actor(), office, holiday)
    return page.go(url_for("agencies.hours", office=office))


@bp.post("/agency/offices/<office>/closing")
@requires(Permission.AGENCY_MANAGE)
def close_office(office: str) -> Response:
    """Close an office for good; refused while files are open there."""
    open_files = current_app.extensions["open_files_at"]
    write(db(), actions.close_office, actor(), office, open_files)
    return page.go(url_for("agencies.show"))


@bp.get("/agency/account")
@requires(Permission.AGENCY_MANAGE)
def account() -> Response:
    """Where fees are paid to; only the last digits are ever shown."""
    return _account(AccountForm())


@bp.post("/agency/account")
@requires(Permission.AGENCY_MANAGE)
def enter_account() -> Response:
    """Keep another account."""
    form: AccountForm = submitted(AccountForm)
    if not form.validate():
        return _account(form, 422)
    facts = (form.number.data or "", form.ifsc.data or "", form.holder.data or "")
    write(db(), actions.enter_account, actor(), *facts, settings().secret_key)
    return page.go(url_for("agencies.account"))


def _hours(code: str, form: HoursForm, holiday: HolidayForm, status: int = 200) -> Response:
    found = queries.own_office(db(), actor(), code)
    return page.show(
        "agencies/hours.html",
        "",
        status,
        o=found,
        form=form,
        holiday=holiday,
        holidays=queries.holidays(db(), found.id, clock.today()),
    )


def _account(form: AccountForm, status: int = 200) -> Response:
    digits = queries.account_digits(db(), actor().agency_id)
    return page.show("agencies/account.html", "", status, form=form, digits=digits)
