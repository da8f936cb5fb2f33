"""Pages about people: signing in, seats."""

from __future__ import annotations

from flask import Blueprint

bp: Blueprint = Blueprint("identity", __name__)

from portal.identity.pages import sessions  # noqa: E402

look_up = sessions.look_up

__all__ = ["bp", "look_up", "sessions"]
