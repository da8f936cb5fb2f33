"""The firm's people: who belongs to it, who is invited, who tried to come in."""

from __future__ import annotations

from flask import Response, url_for

from portal.core.errors import DomainError
from portal.core.permissions import Permission, Role, SeatKind
from portal.core.tx import write
from portal.identity import actions, queries
from portal.identity.forms import ROLES, InviteForm, RoleForm, WhyForm
from portal.identity.pages import bp
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit
from portal.web.forms import submitted


@bp.get("/firm")
@requires(Permission.FIRM_READ)
def firm() -> Response:
    """The firm as the registry knows it, and its people."""
    return _show(InviteForm())


@bp.post("/firm/invitations")
@requires(Permission.FIRM_MANAGE)
def invite() -> Response:
    """Invite somebody by e-mail."""
    form: InviteForm = submitted(InviteForm)
    if form.validate():
        whom = (Role(form.role.data), form.email.data or "", form.name.data or "")
        try:
            write(db(), actions.invite_member, actor(), *whom)
            return page.go(url_for("identity.firm"))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show(form, 422)


@bp.post("/firm/invitations/<ref>/again")
@requires(Permission.FIRM_MANAGE)
def invite_again(ref: str) -> Response:
    """Send another link."""
    write(db(), actions.resend_to_member, actor(), ref)
    return page.go(url_for("identity.firm"))


@bp.post("/firm/invitations/<ref>/withdrawal")
@requires(Permission.FIRM_MANAGE)
def withdraw_invitation(ref: str) -> Response:
    """Withdraw an invitation."""
    write(db(), actions.withdraw_from_member, actor(), ref)
    return page.go(url_for("identity.firm"))


@bp.get("/firm/people/<int:person>")
@requires(Permission.FIRM_MANAGE)
def member(person: int) -> Response:
    """One member: another role, removal, a dispute."""
    return _show_member(person, RoleForm(), WhyForm())


@bp.post("/firm/people/<int:person>/role")
@requires(Permission.FIRM_MANAGE)
def change_role(person: int) -> Response:
    """Another role for a member."""
    form: RoleForm = submitted(RoleForm)
    if form.validate():
        try:
            write(db(), actions.change_role, actor(), person, Role(form.role.data))
            return page.go(url_for("identity.firm"))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show_member(person, form, WhyForm(), 422)


@bp.post("/firm/people/<int:person>/removal")
@requires(Permission.FIRM_MANAGE)
def remove_member(person: int) -> Response:
    """Somebody doesn't belong to the firm any more."""
    write(db(), actions.remove_member, actor(), person)
    return page.go(url_for("identity.firm"))


@bp.post("/firm/people/<int:person>/dispute")
@requires(Permission.FIRM_MANAGE)
def dispute(person: int) -> Response:
    """Say that a member doesn't belong to the firm."""
    form: WhyForm = submitted(WhyForm)
    if not form.validate():
        return _show_member(person, RoleForm(), form, 422)
    write(db(), actions.dispute, actor(), person, form.reason.data or "")
    return page.go(url_for("identity.firm"))


@bp.post("/firm/departure")
@requires(Permission.FIRM_READ)
def leave() -> Response:
    """Leave the firm."""
    write(db(), actions.leave, actor())
    return page.go(url_for("identity.sign_in"))


@bp.post("/firm/registry")
@requires(Permission.FIRM_READ)
def ask_registry() -> Response:
    """Ask the registry anew what it says of the firm."""
    iec = queries.firm(db(), actor().firm_id).iec
    db().rollback()
    record = kit().registry.look_up(iec)
    if record is not None:
        write(db(), actions.refresh_firm, record)
    return page.go(url_for("identity.firm"))


def _show(form: InviteForm, code: int = 200) -> Response:
    manages = actor().may(Permission.FIRM_MANAGE)
    firm_id = actor().firm_id or 0
    return page.show(
        "identity/firm.html",
        "",
        code,
        f=queries.firm(db(), firm_id),
        standing=queries.standing(db(), firm_id),
        members=queries.members(db(), actor()),
        invitations=queries.invitations(db(), SeatKind.FIRM, firm_id) if manages else [],
        claims=queries.claims_on_firm(db(), actor()) if manages else [],
        disputes=queries.disputes(db(), actor(), is_open=False) if manages else [],
        roles=dict(ROLES),
        me=actor().person_id,
        form=form,
    )


def _show_member(person: int, role: RoleForm, why: WhyForm, code: int = 200) -> Response:
    found = queries.member(db(), actor(), person)
    if role.role.data is None:
        role.role.data = found.role.value
    return page.show("identity/member.html", "", code, m=found, role=role, why=why)
