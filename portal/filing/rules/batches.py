"""Judges the rows of a list of applications: those of one reference make one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.cells import named, read_day
from portal.filing.rules.columns import LINE_COLUMNS, Column
from portal.filing.rules.fields import (
    bare_name,
    check_departure,
    check_invoice_date,
    check_invoice_number,
    check_no_aadhaar,
    check_reference,
    reference_may_be_aadhaar,
)
from portal.filing.rules.rows import EMPTY, Judged, check_words

MAX_APPLICATIONS = 50
MODES = {
    "sea": "by sea|ocean|ship|vessel|sea freight",
    "air": "by air|air freight|flight",
    "road": "by road|truck|lorry",
    "rail": "by rail|train",
    "post": "courier|post or courier|by post|by courier",
}


def _a(
    name: str, label: str, others: str, accepts: str, longest: int = 0, lines: int = 1
) -> Column:
    found = tuple(others.split())
    return Column(name, label, found, accepts, needed=False, longest=longest, lines=lines)


_TEXT, _DAY = N_("as it shall be printed"), N_("a day such as 26.11.2026")
_COUNTRY = N_("a name or two letters, such as Kenya or KE")
REFERENCE = Column(
    "own_reference",
    N_("Your reference"),
    (
        "reference?",
        "ref?",
        "our_ref",
        "own_ref",
        "ref_no",
        "reference_no",
        "file_no?",
        "shipment?",
        "shipment_no",
    ),
    N_("your own name of the application; the same in each of its rows, or only in the first"),
    longest=60,
)
APPLICATION_COLUMNS: tuple[Column, ...] = (
    REFERENCE,
    _a("consignee_name", N_("Consignee"), "consignee buyer buyer_name", _TEXT, 160),
    _a("consignee_address", N_("Consignee's address"), "buyer_address", _TEXT, 400, 5),
    _a("consignee_country", N_("Consignee's country"), "buyer_country", _COUNTRY),
    _a("notify_name", N_("Notify party"), "notify", _TEXT, 160),
    _a("notify_address", N_("Notify party's address"), "", _TEXT, 400, 5),
    _a("notify_country", N_("Notify party's country"), "", _COUNTRY),
    _a(
        "transport_mode",
        N_("Mode of transport"),
        "mode transport?",
        N_("sea, air, road, rail, post"),
    ),
    _a("vessel", N_("Vessel, flight or vehicle"), "vessel_flight vessel_name", _TEXT, 120),
    _a("departs_on", N_("Departure"), "departure_date etd sailing_date", _DAY),
    _a(
        "port_of_loading",
        N_("Port of loading"),
        "pol loading_port",
        N_("a customs station by code or name, such as INNSA1"),
    ),
    _a("port_of_discharge", N_("Port of discharge"), "pod discharge_port", _TEXT, 120),
    _a("destination_country", N_("Country of destination"), "destination?", _COUNTRY),
    _a("final_destination", N_("Final destination"), "", _TEXT, 120),
    _a(
        "invoice_number",
        N_("Invoice number"),
        "invoice_no inv_no inv_number invoice inv",
        N_("exactly as it is printed on the invoice"),
        60,
    ),
    _a("invoice_date", N_("Invoice date"), "inv_date", _DAY),
    _a("currency", N_("Currency"), "invoice_currency curr", N_("three letters, such as USD")),
    _a("incoterm", N_("Term of delivery"), "incoterms terms?", N_("such as FOB or CIF")),
    _a("credit_number", N_("Letter of credit"), "lc_no lc_number lc", _TEXT, 60),
    _a("credit_date", N_("Letter of credit of"), "lc_date", _DAY),
    _a("clause", N_("Clause of the buyer"), "", _TEXT, 600, 8),
    _a("signatory", N_("Signatory"), "authorised_signatory", _TEXT, 120),
    _a("signatory_designation", N_("Designation"), "", _TEXT, 80),
    _a("declaration_place", N_("Place of the declaration"), "place?", _TEXT, 80),
)
BATCH_COLUMNS = (*APPLICATION_COLUMNS, *(c for c in LINE_COLUMNS if c.name != "invoice"))
# What is taken over from the reference's first row that says it.
SHARED = tuple(c.name for c in APPLICATION_COLUMNS if c is not REFERENCE)
_DAYS = ("departs_on", "invoice_date", "credit_date")
_COUNTRIES = ("consignee_country", "notify_country", "destination_country")
_COLUMNS = {column.name: column for column in APPLICATION_COLUMNS}


@dataclass(frozen=True)
class Lists:
    """Codes of the day as {code: name}; `exponents` are the decimals of the currencies."""

    countries: Mapping[str, str] = field(default_factory=dict)
    stations: Mapping[str, str] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    incoterms: Mapping[str, str] = field(default_factory=dict)
    exponents: Mapping[str, int] = field(default_factory=dict)
    today: date = date.min
    # Whether some day of the list can only be read month first.
    mixed_days: bool = False
    # Names that no signatory bears, in small letters: the agent and its people.
    not_signing: frozenset[str] = frozenset()


def judge_particulars(cells: Mapping[str, str], lists: Lists) -> Judged:
    """Judge what a row says of its application; an empty cell says nothing and is right."""
    judged = Judged()
    for column in APPLICATION_COLUMNS:
        text = cells.get(column.name, "")
        if text:
            found = _value(column, text, lists)
            if isinstance(found, Problem):
                judged.problems[column.name] = found
            else:
                judged.facts[column.name] = found
    if not cells.get("own_reference"):
        judged.problems["own_reference"] = EMPTY
    return judged


def gather(
    rows: Mapping[int, tuple[Mapping[str, str], Judged]],
) -> tuple[dict[str, list[int]], dict[str, dict[str, Any]]]:
    """The lines of each reference in order, and its particulars; contradictions become problems.

    `rows` are {line: (cells, judged)}.
    """
    lines: dict[str, list[int]] = {}
    facts: dict[str, dict[str, Any]] = {}
    for line, (cells, judged) in rows.items():
        reference = cells.get("own_reference", "")
        lines.setdefault(reference, []).append(line)
        held = facts.setdefault(reference, {})
        for name, value in list(judged.facts.items()):
            if name in held and held[name] != value:
                judged.problems[name] = Problem("disagrees", _DISAGREES, {"other": str(held[name])})
            held.setdefault(name, value)
    for place, (reference, its) in enumerate(lines.items(), 1):
        if place > MAX_APPLICATIONS and reference:
            problem = Problem("too_many_applications", _TOO_MANY, {"most": MAX_APPLICATIONS})
            rows[its[0]][1].problems["own_reference"] = problem
    return lines, facts


_DISAGREES = N_("A row above says “%(other)s” for this reference. Put one of them right.")
_TOO_MANY = N_("A list makes at most %(most)s applications at once. Leave this out, send it later.")


def _value(column: Column, text: str, lists: Lists) -> Any:
    """What a cell says, as it is stored, or its problem."""
    for names, read in _READERS.items():
        if column.name in names:
            return read(column.name, text, lists)
    problem = check_words(column, text)
    if column.name.endswith("_name") or column.name == "signatory":
        problem = check_no_aadhaar(text) or problem
    if column.name == "signatory" and bare_name(text) in lists.not_signing:
        problem = Problem("agents_name", _AGENTS_NAME)
    return problem or text


_AGENTS_NAME = N_(
    "The exporter's declaration never bears the agent's name. Type the name of the firm's own "
    "signatory."
)


def _read_day(name: str, text: str, lists: Lists) -> Any:
    day = read_day(text, mixed=lists.mixed_days)
    if isinstance(day, Problem):
        return day
    if name == "credit_date":
        late = Problem("day_in_future", N_("This day lies after today. Check the date."))
        return late if day > lists.today else day
    if name == "invoice_date":
        return check_invoice_date(day, lists.today) or day
    return check_departure(day, lists.today) or day


def _read_country(name: str, text: str, lists: Lists) -> Any:
    words = N_("“%(found)s” is no country of the list. Type its two letters, such as KE.")
    return named(text, lists.countries) or Problem("country", words, {"found": text[:40]})


def _read_station(name: str, text: str, lists: Lists) -> Any:
    words = N_("“%(found)s” is no customs station of the list. Type its code, such as INNSA1.")
    return named(text, lists.stations) or Problem("station", words, {"found": text[:40]})


def _read_code(name: str, text: str, lists: Lists) -> Any:
    pairs = lists.currencies if name == "currency" else lists.incoterms
    words = N_("“%(found)s” is no code of the list. Type its three letters, such as %(such)s.")
    values = {"found": text[:20], "such": "USD" if name == "currency" else "FOB"}
    return named(text, pairs) or Problem("code", words, values)


def _read_mode(name: str, text: str, lists: Lists) -> Any:
    word = " ".join(text.casefold().split())
    for mode, words in MODES.items():
        if word in (mode, *words.split("|")):
            return mode
    return Problem("mode", N_("One of these has to stand here: sea, air, road, rail, post."))


def _read_invoice(name: str, text: str, lists: Lists) -> Any:
    if reference_may_be_aadhaar(text):
        words = N_(
            "This could be an Aadhaar number, which is never kept here. Leave the cell empty and "
            "type the invoice's number in the application."
        )
        return Problem("looks_like_aadhaar", words)
    return check_invoice_number(text) or text


def _read_credit(name: str, text: str, lists: Lists) -> Any:
    return check_reference(text) or text


_READERS: Mapping[tuple[str, ...], Callable[[str, str, Lists], Any]] = {
    _DAYS: _read_day,
    _COUNTRIES: _read_country,
    ("port_of_loading",): _read_station,
    ("currency", "incoterm"): _read_code,
    ("transport_mode",): _read_mode,
    ("invoice_number",): _read_invoice,
    ("credit_number",): _read_credit,
}
