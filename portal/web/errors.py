"""What people see when something can't be done: what happened, an id to quote, a way on."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal.core.errors import DomainError, Forbidden, Missing, Problem, TryLater
from portal.core.words import N_
from portal.web import page
from portal.web.giving_back import is_kept_for_sign_in, typed
from portal.web.preview import INSTANT

log = structlog.get_logger()

WORDS = {
    400: (N_("The request could not be read"), N_("Go back, reload the page and try again.")),
    401: (
        N_("You are signed out"),
        N_(
            "You were signed out before this arrived, so it was not saved. Sign in in another tab "
            "and come back to this one: what you typed is still here."
        ),
    ),
    403: (
        N_("Your role does not allow this"),
        N_("Ask the owner or administrator of your firm or agency, or switch to another seat."),
    ),
    404: (
        N_("There is nothing at this address"),
        N_("It may have been typed wrongly, or it belongs to somebody else."),
    ),
    405: (N_("This address can't be used that way"), N_("Go back and use the page's own buttons.")),
    409: (N_("This can't be done now"), N_("Somebody may have been first. Reload the page.")),
    413: (
        N_("That is too large"),
        N_("A document may have 5 MB at most. Make it smaller and send it again."),
    ),
    422: (N_("This can't be accepted as it is"), N_("Go back and put it right.")),
    429: (N_("Too many tries"), N_("Wait a few minutes, then try again.")),
    500: (
        N_("Something failed on our side"),
        N_("Nothing you did is lost that was saved before. Try again in a moment."),
    ),
    503: (N_("A part of the portal is not available"), N_("Try again in a few minutes.")),
}
SEAT_CHANGED = N_(
    "You switched to another firm or office in another tab after this page was opened, or the "
    "mandate under which it was opened has ended. Nothing was done. Switch back, or reload this "
    "page."
)
PREVIEW_ONLY = N_(
    "This is a preview of another day, and a preview changes nothing. "
    "Go back to the present to act."
)
FORM_EXPIRED = N_(
    "The form was open for too long or came from another sign-in, so it was not accepted. "
    "Nothing was done: go back, reload the page and send it again."
)
SEND_AGAIN = N_(
    "The form came from before you signed in, so it was not saved yet. "
    "What you typed stands below: send it again."
)


def said(problem: Problem) -> str:
    """A problem's message in the reader's language."""
    text: str = gettext(problem.text)
    return text % problem.values if problem.values else text


def init_errors(app: Flask) -> None:
    """Turn refusals, lost pages and failures into the one error page."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(Missing, lambda _error: _page(404))
    app.register_error_handler(Forbidden, lambda _error: _page(403))
    app.register_error_handler(TryLater, _later)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def _expired(_error: CSRFError) -> Response:
    if is_kept_for_sign_in():
        return _page(401)
    return _page(400, gettext(SEND_AGAIN if typed() else FORM_EXPIRED))


def _refused(error: DomainError) -> Response:
    return _page(error.status, said(error.problem))


def _later(error: TryLater) -> Response:
    log.warning("outside thing unavailable", error=str(error))
    return _page(503)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    if status == 409 and error.description == "acting_for":
        return _page(409, gettext(SEAT_CHANGED))
    if status == 409 and error.description == INSTANT:
        return _page(409, gettext(PREVIEW_ONLY))
    return _page(status if status in WORDS else 400 if status < 500 else 500)


def _failed(error: Exception) -> Response:
    log.error("request failed", path=request.path, method=request.method, exc_info=error)
    return _page(500)


def _page(status: int, message: str = "") -> Response:
    title, way_on = WORDS[status]
    return page.show(
        "error.html",
        "panel",
        status,
        title=gettext(title),
        message=message or gettext(way_on),
        request_id=g.get("request_id", "–"),
        code=status,
        typed=None if page.is_part() else typed(),
    )
