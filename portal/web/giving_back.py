"""A form that is refused before anybody read it: what was typed is shown again, to copy or send."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request
from flask_login import current_user

from portal.web import page

# What a form carries unseen; the seat is sent again as it was, so that it is still checked.
HIDDEN = ("csrf_token", "acting_for", "shown", "page")


@dataclass(frozen=True)
class Typed:
    """What a refused form held: the texts to read, and all fields to send it again with."""

    address: str
    texts: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]


def typed() -> Typed | None:
    """What the request's form held, where its view declares `gives_back`; else None.

    Only what this site's own page sent is given back: another site could put words of its own
    into one of our pages otherwise.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "gives_back", False) or not _is_ours():
        return None
    fields = [(name, text) for name, text in request.form.items(multi=True) if text.strip()]
    texts = [(name, text) for name, text in fields if name not in HIDDEN]
    sent = [(name, text) for name, text in fields if name != "csrf_token"]
    return Typed(request.path, tuple(texts), tuple(sent)) if texts else None


def is_kept_for_sign_in() -> bool:
    """Whether somebody signed out sent a form that can wait, in the page or in the answer."""
    if current_user.is_authenticated:
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    waits_in_page = getattr(view, "gives_back", False) and page.is_part()
    return waits_in_page or typed() is not None


def _is_ours() -> bool:
    """Whether a page of this site sent the form, as the browser says."""
    ours = {current_app.extensions["portal"].settings.public_url, request.host_url.rstrip("/")}
    return request.headers.get("Origin") in ours
