"""Agreements for everybody: a list to search and one page for each."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext

from portal.core import clock
from portal.notices.queries import rule_on
from portal.notices.rules import ADDRESSES, PREFERENTIAL_SYSTEM
from portal.trade_agreements import queries
from portal.web import page
from portal.web.access import public
from portal.web.context import db

bp = Blueprint("trade_agreements", __name__)


@bp.get("/agreements")
@public(cache_seconds=300)
def index() -> Response:
    """All agreements, or those with a name or partner that holds the text `q`."""
    wanted = request.args.get("q", "").strip()[:80]
    found = queries.agreements(db(), wanted)
    texts = {text for row in found for text in (row.status, row.certainty)}
    words = {text: gettext(text) for text in texts}
    verified = min((row.verified_on for row in found), default=None)
    facts = {"found": found, "wanted": wanted, "words": words, "verified": verified}
    return page.show("trade_agreements/index.html", **facts)


@bp.get("/agreements/preferential")
@public(cache_seconds=300)
def preferential() -> Response:
    """Where a preferential certificate is handled today, per agreement, with the notice."""
    pointer = rule_on(db(), PREFERENTIAL_SYSTEM, clock.now())
    return page.show(
        "trade_agreements/preferential.html",
        pointer=pointer,
        address=ADDRESSES[pointer.value],
        found=queries.agreements(db()),
        today=clock.today(),
    )


@bp.get("/agreements/<slug>")
@public(cache_seconds=300)
def show(slug: str) -> Response:
    """What is known of one agreement, with how sure it is."""
    return page.show("trade_agreements/show.html", agreement=queries.agreement(db(), slug))
