"""Events for everybody: a calendar to filter and one page for each."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request

from portal.core import clock
from portal.trade_events import queries
from portal.web import page
from portal.web.access import public
from portal.web.context import db

bp = Blueprint("trade_events", __name__)


@bp.get("/events")
@public(cache_seconds=300)
def index() -> Response:
    """Events to come and past ones, by month, place and sector."""
    wanted = _wanted()
    found = queries.calendar(db(), clock.today(), wanted)
    return page.show("trade_events/index.html", calendar=found, wanted=wanted)


@bp.get("/events/<slug>")
@public(cache_seconds=300)
def show(slug: str) -> Response:
    """What is known of one event."""
    return page.show("trade_events/show.html", event=queries.event(db(), slug, clock.today()))


def _wanted() -> queries.Filter:
    """The filter of the address; a month that is none counts as any."""
    args = request.args
    try:
        month = date.fromisoformat(f"{args.get('month', '')}-01")
    except ValueError:
        month = None
    place, sector = (args.get(name, "").strip()[:80] for name in ("place", "sector"))
    return queries.Filter(month, place, sector)
