"""Taking a list of codes in: all of it or nothing, and the same list again changes nothing.

Days belong to codes, wordings to rows: a code that vanishes from a complete list ends the day
before, but another wording of a code that goes on is a correction of its row, not a new row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.core.clock import written_day
from portal.core.errors import DomainError, Problem
from portal.core.words import N_
from portal.reference.actions.index import rebuild_kind, refresh, texts
from portal.reference.lists import Entry, ListKind, Refusal
from portal.reference.models import Edition
from portal.reference.rules import ALWAYS, CERTAINTIES, holds_on

# With more changes than this the index is made anew: that is faster than one by one.
MOST_REFRESHED = 200
DAYS = ("valid_from", "valid_until", "successors")


@dataclass(frozen=True)
class Taking:
    """How a list is meant: the day that it states, where it is from, whether it names all codes."""

    kind: ListKind
    as_of: date
    source: str
    certainty: str = "K"
    is_complete: bool = False
    # A single change says nothing of where the list as a whole is from.
    is_edition: bool = True


@dataclass
class Outcome:
    """What taking a list in did: counts, and every row that was not taken."""

    added: int = 0
    corrected: int = 0
    ended: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many rows are different now."""
        return self.added + self.corrected + self.ended


@dataclass
class _Plan:
    """What is to be written; rows as the table holds them, by code."""

    held: dict[str, list[dict[str, Any]]]
    fresh: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[tuple[str, date], dict[str, Any]] = field(default_factory=dict)


def take_in(
    db: Session, taking: Taking, entries: Sequence[Entry], also_named: frozenset[str] = frozenset()
) -> Outcome:
    """Bring the table of a list to what `entries` say as of the day.

    `also_named` are codes that the list names in rows that were refused: they haven't vanished.
    Raises DomainError where nothing can be taken from the list.
    """
    if taking.is_complete and not entries:
        raise DomainError(N_("A complete list without a sound row would end every code."))
    table = cast(Table, taking.kind.table.__table__)
    plan, outcome = _Plan(_held(db, table)), Outcome()
    named: set[str] = set()
    for entry in entries:
        _plan_entry(plan, outcome, taking, entry, is_repeated=_key(entry) in named)
        named.add(_key(entry))
    if taking.is_complete:
        _plan_ends(plan, outcome, taking, {entry.code for entry in entries} | also_named)
    _write(db, table, taking, plan)
    return outcome


def _held(db: Session, table: Table) -> dict[str, list[dict[str, Any]]]:
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in db.execute(select(table)).mappings():
        held[row["code"]].append(dict(row))
    return held


def _key(entry: Entry) -> str:
    return f"{entry.code} {entry.valid_from or ''}"


def _plan_entry(
    plan: _Plan, outcome: Outcome, taking: Taking, entry: Entry, *, is_repeated: bool
) -> None:
    if is_repeated:
        why = Problem("repeated", N_("The code stands further up in this list already."))
        outcome.refused.append(Refusal(entry.line, entry.code, why))
        return
    periods = plan.held.get(entry.code, [])
    current = _current(periods, entry, taking.as_of)
    why_not = None if current else _misfit(periods, entry, taking.as_of)
    if why_not is not None:
        outcome.refused.append(Refusal(entry.line, entry.code, why_not))
    elif current is None:
        plan.fresh.append(_new_row(taking, entry))
        plan.held.setdefault(entry.code, []).append(plan.fresh[-1])
        outcome.added += 1
    elif changes := _differences(taking, entry, current):
        _change(plan, current, changes)
        outcome.corrected += 1
    else:
        outcome.unchanged += 1


def _current(periods: list[dict[str, Any]], entry: Entry, as_of: date) -> dict[str, Any] | None:
    """The row that an entry speaks of: the one of its first day, else the one of the list's day."""
    if entry.valid_from:
        return next((p for p in periods if p["valid_from"] == entry.valid_from), None)
    at = min(as_of, entry.valid_until or as_of)
    return next((p for p in periods if holds_on(p["valid_from"], p["valid_until"], at)), None)


