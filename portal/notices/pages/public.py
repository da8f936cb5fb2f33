"""The register for everybody: list, one page each, what holds today, and a feed."""

from __future__ import annotations

from datetime import UTC
from xml.sax.saxutils import escape, quoteattr

from flask import Response, request, url_for

from portal.core import clock
from portal.notices import queries
from portal.notices.models import NoticeKind
from portal.notices.pages import bp
from portal.notices.queries import NoticeRow
from portal.web import page
from portal.web.access import public
from portal.web.context import db, settings


@bp.get("/notices")
@public(cache_seconds=300)
def index() -> Response:
    """All notices, or those with the words `q` or of a kind."""
    text, kind = request.args.get("q", "").strip()[:80], request.args.get("kind", "")
    return page.show(
        "notices/index.html",
        rows=queries.notices(db(), text, kind),
        rules=queries.rules_on(db(), clock.now()),
        q=text,
        kind=kind,
        kinds=list(NoticeKind),
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
    rows = queries.notices(db(), most=50)
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


def _entry(row: NoticeRow, base: str) -> str:
    address = f"{base}{url_for('notices.show', slug=row.slug)}"
    return (
        f"<entry><title>{escape(row.number)}: {escape(row.subject)}</title>"
        f"<id>{escape(address)}</id><link href={quoteattr(address)}/>"
        f"<updated>{row.entered_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<published>{row.dated.isoformat()}T00:00:00+05:30</published>"
        f"<summary>{escape(row.summary)}</summary></entry>"
    )
