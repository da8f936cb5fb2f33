"""The first page after signing in, one for each kind of seat."""

from __future__ import annotations

from flask import Response, url_for

from portal.core.permissions import Permission, SeatKind
from portal.dashboard import queries
from portal.dashboard.pages import bp
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit


@bp.get("/dashboard")
@requires(Permission.DASHBOARD_READ)
def show() -> Response:
    """What waits for me."""
    kind = actor().seat.kind
    if kind is SeatKind.AGENCY:
        return page.go(url_for("agencies.show"))
    if actor().may(Permission.OFFICE_READ):
        return page.go(url_for("agencies.own_office"))
    if kind is SeatKind.AGENT and actor().client is None:
        return page.go(url_for("filing.clients"))
    if kind in (SeatKind.FIRM, SeatKind.AGENT):
        return page.show("dashboard/firm.html", desk=queries.firm_desk(db(), actor()))
    if kind is SeatKind.OFFICE:
        return page.show("dashboard/office.html", desk=queries.office_desk(db(), actor()))
    overview, alarms = queries.overview(db(), actor()), queries.alarms(db(), kit())
    scanner = kit().scanner
    return page.show(
        "dashboard/directorate.html",
        o=overview,
        alarms=alarms,
        unscanned=queries.unscanned(db()),
        scans=scanner is not None,
        scanner_up=scanner is not None and scanner.is_up(),
    )
