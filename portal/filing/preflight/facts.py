"""What the pre-flight looks at: the particulars of an application, and what is known besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from portal.filing.rules.kinds import Kind


class Line(NamedTuple):
    """A goods line: quantity and weights × 1000, FOB in minor units, as they are kept."""

    position: int
    hs_code: str
    description: str
    marks: str
    packages: int
    package_kind: str
    quantity: int
    unit: str
    gross_weight: int
    net_weight: int
    fob_minor: int
    criterion: str
    invoice: int = 0
    # The countries of its imported inputs.
    inputs: tuple[str, ...] = ()

    @property
    def chapter(self) -> int:
        """The chapter of its tariff code, 0 where there is none."""
        return int(self.hs_code[:2]) if self.hs_code[:2].isdecimal() else 0


@dataclass(frozen=True)
class Bill:
    """The Shipping Bill, with the invoice numbers on it.

    It may have come after the day that is judged by, so its own day is checked where it is entered.
    """

    number: str
    invoices: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What the portal knows besides the particulars, as of the day that is judged by.

    `used` are the firm's other files by the invoice numbers on them; `identity` says whether the
    dated rule on identical invoice numbers is in force; `countries` are (code, name).
    """

    today: date
    firm: str
    exponent: int = 2
    station_kind: str = ""
    station_name: str = ""
    countries: tuple[tuple[str, str], ...] = ()
    used: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    identity: bool = False
    bill: Bill | None = None


@dataclass(frozen=True)
class Facts:
    """Particulars as plain data (`filing.particulars`), read field by field, with what is known."""

    said: Mapping[str, Any]
    known: Known
    lines: tuple[Line, ...]
    invoices: tuple[tuple[str, date | None], ...]

    def text(self, name: str) -> str:
        """A field's text, empty where nothing stands."""
        return str(self.said.get(name) or "")

    def day(self, name: str) -> date | None:
        """A field's day."""
        return _day(self.said.get(name))

    def figure(self, name: str) -> int | None:
        """A field's figure."""
        found = self.said.get(name)
        return found if isinstance(found, int) else None

    @property
    def is_back_to_back(self) -> bool:
        """Whether the goods are said to be of another country."""
        return self.said.get("kind") == Kind.BACK_TO_BACK.value

    @cached_property
    def words(self) -> str:
        """Descriptions and marks of all lines in small letters, one below the other.

        A thousand lines are looked at while a page waits: what stands nowhere in them isn't looked
        for in each.
        """
        return "\n".join(text for line in self.lines for text in line[2:4]).lower()

    def texts_with(self, words: Iterable[str]) -> Iterator[tuple[Line, str, str]]:
        """The descriptions and marks that hold one of some words: line, name of the field, text."""
        here = [word for word in words if word in self.words]
        for line in self.lines if here else ():
            for name, text in (("description", line.description), ("marks", line.marks)):
                low = text.lower()
                if any(word in low for word in here):
                    yield line, name, text


def facts_of(said: Mapping[str, Any], known: Known, lines: tuple[Line, ...] | None = None) -> Facts:
    """The facts of particulars as they are written down: kept versions and drafts alike.

    `lines` are those of a draft, where its particulars were written down without them.
    """
    first = (str(said.get("invoice_number") or ""), _day(said.get("invoice_date")))
    more = [(row["number"], _day(row["dated"])) for row in said.get("more_invoices", ())]
    stated = tuple(_line(row) for row in said["lines"]) if lines is None else lines
    return Facts(said, known, stated, (first, *more))


def line_of(line: Any) -> Line:
    """What is looked at of a draft's goods line, which begins with the same fields."""
    countries = tuple(found.country for found in line.inputs) if line.inputs else ()
    return Line._make((*line[: len(_PLAIN)], line.invoice, countries))


def _line(row: Mapping[str, Any]) -> Line:
    countries = tuple(found["country"] for found in row.get("inputs", ()))
    return Line._make((*_WRITTEN(row), row.get("invoice", 0), countries))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


_PLAIN = Line._fields[:-2]
_WRITTEN = itemgetter(*_PLAIN)
