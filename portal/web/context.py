"""What a request carries: its database session, who acts, its id."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session, sessionmaker

from portal.core.errors import Missing
from portal.core.permissions import Actor

log = structlog.get_logger("web")

SessionLookUp = Callable[[str], "SignedIn | None"]


@dataclass(frozen=True)
class SignedIn:
    """A live sign-in as flask-login wants to see it; the id is the revocable session token."""

    token: str
    actor: Actor
    minutes_left: int
    # The endpoint that has to be passed first (a second factor); nothing else opens meanwhile.
    held_at: str = ""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The session token."""
        return self.token


def init_context(app: Flask, sessions: sessionmaker[Session]) -> None:
    """Give every request an id for the logs and a session that is closed with it."""
    app.extensions["sessions"] = sessions

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(6)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        g.began = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        # The route's pattern, not the address: that may hold a QR token or a check code.
        rule = request.url_rule.rule if request.url_rule else "-"
        ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
        log.info("request", method=request.method, route=rule, status=response.status_code, ms=ms)
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        session = g.pop("db", None)
        if session is not None:
            session.close()


def db() -> Session:
    """The one session of this request."""
    if "db" not in g:
        g.db = current_app.extensions["sessions"](info={"process": "web"})
    return cast(Session, g.db)


def actor() -> Actor:
    """Who acts, and for whom; only behind `requires`."""
    if not current_user.is_authenticated:
        raise Missing("nobody is signed in")
    return cast(Actor, current_user.actor)


def address() -> str:
    """The caller's network address (behind trusted proxies, as they report it)."""
    return request.remote_addr or ""


def device() -> str:
    """What somebody sits at, in a few words of their own browser: Firefox, Linux."""
    said = request.user_agent.string or ""
    browsers = ("Edg", "OPR", "Chrome", "Firefox", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    named = [next((word for word in words if word in said), "") for words in (browsers, systems)]
    return ", ".join(word for word in named if word) or said[:40]


def row_of_address(name: str) -> int | None:
    """The number of a row that the address names (`?before=`), or None where no row can have it."""
    found: int | None = request.args.get(name, type=int)
    return found if found is not None and 0 < found < 2**63 else None


def kit() -> Any:
    """The outside things, as chosen from the settings."""
    return current_app.extensions["portal"].kit


def settings() -> Any:
    """The settings of this process."""
    return current_app.extensions["portal"].settings
