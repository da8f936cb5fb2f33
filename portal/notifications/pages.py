"""The inbox."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from portal.core.permissions import Permission
from portal.core.tx import write
from portal.notifications import actions, queries
from portal.notifications.models import Topic
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, row_of_address

bp = Blueprint("notifications", __name__)


@bp.get("/inbox")
@requires(Permission.ACCOUNT_OPEN)
def inbox() -> Response:
    """One's own messages, newest first."""
    found = queries.inbox(db(), actor(), row_of_address("before"))
    person_id = actor().person_id or 0
    return page.show(
        "notifications/inbox.html",
        rows=found[: queries.PAGE],
        more=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        unread=queries.unread(db(), actor()),
        by_mail=queries.wants_mail(db(), person_id, Topic.FILES),
    )


@bp.post("/inbox/reading")
@requires(Permission.ACCOUNT_OPEN)
def mark_read() -> Response:
    """All of it was read."""
    write(db(), actions.mark_read, actor())
    return page.go(url_for("notifications.inbox"))


@bp.post("/inbox/preference")
@requires(Permission.ACCOUNT_OPEN)
def set_preference() -> Response:
    """Whether messages about files also come by mail."""
    by_mail = request.form.get("by_mail") == "yes"
    write(db(), actions.set_preference, actor(), Topic.FILES, by_mail=by_mail)
    return page.go(url_for("notifications.inbox"))
