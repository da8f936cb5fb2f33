"""What an agency's administrator sees: offices and officers."""

from __future__ import annotations

from flask import Response

from portal.agencies import queries
from portal.agencies.pages import bp
from portal.core.permissions import Permission
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db


@bp.get("/agency")
@requires(Permission.AGENCY_READ)
def show() -> Response:
    """The administrator's agency with its offices and officers."""
    return page.show(
        "agencies/show.html",
        offices=queries.own_offices(db(), actor()),
        officers=queries.officers(db(), actor()),
    )
