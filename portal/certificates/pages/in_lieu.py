"""Choosing the certificate that a new one shall be issued in lieu of."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.certificates import actions, queries
from portal.certificates.pages import bp
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.legacy import queries as legacy
from portal.notices.rules import ADDRESSES, ECOO_1
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db


@bp.get("/applications/new/in-lieu")
@requires(Permission.APPLICATION_PREPARE)
def to_replace() -> Response:
    """The firm's issued certificates; a number of eCoO 1.0 is answered with where to go."""
    text = request.args.get("q", "").strip()[:80]
    return page.show(
        "certificates/in_lieu.html",
        "rows",
        rows=queries.replaceable(db(), actor(), text),
        q=text,
        old=legacy.certificate(db(), text) if text else None,
        address=ADDRESSES[ECOO_1],
    )


@bp.post("/applications/<ref>/certificate/in-lieu")
@requires(Permission.APPLICATION_PREPARE)
def apply_in_lieu(ref: str) -> Response:
    """Begin an application in lieu of a file's certificate."""
    begun = write(db(), actions.apply_in_lieu, actor(), ref)
    return page.go(url_for("filing.section", ref=begun, name="certificate"))
