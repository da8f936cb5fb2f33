"""The home page for everybody: verify first, then the ways in."""

from __future__ import annotations

from flask import Response

from portal.core import clock
from portal.dashboard.pages import bp
from portal.notices.queries import rule_if_any
from portal.notices.rules import FEE
from portal.trade_events import queries as events
from portal.web import page
from portal.web.access import public
from portal.web.context import db

NEXT_EVENTS = 3


@bp.get("/")
@public(cache_seconds=300)
def home() -> Response:
    """What the portal is, the verification form, and where to go."""
    soon = events.upcoming(db(), clock.today(), NEXT_EVENTS)
    fee = rule_if_any(db(), FEE, clock.now())
    return page.show("dashboard/home.html", soon=soon, fee=fee)
