"""The register for everybody: list, one page each, what holds today, and a feed."""

from __future__ import annotations

from datetime import UTC
from xml.sax.saxutils import escape, quoteattr

from flask import Response, request, url_for

from portal.core import clock
from portal.notices import queries
from portal.notices.models import NoticeKind
from portal.notices.pages import bp
from portal.notices.queries import FeedEntry
from portal.web import page
from portal.web.access import public
from portal.web.context import db, settings

MOST_PAGES = 1000


@bp.get("/notices")
@public(cache_seconds=300)
def index() -> Response:
    """All notices, or those with the words `q` or of a kind, 25 on a page."""
    text, kind = request.args.get("q", "").strip()[:80], request.args.get("kind", "")
    number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
    rows = queries.notices(db(), text, kind, number)
    return page.show(
        "notices/index.html",
        rows=rows[: queries.PAGE],
        q=text,
        kind=kind,
        kinds=list(NoticeKind),
        newer=number - 1,
        older=number + 1 if len(rows) > queries.PAGE else 0,
    )


@bp.get("/notices/in-force")
@public(cache_seconds=300)
def in_force() -> Response:
    """What the rules say today, each with its notice, and when something changes next."""
    now = clock.now()
    return page.show(
        "notices/in_force.html",
        rules=queries.rules_on(db(), now),
        switch=queries.next_switch(db(), now),
        today=clock.today(),
    )


@bp.get("/notices/<slug>")
@public(cache_seconds=300)
def show(slug: str) -> Response:
    """One notice: what it says in our words, what it sets, how sure we are."""
    return page.show("notices/show.html", n=queries.notice(db(), slug))


@bp.get("/notices.atom")
@public(cache_seconds=300)
def feed() -> Response:
    """The newest fifty as an Atom feed (RFC 4287)."""
    rows = queries.newest(db(), 50)
    newest = queries.newest_entry(db()) or clock.now()
    base = settings().public_url
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>eCoO: notices</title><id>{escape(base)}/notices</id>"
        f'<link rel="self" href={quoteattr(base + "/notices.atom")}/>'
        f"<updated>{newest.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</updated>"
        "<author><name>eCoO</name></author>"
    )
    entries = "".join(_entry(row, base) for row in rows)
    return Response(f"{head}{entries}</feed>\n", content_type="application/atom+xml; charset=utf-8")


def _entry(row: FeedEntry, base: str) -> str:
    address = f"{base}{url_for('notices.show', slug=row.slug)}"
    return (
        f"<entry><title>{escape(row.number)}: {escape(row.subject)}</title>"
        f"<id>{escape(address)}</id><link href={quoteattr(address)}/>"
        f"<updated>{row.entered_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<published>{row.dated.isoformat()}T00:00:00+05:30</published>"
        f"<summary>{escape(row.summary)}</summary></entry>"
    )
