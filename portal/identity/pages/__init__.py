"""Pages about people, firms and agents: getting in, accounts, invitations, mandates, books."""

from __future__ import annotations

from flask import Blueprint

bp: Blueprint = Blueprint("identity", __name__)

from portal.identity.pages import (  # noqa: E402
    account,
    agents,
    books,
    claims,
    invitations,
    mandates,
    people,
    registration,
    sessions,
)

look_up = sessions.look_up

__all__ = [
    "account",
    "agents",
    "books",
    "bp",
    "claims",
    "invitations",
    "look_up",
    "mandates",
    "people",
    "registration",
    "sessions",
]
