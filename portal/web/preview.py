"""Any page as of another instant: `/as-of/2026-12-01T00:00:00/agreements`. It changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Flask, request
from flask_login import current_user
from werkzeug.exceptions import Conflict, NotFound

from portal.core import clock
from portal.core.clock import IST

PREFIX = "/as-of/"
INSTANT = "ecoo.as_of"
READING = ("GET", "HEAD", "OPTIONS")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class AsOf:
    """Takes the instant out of the address; every link of the page then keeps it by itself."""

    def __init__(self, app: Wsgi) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Pass the request on, as if the application stood below `/as-of/<instant>`."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            text, slash, rest = path.removeprefix(PREFIX).partition("/")
            instant = instant_of(text)
            if instant is not None:
                root = environ.get("SCRIPT_NAME", "")
                shifted = {"SCRIPT_NAME": f"{root}{PREFIX}{text}", "PATH_INFO": f"{slash}{rest}"}
                environ = {**environ, **shifted, INSTANT: instant}
        return self.app(environ, start)


def instant_of(text: str) -> datetime | None:
    """An instant in Indian time as addresses and forms write it (ISO 8601), or None."""
    try:
        return datetime.fromisoformat(text[:19]).replace(tzinfo=IST)
    except ValueError:
        return None


def address_of(instant: datetime) -> str:
    """Where the home page as of an instant stands."""
    return f"{PREFIX}{instant.astimezone(IST):%Y-%m-%dT%H:%M:%S}/"


def present() -> str:
    """The address of this page in the present."""
    return request.full_path.rstrip("?")


def root() -> str:
    """What stands before every path of this request: nothing, or the preview's address."""
    return request.script_root


def init_preview(app: Flask) -> None:
    """Let everybody who is signed in look at another instant; nobody acts in one."""
    app.wsgi_app = AsOf(app.wsgi_app)  # type: ignore[assignment, method-assign]
    app.before_request(_look)
    app.teardown_request(lambda _error: clock.look_at(None))
    app.jinja_env.globals.update(looked_at=clock.looked_at, root=root, present=present)


def _look() -> None:
    instant = request.environ.get(INSTANT)
    if instant is None:
        return
    # Whose session it is depends on the present: it is looked up before the clock is turned.
    if not current_user.is_authenticated:
        raise NotFound
    if request.method not in READING:
        raise Conflict(INSTANT)
    clock.look_at(instant)
