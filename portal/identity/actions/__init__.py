"""Everything that can be done about people, sessions and firms."""

from __future__ import annotations

from portal.identity.actions.agents import add_agent, register_agent
from portal.identity.actions.people import add_person
from portal.identity.actions.sessions import (
    SignInRefused,
    note_try,
    password_hash_of,
    sign_in,
    sign_out,
    switch_seat,
    touch,
)

__all__ = [
    "SignInRefused",
    "add_agent",
    "add_person",
    "note_try",
    "password_hash_of",
    "register_agent",
    "sign_in",
    "sign_out",
    "switch_seat",
    "touch",
]
