"""The names of dated rules and what their values look like."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.errors import DomainError
from portal.core.words import N_


class NoRule(DomainError):
    """No notice sets a value for that instant: the act waits until one does."""

    status = 503


@dataclass(frozen=True)
class Named:
    """A rule's name and how its stored value is read."""

    name: str
    read: Callable[[Any], Any]
    words: str


FEE = Named("fee_paise", int, N_("Fee for a certificate"))
COMPULSORY_DOCUMENTS = Named("compulsory_documents", tuple, N_("Compulsory documents"))

ALL: Mapping[str, Named] = {rule.name: rule for rule in (FEE, COMPULSORY_DOCUMENTS)}


def value_of(rule: Named, stored: str) -> Any:
    """The typed value of a stored row."""
    return rule.read(json.loads(stored))


def overlaps(one: tuple[Any, Any | None], other: tuple[Any, Any | None]) -> bool:
    """Whether two intervals (from, until or None) share an instant."""
    starts_before_end = other[1] is None or one[0] < other[1]
    ends_after_start = one[1] is None or other[0] < one[1]
    return starts_before_end and ends_after_start
