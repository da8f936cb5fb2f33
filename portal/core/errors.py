"""How a rule says no, and how an outside thing says "later" or "never"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value: a stable code, marked text with %(name)s places, its values."""

    code: str
    text: str
    values: Mapping[str, object] = field(default_factory=lambda: _NOTHING)

    def plain(self) -> str:
        """The message in English, for logs and tests; pages translate `text` first."""
        return self.text % self.values if self.values else self.text


class DomainError(Exception):
    """A rule said no. The text may be shown to a person: what happened and what to do."""

    status = 409

    @classmethod
    def because(cls, problem: Problem, field: str = "") -> Self:
        """The refusal of a problem that a pure rule found."""
        made = cls(problem.text, code=problem.code, field=field)
        made.problem = problem
        return made

    def __init__(self, text: str, *, code: str = "", field: str = "", **values: object) -> None:
        self.problem = Problem(code or type(self).__name__, text, values)
        self.field = field
        super().__init__(text)

    def __str__(self) -> str:
        """The message in English, for logs and tests."""
        return self.problem.plain()


class Invalid(DomainError):
    """What was sent can't be accepted as it is (422); the form shows it at its field."""

    status = 422


class NotOpen(DomainError):
    """The step isn't open in the present status: somebody else was first, or the page was old."""


class Missing(LookupError):
    """Unknown, or another's: both look alike from outside (404)."""


class Forbidden(Exception):
    """Known, but not allowed for this role (403)."""


class TryLater(Exception):
    """An outside thing did not answer; the same call may succeed later."""


class Refused(Exception):
    """An outside thing said no for good."""
