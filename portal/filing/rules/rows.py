"""Judges the rows of a list of goods lines: what each cell says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.cells import Notation, plain_figure, read_hs, split_figure, unit_of
from portal.filing.rules.columns import LINE_COLUMNS, Column
from portal.filing.rules.fields import check_invoice_number, check_no_aadhaar, check_text
from portal.filing.rules.goods import (
    OriginCriterion,
    check_weights,
    parse_count,
    parse_minor,
    parse_scaled,
)
from portal.filing.rules.kinds import Producer
from portal.reference.rules import check_hs_shape, normal_hs

EMPTY = Problem("empty", N_("This has to be filled in."))
ZERO = Problem("zero", N_("This has to be above zero."))
FORMULA = Problem("formula", N_("A formula stands here and is never run. Type what it shows."))
EXAMPLE_MARK = "INVENTED EXAMPLE"
_COLUMNS = {column.name: column for column in LINE_COLUMNS}
_KILOGRAMS = ("kg", "kgs", "kilo", "kilogram", "kilograms")
# How many decimals of each unit come to grams, in which weights are kept.
_GRAMS = {"GMS": 0, "KGS": 3, "QTL": 5, "MTS": 6, "TON": 6}
_RUPEES = ("₹", "rs", "inr")


@dataclass(frozen=True)
class Known:
    """What cells are held against: codes of the day as {code: name}, and the draft's own facts.

    `codes` are the tariff codes that were looked up, each with its problem or None; `exponent`
    counts the decimals of the currency.
    """

    units: Mapping[str, str]
    packages: Mapping[str, str]
    codes: Mapping[str, Problem | None] = field(default_factory=dict)
    currency: str = ""
    exponent: int = 2
    invoices: tuple[str, ...] = ()
    notation: Notation = Notation.POINT
    # Of a back-to-back application: whatever is said, its goods are of another country.
    is_foreign: bool = False


@dataclass
class Judged:
    """A row: its facts as they are stored, the problem of each wrong cell, and what may be meant.

    The facts are complete only where there is no problem.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    suggested: dict[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the row can be taken as it is."""
        return not self.problems


def judge_line(cells: Mapping[str, str], known: Known, typed: frozenset[str]) -> Judged:
    """Judge a row of a goods line, {column: text}.

    `typed` are the cells that need no guess about their notation: figures of a workbook, and what
    somebody corrected on the page.
    """
    judged = Judged()
    for judge in (_words, _hs, _packages, _quantity, _weights, _fob, _invoice, _origin, _producer):
        judge(dict(cells), known, typed, judged)
    return judged


def is_example(cells: Mapping[str, str]) -> bool:
    """Whether a row is one of the template's own."""
    return cells.get("description", "").startswith(EXAMPLE_MARK)


def check_words(column: Column, text: str) -> Problem | None:
    """Text of a cell: no formula, printable, short enough."""
    if text.startswith("=") or (text.startswith("@") and "(" in text):
        return FORMULA
    return check_text(text, longest=column.longest, lines=column.lines)


def _words(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    for name in ("description", "marks"):
        text = cells.get(name, "")
        problem = check_words(_COLUMNS[name], text) if text else None
        if not text and _COLUMNS[name].needed:
            problem = EMPTY
        _keep(judged, name, text, problem)


def _hs(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    text, problem, suggested = read_hs(cells.get("hs_code", ""))
    if suggested:
        judged.suggested["hs_code"] = suggested
    code = normal_hs(text)
    if not problem:
        problem = (check_hs_shape(text) if text else EMPTY) or known.codes.get(code)
    _keep(judged, "hs_code", code, problem)


def _packages(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    figure, rest = split_figure(cells.get("packages", ""))
    kind = cells.get("package_kind", "") or rest
    kind = known.packages.get(kind, kind)
    _figure(judged, "packages", figure, parse_count, known, typed)
    problem = check_words(_COLUMNS["package_kind"], kind) if kind else EMPTY
    _keep(judged, "package_kind", kind, problem)


def _quantity(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    figure, rest = split_figure(cells.get("quantity", ""))
    unit = cells.get("unit", "") or rest
    _figure(judged, "quantity", figure, parse_scaled, known, typed)
    code = unit_of(unit, known.units)
    problem = EMPTY if not unit else _unknown_unit(unit) if code is None else None
    if code and rest and unit_of(rest, known.units) not in (None, code):
        words = N_("The quantity says %(other)s, the unit %(code)s. Put one of them right.")
        problem = Problem("units_differ", words, {"other": rest[:12], "code": code})
    _keep(judged, "unit", code or "", problem)


def _unknown_unit(text: str) -> Problem:
    words = N_("“%(found)s” is no unit here. Choose its code, such as KGS, PCS, SET or NOS.")
    return Problem("unit", words, {"found": text[:20]})


def _weights(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    for name in ("gross_weight", "net_weight"):
        figure, rest = split_figure(cells.get(name, ""))
        unit = "KGS" if not rest or rest.casefold() in _KILOGRAMS else unit_of(rest, known.units)
        decimals = _GRAMS.get(unit or "")
        if decimals is None:
            words = N_("Weights stand in kilograms, not in “%(found)s”. Type the kilograms.")
            _keep(judged, name, None, Problem("not_kilograms", words, {"found": rest[:12]}))
        else:
            _figure(judged, name, figure, partial(parse_scaled, decimals=decimals), known, typed)
    gross, net = judged.facts.get("gross_weight"), judged.facts.get("net_weight")
    if gross is not None and net is not None and (problem := check_weights(gross, net)):
        _keep(judged, "net_weight", None, problem)


def _fob(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    figure, rest = split_figure(cells.get("fob", ""))
    said = "INR" if rest.casefold() in _RUPEES else rest.upper()
    if len(said) == 3 and said.isalpha() and known.currency and said != known.currency:
        words = N_("The value is in %(said)s, the invoice in %(currency)s. Type it in that.")
        values = {"said": said, "currency": known.currency}
        _keep(judged, "fob_minor", None, Problem("currency_differs", words, values), "fob")
        return

    def parse(text: str) -> int | Problem:
        return parse_minor(text, known.exponent)

    figure = figure if len(said) <= 3 else cells.get("fob", "")
    _figure(judged, "fob_minor", figure, parse, known, typed, "fob", above_zero=False)


def _invoice(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    text, numbers = cells.get("invoice", ""), [n.casefold() for n in known.invoices]
    if not text:
        _keep(judged, "invoice", 0, None)
    elif not any(numbers):
        # The draft takes this number, where all its lines name the same.
        unfit = check_words(_COLUMNS["invoice"], text) or check_invoice_number(text)
        _keep(judged, "invoice", 0, unfit)
    elif text.casefold() in numbers:
        place = numbers.index(text.casefold()) + 1
        _keep(judged, "invoice", place if len(numbers) > 1 else 0, None)
    else:
        words = N_(
            "The application has no invoice %(found)s, only %(known)s. Correct it, or add the "
            "invoice in its section."
        )
        values = {"found": text[:60], "known": ", ".join(n for n in known.invoices if n)}
        _keep(judged, "invoice", 0, Problem("no_such_invoice", words, values))


def _origin(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    if known.is_foreign:
        _keep(judged, "criterion", OriginCriterion.FOREIGN.value, None)
        return
    text = cells.get("criterion", "")
    found = "" if not text else _CRITERIA.get(" ".join(text.casefold().split()).rstrip(" ."))
    if found is None:
        words = N_(
            "“%(found)s” is none of: wholly obtained, made from Indian inputs, processed. Empty "
            "is right, too: it is asked for all lines at once later."
        )
        _keep(judged, "criterion", "", Problem("criterion", words, {"found": text[:40]}))
    else:
        _keep(judged, "criterion", found, None)


def _producer(cells: dict[str, str], known: Known, typed: frozenset[str], judged: Judged) -> None:
    name, address = cells.get("producer_name", ""), cells.get("producer_address", "")
    word = name.casefold()
    if word in ("", "same", "self", "exporter", "own"):
        kind, name, address = Producer.SAME, "", address if word == "" else ""
    elif word.startswith("confidential"):
        kind, name, address = Producer.CONFIDENTIAL, "", ""
    else:
        kind = Producer.OTHER
    problem = None
    if name:
        problem = check_no_aadhaar(name) or check_words(_COLUMNS["producer_name"], name)
    elif address:
        problem = Problem("no_producer", N_("An address stands here, but no producer's name."))
    judged.facts["producer"] = kind
    _keep(judged, "producer_name", name, problem)
    wrong = check_words(_COLUMNS["producer_address"], address) if address else None
    _keep(judged, "producer_address", address, wrong)


def _figure(
    judged: Judged,
    name: str,
    text: str,
    parse: Callable[[str], int | Problem],
    known: Known,
    typed: frozenset[str],
    column: str = "",
    *,
    above_zero: bool = True,
) -> None:
    column = column or name
    notation = Notation.POINT if column in typed else known.notation
    plain = FORMULA if text.startswith("=") else plain_figure(text, notation)
    found = parse(plain) if isinstance(plain, str) else plain
    if not isinstance(found, Problem) and above_zero and found == 0:
        found = ZERO
    if isinstance(found, Problem):
        _keep(judged, name, None, found, column)
    else:
        _keep(judged, name, found, None)


def _keep(judged: Judged, name: str, value: Any, problem: Problem | None, column: str = "") -> None:
    if problem is None:
        judged.facts[name] = value
    else:
        judged.problems[column or name] = problem


_CRITERIA = {
    word: criterion.value
    for criterion, words in {
        OriginCriterion.WHOLLY_OBTAINED: "wholly obtained|wholly obtained in india|wo|a|"
        "wholly produced",
        OriginCriterion.MADE_FROM_INDIAN_INPUTS: "made from indian inputs|made of indian inputs|"
        "indian inputs|made in india from indian inputs|made in india from indian inputs only",
        OriginCriterion.PROCESSED_BEYOND_MINIMAL: "processed|processed in india|imported inputs|"
        "with imported inputs|processed beyond minimal|made in india with imported inputs",
    }.items()
    for word in (criterion.value, *words.split("|"))
}
