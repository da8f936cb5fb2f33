"""Lists of codes as others send them: which columns each has, and what makes a row of it sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.core.db import Model
from portal.core.errors import Problem
from portal.core.sheets import Row
from portal.core.words import N_
from portal.reference import models
from portal.reference.rules import CERTAINTIES, normal_hs

DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")
FUNCTIONS = re.compile(r"(?:0-------|[1-][2-][3-][4-][5-][6-][7-][B-])")


@dataclass(frozen=True)
class Column:
    """A fact of a row: the names that its column may have, and how long it may be."""

    names: tuple[str, ...]
    most: int
    required: bool = True
    shape: str = ""


@dataclass(frozen=True)
class ListKind:
    """One kind of list: its table, the shape of its codes, its columns."""

    name: str
    table: type[Model]
    code_names: tuple[str, ...]
    code_shape: str
    columns: Mapping[str, Column]
    # Sets right what is known to go wrong in lists of this kind, before anything is judged.
    mend: Callable[[Mapping[str, str]], Mapping[str, str]] = dict
    search: str = ""


@dataclass(frozen=True)
class Entry:
    """A sound row; days and successors are None where the list says nothing of them."""

    line: int
    code: str
    facts: Mapping[str, str | int]
    valid_from: date | None = None
    valid_until: date | None = None
    successors: str | None = None
    is_mended: bool = False


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: where, what it was, and why."""

    line: int
    what: str
    why: Problem


class NotTaken(Exception):
    """One row isn't sound."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.plain())
        self.problem = problem


def entry_of(kind: ListKind, row: Row) -> Entry | Refusal:
    """Judge one row by itself; whether it fits what is there already is judged later."""
    cells = kind.mend(row.cells)
    code = normal_hs(cell(cells, kind.code_names)).upper()
    what = code or " ".join(value for value in row.cells.values() if value)[:80]
    if row.problem is not None:
        return Refusal(row.line, what, row.problem)
    try:
        if not re.fullmatch(kind.code_shape, code) or _is_service(kind, code):
            raise NotTaken(_code_problem(kind, code))
        facts = {name: _fact(name, column, cells) for name, column in kind.columns.items()}
        entry = Entry(row.line, code, facts, is_mended=cells.get("mended") == "yes")
        return _dated(entry, cells)
    except NotTaken as no:
        return Refusal(row.line, what, no.problem)


def missing_columns(kind: ListKind, row: Row) -> list[str]:
    """What a list of this kind must have and this one has under no name."""
    needed = [kind.code_names, *(c.names for c in kind.columns.values() if c.required)]
    return [names[0] for names in needed if not any(name in row.cells for name in names)]


def cell(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first cell under any of the names that holds something."""
    return next((cells[name] for name in names if cells.get(name)), "")


def readable_code(kind: ListKind, row: Row) -> str:
    """The code of a row, however unsound the rest is; empty where it has none."""
    code = normal_hs(cell(kind.mend(row.cells), kind.code_names)).upper()
    return code if re.fullmatch(kind.code_shape, code) else ""


def _code_problem(kind: ListKind, code: str) -> Problem:
    if not code:
        return Problem("no_code", N_("The row has no code."))
    if _is_service(kind, code):
        return Problem("service_code", N_("Chapter 99 holds services, which have no origin."))
    if kind.name == "national-lines" and code.isdigit():
        text = N_("A national line has eight digits, this has %(length)s.")
        return Problem("code_length", text, {"length": len(code)})
    return Problem("code_shape", N_("“%(code)s” is not a code of this list."), {"code": code[:20]})


def _is_service(kind: ListKind, code: str) -> bool:
    return kind.name == "national-lines" and code.startswith("99") and code.isdigit()


def _fact(name: str, column: Column, cells: Mapping[str, str]) -> str | int:
    value = cell(cells, column.names)
    if not value and column.required:
        raise NotTaken(Problem("no_value", N_("%(name)s is missing."), {"name": name}))
    if len(value) > column.most:
        text = N_("%(name)s is longer than %(most)s characters.")
        raise NotTaken(Problem("too_long", text, {"name": name, "most": column.most}))
    if value and column.shape and not re.fullmatch(column.shape, value):
        text = N_("%(name)s is malformed: “%(value)s”.")
        raise NotTaken(Problem("malformed", text, {"name": name, "value": value[:20]}))
    return int(value) if name == "exponent" else value


