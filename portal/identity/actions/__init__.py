"""Everything that can be done about people, sessions and firms."""

from __future__ import annotations

from portal.identity.actions.agents import add_agent, register_agent
from portal.identity.actions.books import add_entry, archive_entry, change_entry
from portal.identity.actions.mandates import Terms, give_mandate, revoke_mandate
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
    "Terms",
    "add_agent",
    "add_entry",
    "add_person",
    "archive_entry",
    "change_entry",
    "give_mandate",
    "note_try",
    "password_hash_of",
    "register_agent",
    "revoke_mandate",
    "sign_in",
    "sign_out",
    "switch_seat",
    "touch",
]
