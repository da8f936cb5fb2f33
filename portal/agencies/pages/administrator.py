"""What an agency's administrator sees: offices, officers, and who looks after the agency."""

from __future__ import annotations

from flask import Response, url_for

from portal.agencies import actions, queries
from portal.agencies.pages import bp
from portal.core.errors import Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.signing.queries import credentials_ending
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db


@bp.get("/agency")
@requires(Permission.AGENCY_READ)
def show() -> Response:
    """The administrator's agency with its offices and officers."""
    agency_id = actor().agency_id
    if agency_id is None:
        raise Missing("agency")
    return page.show(
        "agencies/show.html",
        offices=queries.readiness(db(), actor()),
        officers=queries.officers(db(), actor()),
        there=queries.administrators(db(), agency_id),
        ending=credentials_ending(db(), actor().person_id),
    )


@bp.post("/agency/hand-over")
@requires(Permission.AGENCY_MANAGE)
def hand_over() -> Response:
    """Change places with the deputy; both choose their seat again."""
    write(db(), actions.hand_over, actor())
    return page.go(url_for("identity.sign_in"))


@bp.post("/agency/leaving")
@requires(Permission.AGENCY_MANAGE)
def leave() -> Response:
    """Leave the agency."""
    write(db(), actions.leave, actor())
    return page.go(url_for("identity.sign_in"))