def _dated(entry: Entry, cells: Mapping[str, str]) -> Entry:
    since, until = _day(cells, "valid_from"), _day(cells, "valid_until")
    if since and until and until < since:
        raise NotTaken(Problem("days", N_("The last day lies before the first.")))
    after = cells.get("successors")
    if after is not None:
        after = " ".join(normal_hs(part) for part in re.split(r"[\s,;/]+", after) if part)
        if len(after) > 200 or not re.fullmatch(r"[0-9A-Z ]*", after):
            raise NotTaken(Problem("successors", N_("The successors are not codes.")))
    return replace(entry, valid_from=since, valid_until=until, successors=after or None)


def _day(cells: Mapping[str, str], name: str) -> date | None:
    text = cells.get(name, "")
    for form in DAY_FORMATS if text else ():
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    if text:
        words = N_("“%(text)s” is not a day.")
        raise NotTaken(Problem("not_a_day", words, {"text": text[:20]}))
    return None


def _mend_place(cells: Mapping[str, str]) -> Mapping[str, str]:
    """Some copies tear `"Freeport, Grand Bahama"` at its comma and push the row to the right."""
    first, second = cells.get("name", ""), cells.get("name_ascii", "")
    if not (first.startswith('"') and second.endswith('"') and not first.endswith('"')):
        return cells
    name = f"{first[1:]}, {second[:-1].strip()}".strip(", ")
    shifted = {"subdivision": cells.get("function", ""), "function": cells.get("iata", "")}
    return {**cells, **shifted, "name": name, "name_ascii": "", "mended": "yes"}


_CODE = ("code",)
_NAME = ("name", "description")
_CERTAIN = "|".join(CERTAINTIES[1:])
KINDS: tuple[ListKind, ...] = (
    ListKind(
        "national-lines",
        models.NationalLine,
        ("code", "hsn_code", "hs_code", "hscode", "itc_hs", "itc_hs_code", "tariff_item"),
        r"[0-9]{8}",
        {
            "description": Column(
                ("description", "description_of_goods", "item_description", "name", "wording"),
                4000,
                required=False,
            ),
            "source": Column(("source",), 200, required=False),
            "certainty": Column(("certainty",), 1, required=False, shape=_CERTAIN),
        },
        search="hs",
    ),
    ListKind(
        "unlocode",
        models.Place,
        ("unlocode", "locode", "code"),
        r"[A-Z]{2}[A-Z0-9]{3}",
        {
            "name": Column(("name", "name_ascii"), 120),
            "country": Column(("country",), 2, shape="[A-Z]{2}"),
            "subdivision": Column(("subdivision",), 3, required=False, shape="[A-Z0-9]+"),
            "functions": Column(("function", "functions"), 8, shape=FUNCTIONS.pattern),
        },
        mend=_mend_place,
        search="place",
    ),
    ListKind(
        "stations",
        models.Station,
        ("customs_code", "code", "station"),
        r"IN[A-Z0-9]{4}",
        {
            "name": Column(_NAME, 120),
            "state": Column(("state_iso", "state"), 2, shape="[A-Z]{2}"),
            "kind": Column(("kind",), 8, shape="SEA|AIR|ICD|LAND|[A-Z]+"),
            "unlocode": Column(("unlocode",), 5, required=False, shape="[A-Z]{2}[A-Z0-9]{3}"),
        },
        mend=lambda cells: {**cells, "kind": station_kind(cells.get("kind", ""))},
        search="place",
    ),
    ListKind(
        "countries",
        models.Country,
        ("code", "alpha_2", "country"),
        "[A-Z]{2}",
        {"name": Column(_NAME, 80)},
    ),
    ListKind(
        "currencies",
        models.Currency,
        ("code", "alpha_3", "currency"),
        "[A-Z]{3}",
        {
            "name": Column(_NAME, 80),
            "exponent": Column(("exponent", "minor_unit", "decimals"), 1, shape="[0-4]"),
        },
    ),
    ListKind("units", models.Unit, ("uqc", *_CODE), "[A-Z]{3}", {"name": Column(_NAME, 40)}),
    ListKind("packages", models.Package, _CODE, "[A-Z0-9]{2}", {"name": Column(_NAME, 60)}),
    ListKind("incoterms", models.Incoterm, _CODE, "[A-Z]{3}", {"name": Column(_NAME, 60)}),
)


def station_kind(text: str) -> str:
    """`ICD_CFS` is ICD, `AIR_ACC` is AIR."""
    return "ICD" if text.startswith("ICD") else text.partition("_")[0]


def kind_named(name: str) -> ListKind:
    """The kind of list of that name; raises LookupError."""
    found = next((kind for kind in KINDS if kind.name == name), None)
    if found is None:
        raise LookupError(name)
    return found
