"""Why goods originate in India, as answers that end in one sentence (HBP 2023, para 2.93(a)).

No share of value is asked for: the rule has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.completeness import Gap
from portal.filing.rules.goods import OriginCriterion
from portal.filing.rules.minimal import Operation, codes_of, names_only_minimal

HANDBOOK = "Handbook of Procedures 2023"
AMENDED = "as amended by Public Notice 43/2024-25"
RULE = f"{HANDBOOK}, para 2.93(a), {AMENDED}"
MAX_INPUTS = 12
MAX_PROCESSING = 1000
# So many lines that lack the same are named one by one.
NAMED_APART = 5


class Stated(Protocol):
    """What a goods line says of its origin; `operations` are codes with commas between."""

    @property
    def criterion(self) -> str:
        """One of OriginCriterion, or nothing while it isn't said."""
        ...

    @property
    def operations(self) -> str:
        """Which of the ten minimal operations were done to imported inputs."""
        ...

    @property
    def processing(self) -> str:
        """What more was done to them."""
        ...

    @property
    def inputs(self) -> Sequence[Any]:
        """The imported inputs; each also has `country_name`."""
        ...


@dataclass(frozen=True)
class Statement:
    """The answers to the questionnaire; `inputs` have name, hs_code, country, country_name."""

    criterion: str
    operations: str = ""
    processing: str = ""
    inputs: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """What is wrong with an answer, and at which field of the questionnaire."""

    field: str
    problem: Problem


def origin_sentence(line: Stated, *, foreign: str = "") -> str:
    """The English sentence about a line's origin that the exporter signs and the officer reads.

    `foreign` names the country of origin of goods that aren't Indian. The sentence cites its
    rule; it is empty while nothing is said of the line's origin.
    """
    if line.criterion == OriginCriterion.WHOLLY_OBTAINED:
        return (
            "The goods were wholly obtained in India: grown, mined, caught or bred there, without "
            f"any imported input ({HANDBOOK}, para 2.93(a)(I))."
        )
    if line.criterion == OriginCriterion.MADE_FROM_INDIAN_INPUTS:
        return (
            "The goods were made in India from Indian inputs only, without any imported input "
            f"({HANDBOOK}, para 2.93(a)(I))."
        )
    if line.criterion == OriginCriterion.PROCESSED_BEYOND_MINIMAL:
        return _processed(line)
    if line.criterion == OriginCriterion.FOREIGN:
        where = f"in {foreign}, not in India" if foreign else "in another country, not in India"
        return f"The goods originate {where} ({HANDBOOK}, para 2.93(f), {AMENDED})."
    return ""


def statements(lines: Iterable[Any], *, foreign: str = "") -> tuple[tuple[str, str], ...]:
    """The sentences of an application, each once, with the lines it stands for: `1–3, 7`."""
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for line in lines:
        told = line.criterion, line.operations, line.processing, tuple(line.inputs)
        alike.setdefault(told, []).append(line)
    found: dict[str, list[int]] = {}
    for some in alike.values():
        if sentence := origin_sentence(some[0], foreign=foreign):
            found.setdefault(sentence, []).extend(line.position for line in some)
    return tuple((spans(positions), sentence) for sentence, positions in found.items())


