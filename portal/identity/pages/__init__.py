"""Pages about people, firms and agents: signing in, seats, registration, mandates, books."""

from __future__ import annotations

from flask import Blueprint

bp: Blueprint = Blueprint("identity", __name__)

from portal.identity.pages import agents, books, mandates, sessions  # noqa: E402

look_up = sessions.look_up

__all__ = ["agents", "books", "bp", "look_up", "mandates", "sessions"]
