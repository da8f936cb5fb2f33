"""The people of an agency's offices; a manager sees one office alone."""

from __future__ import annotations

from flask import Response, current_app, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import AssignForm, InviteOfficerForm, OfficerForm, TransferForm
from portal.agencies.pages import bp
from portal.core.errors import DomainError
from portal.core.permissions import Permission, Role
from portal.core.tx import write
from portal.signing.queries import credentials_ending
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import submitted

# Two forms of one page have a role and a designation.
OTHER = "other"


@bp.get("/agency/officers")
@requires(Permission.AGENCY_MANAGE)
def officers() -> Response:
    """The people of all offices, and who is invited."""
    return _people(_invitation())


@bp.get("/office")
@requires(Permission.OFFICE_READ)
def own_office() -> Response:
    """A manager's own office: what exporters read of it, and its people."""
    return _people(_invitation())


@bp.post("/agency/officers/invitations")
@requires(Permission.OFFICE_MANAGE)
def invite_officer() -> Response:
    """Invite somebody to an office by e-mail."""
    form = _invitation()
    if form.validate():
        where = int(form.office.data), Role(form.role.data)
        whom = form.email.data or "", form.name.data or "", form.designation.data or ""
        try:
            write(db(), actions.invite_officer, actor(), *where, *whom)
            return page.go(_home())
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _people(form, 422)


@bp.post("/agency/officers/invitations/<ref>/again")
@requires(Permission.OFFICE_MANAGE)
def invite_officer_again(ref: str) -> Response:
    """Send another link."""
    write(db(), actions.resend_to_officer, actor(), ref)
    return page.go(_home())


@bp.post("/agency/officers/invitations/<ref>/withdrawal")
@requires(Permission.OFFICE_MANAGE)
def withdraw_from_officer(ref: str) -> Response:
    """Withdraw an invitation."""
    write(db(), actions.withdraw_from_officer, actor(), ref)
    return page.go(_home())


@bp.get("/agency/officers/<int:officer>")
@requires(Permission.OFFICE_MANAGE)
def officer(officer: int) -> Response:
    """One officer: role, other offices, work, the end."""
    return _one(officer)


@bp.post("/agency/officers/<int:officer>/role")
@requires(Permission.OFFICE_MANAGE)
def change_officer(officer: int) -> Response:
    """Another role or designation."""
    form: OfficerForm = submitted(OfficerForm)
    form.offer_roles(queries.roles_given_by(actor()))
    if form.validate():
        facts = Role(form.role.data), form.designation.data or ""
        try:
            write(db(), actions.change_officer, actor(), officer, *facts)
            return page.go(_home())
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _one(officer, role=form)


@bp.post("/agency/officers/<int:officer>/offices")
@requires(Permission.AGENCY_MANAGE)
def assign_officer(officer: int) -> Response:
    """Another office of the agency as well."""
    form: AssignForm = submitted(AssignForm, prefix=OTHER)
    _offer(form)
    if form.validate():
        facts = int(form.office.data), Role(form.role.data), form.designation.data or ""
        try:
            write(db(), actions.assign_officer, actor(), officer, *facts)
            return page.go(_home())
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _one(officer, assign=form)


@bp.post("/agency/officers/<int:officer>/work")
@requires(Permission.OFFICE_MANAGE)
def transfer_work(officer: int) -> Response:
    """Give all files on this desk to somebody else of the office."""
    form: TransferForm = submitted(TransferForm)
    form.offer(_receivers(queries.officer_row(db(), actor(), officer)))
    if form.validate():
        try:
            write(db(), actions.transfer_work, actor(), officer, int(form.to.data))
            return page.go(_home())
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _one(officer, transfer=form)


@bp.post("/agency/officers/<int:officer>/removal")
@requires(Permission.OFFICE_MANAGE)
def deactivate_officer(officer: int) -> Response:
    """Somebody doesn't work at the office any more."""
    write(db(), actions.deactivate_officer, actor(), officer)
    return page.go(_home())


def _home() -> str:
    everywhere = actor().may(Permission.AGENCY_MANAGE)
    return url_for("agencies.officers" if everywhere else "agencies.own_office")


def _invitation() -> InviteOfficerForm:
    form: InviteOfficerForm = submitted(InviteOfficerForm)
    _offer(form)
    return form


def _offer(form: AssignForm) -> None:
    form.offer_roles(queries.roles_given_by(actor()))
    form.offer_offices(queries.office_choices(db(), actor()))


def _people(form: InviteOfficerForm, code: int = 200) -> Response:
    office_id = actor().office_id
    template = "agencies/officers.html" if office_id is None else "agencies/own_office.html"
    return page.show(
        template,
        "",
        code,
        office=queries.office(db(), office_id) if office_id is not None else None,
        people=queries.officer_rows(db(), actor()),
        invitations=queries.invited_officers(db(), actor()),
        may_give=queries.roles_given_by(actor()),
        form=form,
        ending=credentials_ending(db(), actor().person_id),
    )


def _one(
    row_id: int,
    *,
    role: OfficerForm | None = None,
    assign: AssignForm | None = None,
    transfer: TransferForm | None = None,
) -> Response:
    """The officer's page; a form that is given was refused, so the answer is 422."""
    found = queries.officer_row(db(), actor(), row_id)
    refused = role or assign or transfer
    role = role or OfficerForm(role=found.role.value, designation=found.designation)
    role.offer_roles(queries.roles_given_by(actor()))
    assign = assign or AssignForm(
        prefix=OTHER, role=found.role.value, designation=found.designation
    )
    _offer(assign)
    transfer, receivers = transfer or TransferForm(), _receivers(found)
    transfer.offer(receivers)
    count = current_app.extensions["files_on_desk"]
    return page.show(
        "agencies/officer.html",
        "",
        422 if refused else 200,
        o=found,
        role=role,
        assign=assign if actor().may(Permission.AGENCY_MANAGE) else None,
        transfer=transfer,
        receivers=receivers,
        files=count(db(), found.person_id, found.office_id),
        is_last=found.decides and not receivers,
        home=_home(),
    )


def _receivers(found: queries.OfficerRow) -> list[tuple[int, str]]:
    """Who else decides at the same office."""
    return [
        (row.id, f"{row.name}, {row.designation}")
        for row in queries.officer_rows(db(), actor())
        if row.office_id == found.office_id and row.decides and row.id != found.id
    ]
