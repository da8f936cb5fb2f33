"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """An error is certain and bars signing and handing in; a warning may be kept."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Check:
    """One check. `words` say what is wrong with which values, `remedy` how to put it right.

    `notice` is the number of the notice that it rests on; without one it is the portal's own check
    and no law. `rule` names the dated rule that turns it on. It holds from the first to the last
    day, both included, open if None.
    """

    code: str
    severity: Severity
    section: str
    words: str
    remedy: str
    source: str
    notice: str = ""
    rule: str = ""
    valid_from: date = date(2024, 8, 28)
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the check is made for what is handed in on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Found:
    """What a check came upon: the values for its words, and where it stands.

    `at` is the field; `line` the position of a goods line, or 0; `section` one other than the
    check's own.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    at: str = ""
    line: int = 0
    section: str = ""


@dataclass(frozen=True)
class Finding:
    """A check with what it came upon."""

    check: Check
    found: Found

    @property
    def is_error(self) -> bool:
        """Whether it bars handing in."""
        return self.check.severity is Severity.ERROR

    @property
    def section(self) -> str:
        """The section of the form in which it is put right."""
        return self.found.section or self.check.section

    def plain(self) -> str:
        """The message in English, for logs and tests."""
        return self.check.words % self.found.values if self.found.values else self.check.words