def _misfit(periods: list[dict[str, Any]], entry: Entry, as_of: date) -> Problem | None:
    """Why an entry can't be a new row beside the periods that are there."""
    if not periods:
        return None
    since, until = entry.valid_from, entry.valid_until or date.max
    if since is not None:
        if any(
            p["valid_from"] <= until and since <= (p["valid_until"] or date.max) for p in periods
        ):
            return Problem("overlap", N_("Its days overlap with those that are known of the code."))
        return None
    ends = [p["valid_until"] for p in periods if p["valid_until"] and p["valid_until"] < as_of]
    if ends:
        text = N_("It ended on %(until)s; a list opens it again only with a first day of its own.")
        return Problem("ended", text, {"until": written_day(max(ends))})
    first = min(p["valid_from"] for p in periods)
    text = N_("It is known to begin on %(since)s, after the day of this list.")
    return Problem("begins_later", text, {"since": written_day(first)})


def _new_row(taking: Taking, entry: Entry) -> dict[str, Any]:
    since = entry.valid_from or (ALWAYS if entry.valid_until else taking.as_of)
    days = {"valid_from": since, "valid_until": entry.valid_until}
    row = {"code": entry.code, **entry.facts, **days, "successors": entry.successors or ""}
    return row | _origin(taking, entry)


def _origin(taking: Taking, entry: Entry) -> dict[str, str]:
    """Source and certainty, where the table keeps them: the row's own, else the list's."""
    if "certainty" not in entry.facts:
        return {}
    own = {"source": entry.facts["source"], "certainty": entry.facts["certainty"]}
    given = {"source": taking.source, "certainty": taking.certainty}
    return {name: str(own[name] or given[name]) for name in given}


def _differences(taking: Taking, entry: Entry, row: dict[str, Any]) -> dict[str, Any]:
    """What the list says otherwise; a wording from a surer source stays."""
    found: dict[str, Any] = {}
    origin = _origin(taking, entry)
    if not origin or _rank(origin["certainty"]) >= _rank(row["certainty"]):
        facts = {n: v for n, v in entry.facts.items() if n not in ("source", "certainty")}
        found = {name: value for name, value in facts.items() if value != row[name]}
    if entry.valid_until and entry.valid_until != row["valid_until"]:
        found["valid_until"] = entry.valid_until
    if entry.successors and entry.successors != row["successors"]:
        found["successors"] = entry.successors
    # Where a thing was seen again is no change; where its new wording is from is one.
    return {**found, **origin} if found else {}


def _rank(certainty: str) -> int:
    return CERTAINTIES.index(certainty)


def _change(plan: _Plan, row: dict[str, Any], changes: dict[str, Any]) -> None:
    plan.changed[(row["code"], row["valid_from"])] = {**row, **changes}
    row.update(changes)


def _plan_ends(plan: _Plan, outcome: Outcome, taking: Taking, named: set[str]) -> None:
    """End what held on the day and isn't in the complete list, the day before."""
    last = taking.as_of - timedelta(days=1)
    for code, periods in plan.held.items():
        for row in periods if code not in named else ():
            if not holds_on(row["valid_from"], row["valid_until"], taking.as_of):
                continue
            if row["valid_from"] > last:
                text = N_("It began on the day of this list, so it can't end the day before.")
                outcome.refused.append(Refusal(0, code, Problem("same_day", text)))
                continue
            _change(plan, row, {"valid_until": last})
            outcome.ended += 1


def _write(db: Session, table: Table, taking: Taking, plan: _Plan) -> None:
    codes = {row["code"] for row in plan.fresh} | {code for code, _since in plan.changed}
    if not codes:
        return
    kind = taking.kind.search
    is_small = len(codes) <= MOST_REFRESHED
    before = texts(db, kind, codes) if kind and is_small else {}
    if plan.fresh:
        db.execute(insert(table), plan.fresh)
    if plan.changed:
        db.execute(_update_of(table), [_bound(row) for row in plan.changed.values()])
    if taking.is_edition:
        _note_edition(db, taking)
    if kind and is_small:
        refresh(db, kind, before, codes)
    elif kind:
        rebuild_kind(db, kind)


def _update_of(table: Table) -> Any:
    key = (table.c.code == bindparam("b_code")) & (table.c.valid_from == bindparam("b_valid_from"))
    names = [c.name for c in table.c if c.name not in ("code", "valid_from")]
    return update(table).where(key).values({name: bindparam(f"b_{name}") for name in names})


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    return {f"b_{name}": value for name, value in row.items()}


def _note_edition(db: Session, taking: Taking) -> None:
    edition = db.get(Edition, taking.kind.name) or Edition(kind=taking.kind.name)
    edition.edition = f"as of {taking.as_of:%d.%m.%Y}"
    edition.source, edition.certainty = taking.source, taking.certainty
    edition.as_of = taking.as_of
    db.add(edition)
    db.flush()
