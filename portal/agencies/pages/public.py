"""Appendix 2E for everybody: the list, and one page for each agency."""

from __future__ import annotations

from flask import Response, request

from portal.agencies import queries
from portal.agencies.pages import bp
from portal.agencies.queries import AgencyFacts
from portal.core import clock
from portal.web import page
from portal.web.access import public
from portal.web.context import db

MOST_PAGES = 1000


@bp.get("/agencies")
@public(cache_seconds=300)
def index() -> Response:
    """All agencies, or those with the words `q` or of a state, 25 on a page."""
    text, state = request.args.get("q", "").strip()[:80], request.args.get("state", "")[:80]
    number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
    rows = queries.agencies(db(), text, state, number)
    return page.show(
        "agencies/index.html",
        rows=rows[: queries.PAGE],
        q=text,
        state=state,
        states=queries.states(db()),
        now=clock.now(),
        before=number - 1,
        after=number + 1 if len(rows) > queries.PAGE else 0,
    )


@bp.get("/agencies/<slug>")
@public(cache_seconds=300)
def listed(slug: str) -> Response:
    """One agency: how it stood from when to when, for which goods, and how sure we are."""
    found = queries.agency(db(), slug)
    now = clock.now()
    return page.show(
        "agencies/listed.html",
        a=found,
        standing=found.standing(now),
        now=now,
        known=queries.known_notices(db(), notices_of(found)),
    )


def notices_of(found: AgencyFacts) -> set[str]:
    """The numbers of all notices that an agency's entry names."""
    named = [(row.notice, row.end_notice) for row in found.listings]
    named += [(row.notice, row.end_notice) for row in found.scopes]
    return {number for pair in named for number in pair if number}
