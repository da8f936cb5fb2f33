"""Pages about people: getting in, the account, firms and their people, invitations."""

from __future__ import annotations

from flask import Blueprint

bp: Blueprint = Blueprint("identity", __name__)

from portal.identity.pages import (  # noqa: E402
    account,
    claims,
    invitations,
    people,
    registration,
    sessions,
)

look_up = sessions.look_up

__all__ = [
    "account",
    "bp",
    "claims",
    "invitations",
    "look_up",
    "people",
    "registration",
    "sessions",
]