def spans(numbers: Iterable[int]) -> str:
    """Whole numbers in order, runs joined: 1, 2, 3, 7 is `1–3, 7`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("–".join(str(number) for number in run) for run in runs)


def check_statement(line: Stated, *, more: bool = True) -> Iterator[Refusal]:
    """What is missing or contradictory in the answers about a line, field by field.

    `more` is whether more than the ten minimal operations was done to imported inputs. Goods to
    which nothing more was done don't originate in India (para 2.93(a)(II)).
    """
    if line.criterion == OriginCriterion.PROCESSED_BEYOND_MINIMAL:
        yield from _check_processed(line, more=more)
    elif line.criterion == OriginCriterion.FOREIGN:
        yield Refusal("criterion", _FOREIGN_HERE)
    elif line.criterion and (line.inputs or line.operations or line.processing):
        yield Refusal("criterion", _CONTRADICTION)
    elif not line.criterion:
        yield Refusal("criterion", _UNSAID)


def is_complete(line: Stated) -> bool:
    """Whether the sentence about a line has everything that the rule asks for."""
    if line.criterion != OriginCriterion.PROCESSED_BEYOND_MINIMAL:
        return bool(line.criterion)
    return bool(line.inputs and line.processing)


def origin_gaps(lines: Iterable[Any], *, is_foreign: bool, is_draft: bool) -> Iterator[Gap]:
    """Lines that don't say enough about their origin; `is_foreign` in a back-to-back application.

    What was done to imported inputs is asked of drafts alone: files that were handed in before it
    was asked stay valid. Where many lines lack the same, they are named together.
    """
    lacking: dict[str, list[int]] = {}
    for line in lines:
        text = _gap(line, is_foreign=is_foreign, is_draft=is_draft)
        if text:
            lacking.setdefault(text, []).append(line.position)
    for text, positions in lacking.items():
        if len(positions) > NAMED_APART:
            yield Gap("goods", "origin", text, {"line": spans(positions)})
        else:
            yield from (Gap("goods", f"origin-{n}", text, {"line": n}) for n in positions)


def _processed(line: Stated) -> str:
    parts = ["The goods were made in India with imported inputs"]
    if line.inputs:
        parts.append(": " + "; ".join(_input(row) for row in line.inputs))
    parts.append(". ")
    if done := [operation.label for operation in codes_of(line.operations)]:
        parts.append(f"Of the ten minimal operations these were done to them: {'; '.join(done)}. ")
    elif line.processing:
        parts.append("None of the ten minimal operations was done to them by itself. ")
    parts.append("More than the ten minimal operations was done")
    if line.processing:
        parts.append(f": {_one_line(line.processing).rstrip('.')}")
    return "".join(parts) + f" ({HANDBOOK}, para 2.93(a)(II), {AMENDED})."


def _input(row: Any) -> str:
    country = getattr(row, "country_name", "") or row.country
    return f"{_one_line(row.name)} (HS {row.hs_code}, {country})"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_processed(line: Stated, *, more: bool) -> Iterator[Refusal]:
    if not line.inputs:
        yield Refusal("inputs", _NO_INPUTS)
    if any(row.country == "IN" for row in line.inputs):
        yield Refusal("inputs", _INDIAN_INPUT)
    if not more:
        yield Refusal("more", _insufficient(codes_of(line.operations)))
    elif not line.processing.strip():
        yield Refusal("processing", _NO_PROCESSING)
    elif names_only_minimal(line.processing):
        yield Refusal("processing", _ONLY_MINIMAL)


def _insufficient(done: tuple[Operation, ...]) -> Problem:
    if not done:
        return Problem("insufficient", _INSUFFICIENT)
    named = "; ".join(operation.label for operation in done)
    return Problem("insufficient", _INSUFFICIENT_NAMED, {"operations": named})


def _gap(line: Any, *, is_foreign: bool, is_draft: bool) -> str:
    claims_india = line.criterion != OriginCriterion.FOREIGN
    if is_foreign:
        return _CLAIMS_INDIA if claims_india else ""
    if not line.criterion or not claims_india:
        return _SAY_WHY
    return "" if is_complete(line) or not is_draft else _SAY_MORE


_SAY_WHY = N_("Line %(line)s: say why the goods originate in India")
_SAY_MORE = N_("Line %(line)s: say which imported inputs were used and what was done to them")
_CLAIMS_INDIA = N_(
    "Line %(line)s claims Indian origin, which a back-to-back certificate can't state"
)
_UNSAID = Problem("origin_unsaid", N_("Choose what fits: it says why the goods are Indian."))
_FOREIGN_HERE = Problem(
    "origin_foreign",
    N_(
        "Goods of another country get a back-to-back certificate (para 2.93(f)). Begin such an "
        "application instead."
    ),
)
_CONTRADICTION = Problem(
    "origin_contradiction",
    N_(
        "This answer says that no imported input was used, but below it imported inputs or what "
        "was done to them are named. Choose “with imported inputs”, or empty the fields below."
    ),
)
_NO_INPUTS = Problem(
    "no_inputs",
    N_(
        "Name the imported inputs, each with its tariff code and country. If none was used, choose "
        "another answer above."
    ),
)
_INDIAN_INPUT = Problem(
    "indian_input",
    N_("An input from India isn't imported. Leave it out; only imported inputs stand here."),
)
_NO_PROCESSING = Problem(
    "no_processing", N_("Say what more was done, such as: rolled, annealed and drawn into pots.")
)
_ONLY_MINIMAL = Problem(
    "only_minimal",
    N_(
        "What stands here is among the ten minimal operations of para 2.93(a)(II), which alone "
        "don't make goods Indian. Say what was done beyond them."
    ),
)
_INSUFFICIENT = N_(
    "Then the goods don't originate in India: processing of imported inputs has to exceed every "
    "one of the ten minimal operations (Handbook of Procedures 2023, para 2.93(a)(II)). Take the "
    "line out, or apply for a back-to-back certificate with proof of the foreign origin "
    "(para 2.93(f))."
)
_INSUFFICIENT_NAMED = N_(
    "Then the goods don't originate in India: only minimal operations were done to the imported "
    "inputs (%(operations)s), and processing has to exceed every one of the ten (Handbook of "
    "Procedures 2023, para 2.93(a)(II)). Take the line out, or apply for a back-to-back "
    "certificate with proof of the foreign origin (para 2.93(f))."
)
