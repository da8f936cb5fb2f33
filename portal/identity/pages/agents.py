"""Where a customs broker or forwarder registers, and who belongs to it."""

from __future__ import annotations

from flask import Response, url_for

from portal.core.errors import DomainError
from portal.core.permissions import Permission, Role, SeatKind
from portal.core.tx import write
from portal.identity import actions, queries
from portal.identity.forms import AgentForm, ColleagueForm
from portal.identity.pages import bp
from portal.identity.pages.sessions import sources
from portal.web import page, session
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import submitted


@bp.get("/agent/registration")
@requires(Permission.ACCOUNT_OPEN)
def agent_registration() -> Response:
    """The form for an agent."""
    return page.show("identity/agent_registration.html", form=AgentForm())


@bp.post("/agent/registration")
@requires(Permission.ACCOUNT_OPEN)
def register_agent() -> Response:
    """Register the agent and act for it from now on."""
    form: AgentForm = submitted(AgentForm)
    if form.validate():
        try:
            seat = write(db(), actions.register_agent, actor(), **form.facts())
        except DomainError as refusal:
            form.refuse_error(refusal)
        else:
            token = session.token_session().token
            write(db(), actions.switch_seat, token, actor(), seat, sources())
            return page.go(url_for("dashboard.show"))
    return page.show("identity/agent_registration.html", "panel", 422, form=form)


@bp.get("/agent")
@requires(Permission.CLIENTS_READ)
def agent() -> Response:
    """The agent as clients see it, and its people."""
    return _show(ColleagueForm())


@bp.post("/agent/invitations")
@requires(Permission.AGENT_MANAGE)
def invite_colleague() -> Response:
    """Invite somebody by e-mail."""
    form: ColleagueForm = submitted(ColleagueForm)
    if form.validate():
        whom = (Role(form.role.data), form.email.data or "", form.name.data or "")
        try:
            write(db(), actions.invite_colleague, actor(), *whom)
            return page.go(url_for("identity.agent"))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show(form, 422)


@bp.post("/agent/invitations/<ref>/again")
@requires(Permission.AGENT_MANAGE)
def invite_colleague_again(ref: str) -> Response:
    """Send another link."""
    write(db(), actions.resend_to_colleague, actor(), ref)
    return page.go(url_for("identity.agent"))


@bp.post("/agent/invitations/<ref>/withdrawal")
@requires(Permission.AGENT_MANAGE)
def withdraw_from_colleague(ref: str) -> Response:
    """Withdraw an invitation."""
    write(db(), actions.withdraw_from_colleague, actor(), ref)
    return page.go(url_for("identity.agent"))


@bp.post("/agent/people/<int:person>/removal")
@requires(Permission.AGENT_MANAGE)
def remove_colleague(person: int) -> Response:
    """Somebody doesn't belong to the agent any more."""
    write(db(), actions.remove_colleague, actor(), person)
    return page.go(url_for("identity.agent"))


def _show(form: ColleagueForm, code: int = 200) -> Response:
    manages, agent_id = actor().may(Permission.AGENT_MANAGE), actor().agent_id
    invited = queries.invitations(db(), SeatKind.AGENT, agent_id or 0) if manages else []
    return page.show(
        "identity/agent.html",
        "",
        code,
        a=queries.agent(db(), agent_id),
        people=queries.colleagues(db(), agent_id),
        invitations=invited,
        manages=manages,
        form=form,
    )
