"""The codes of goods for everybody: found by words or digits, with the days they hold."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext

from portal.core import clock
from portal.reference import queries
from portal.reference.rules import ALWAYS
from portal.web import page
from portal.web.access import public
from portal.web.context import db

bp = Blueprint("reference", __name__)


@bp.get("/codes")
@public(cache_seconds=300)
def codes() -> Response:
    """HS and ITC(HS) codes that fit the text or the first digits `q`, as of today in India."""
    wanted = request.args.get("q", "").strip()[:80]
    today = clock.today()
    found = queries.search_hs(db(), wanted, today) if wanted else []
    words = {text: gettext(text) for text in {row.certainty for row in found}}
    facts = {"found": found, "wanted": wanted, "words": words, "today": today, "always": ALWAYS}
    return page.show("reference/codes.html", **facts)
