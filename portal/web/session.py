"""The cookie: a random token and nothing else; what it means stands in the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, login_user, logout_user

from portal.web.context import SessionLookUp, SignedIn


class TokenSession(dict[str, Any], SessionMixin):
    """A session that can be derived from its token; nothing else is kept in the cookie."""

    def __init__(self, token: str, secret: str, *, is_new: bool) -> None:
        super().__init__()
        self.secret = secret
        self.wanted = False
        self.ended = False
        self.become(token, is_new=is_new)

    def become(self, token: str, *, is_new: bool = True) -> None:
        """Change to another token, so that signing in never keeps the one from before."""
        self.clear()
        self.token, self.is_new = token, is_new
        mac = hmac.new(self.secret.encode(), f"csrf {token}".encode(), hashlib.sha256)
        super().__setitem__("csrf_token", mac.hexdigest())
        super().__setitem__("_user_id", token)

    def __getitem__(self, key: str) -> Any:
        self.wanted = self.wanted or key == "csrf_token"
        return super().__getitem__(key)


class TokenSessions(SessionInterface):
    """Reads and writes the cookie `__Host-s` (`s` on plain http)."""

    def __init__(self, secret: str, *, https: bool) -> None:
        self.secret, self.https = secret, https
        self.name = "__Host-s" if https else "s"

    def open_session(self, app: Flask, request: Request) -> TokenSession:
        """The session of the request's cookie, or a fresh one that is only set if needed."""
        token = request.cookies.get(self.name, "")
        if len(token) == 43:
            return TokenSession(token, self.secret, is_new=False)
        return TokenSession(secrets.token_urlsafe(32), self.secret, is_new=True)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie when its token is new and somebody relies on it."""
        assert isinstance(session, TokenSession)
        if session.ended:
            response.delete_cookie(self.name, secure=self.https, httponly=True, samesite="Lax")
        elif session.is_new and session.wanted:
            response.set_cookie(
                self.name, session.token, secure=self.https, httponly=True, samesite="Lax"
            )


def init_session(app: Flask, look_up: SessionLookUp, *, secret: str, https: bool) -> None:
    """Use the token session and let flask-login ask `look_up` who holds a token."""
    app.session_interface = TokenSessions(secret, https=https)
    manager = LoginManager()
    manager.session_protection = None
    # Templates get `current_user` from web.nav: flask-login's own way looks it up on every page.
    manager.init_app(app, add_context_processor=False)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        return None if session.is_new else look_up(token)  # type: ignore[attr-defined]


def begin(signed_in: SignedIn) -> None:
    """Continue this browser under a new token that belongs to a person."""
    token_session().become(signed_in.token)
    token_session().wanted = True
    login_user(signed_in)


def end() -> None:
    """Forget the token in this browser."""
    logout_user()
    token_session().ended = True


def token_session() -> TokenSession:
    """The session of this request."""
    return session._get_current_object()  # type: ignore[attr-defined, no-any-return]
