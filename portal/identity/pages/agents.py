"""Where a customs broker or forwarder registers."""

from __future__ import annotations

from flask import Response, url_for

from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.identity import actions
from portal.identity.forms import AgentForm
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
