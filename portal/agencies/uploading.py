"""A list of offices and officers: what each row says, and what is wrong with which cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.agencies.rules import GST_CODES, check_code, check_gstin_state, check_state
from portal.core.errors import Problem
from portal.core.permissions import Role
from portal.core.words import N_
from portal.identity.rules import check_email, check_gstin, check_person_name, normal_code

# Column, how long it may be, whether an office needs it.
COLUMNS: Mapping[str, tuple[int, bool]] = {
    "office_code": (6, True),
    "office_name": (120, True),
    "address": (300, True),
    "city": (80, True),
    "state": (80, True),
    "gstin": (15, False),
    "email": (254, False),
    "phone": (20, False),
    "officer_email": (254, False),
    "officer_name": (120, False),
    "officer_role": (20, False),
    "officer_designation": (80, False),
}
OFFICE = ("office_name", "address", "city", "state", "gstin", "email", "phone")
ROLES = {role.value: role for role in (Role.OFFICER, Role.SUPERVISOR, Role.MANAGER)}
EMPTY = Problem("empty", N_("This has to be filled in."))
_STATES = {name.casefold(): name for name in GST_CODES}


@dataclass(frozen=True)
class Judged:
    """One row: its tidied cells and the problem of each cell that is wrong."""

    cells: Mapping[str, str]
    problems: Mapping[str, Problem]

    @property
    def is_sound(self) -> bool:
        """Whether the row can be taken as it is."""
        return not self.problems

    @property
    def has_officer(self) -> bool:
        """Whether somebody is to be invited."""
        return bool(self.cells["officer_email"])


def judge(cells: Mapping[str, str]) -> Judged:
    """Tidy a row and judge each cell by itself."""
    tidied = tidy(cells)
    problems: dict[str, Problem] = {}
    for name, (longest, needed) in COLUMNS.items():
        problem = _check(name, tidied, longest, needed=needed)
        if problem is not None:
            problems[name] = problem
    return Judged(tidied, problems)


def tidy(cells: Mapping[str, str]) -> dict[str, str]:
    """A row as it would be stored: capitals in codes, states as the list spells them."""
    found = {name: " ".join(cells.get(name, "").split()) for name in COLUMNS}
    found["office_code"] = found["office_code"].upper()
    found["gstin"] = normal_code(found["gstin"])
    found["state"] = _STATES.get(found["state"].casefold(), found["state"])
    found["officer_email"] = found["officer_email"].lower()
    role = found["officer_role"].casefold().replace("issuing officer", "officer")
    found["officer_role"] = role or (Role.OFFICER.value if found["officer_email"] else "")
    return found


def disagreements(first: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The columns in which two rows say otherwise of the same office; empty cells say nothing."""
    return [name for name in OFFICE if other[name] and other[name] != first[name]]


def _check(name: str, cells: Mapping[str, str], longest: int, *, needed: bool) -> Problem | None:
    value = cells[name]
    if not value:
        return EMPTY if needed or _is_wanted(name, cells) else None
    if len(value) > longest:
        text = N_("At most %(most)s characters fit; these are %(length)s.")
        return Problem("too_long", text, {"most": longest, "length": len(value)})
    return _check_meaning(name, value, cells)


def _is_wanted(name: str, cells: Mapping[str, str]) -> bool:
    """Whoever is named needs an e-mail, and whoever is invited a designation."""
    if name == "officer_email":
        return bool(cells["officer_name"] or cells["officer_designation"])
    return name == "officer_designation" and bool(cells["officer_email"])


def _check_meaning(name: str, value: str, cells: Mapping[str, str]) -> Problem | None:
    if name == "office_code":
        return check_code(value)
    if name == "state":
        return check_state(value)
    if name == "gstin":
        return check_gstin(value) or check_gstin_state(value, cells["state"])
    if name in ("email", "officer_email"):
        return check_email(value)
    if name == "officer_name":
        return check_person_name(value)
    if name == "officer_role" and value not in ROLES:
        words = {"found": value[:20], "roles": ", ".join(ROLES)}
        return Problem("role", N_("“%(found)s” is no role here; one of %(roles)s is."), words)
    return None
