"""Which fields a section has, and whose word stands where two people wrote at the same time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from typing import Any

# Where an answer that waits for a signature is kept beside what was typed into sections.
ANSWER = "answer"
# As the form shows them. A list, and the branch with its three columns, counts as one field.
SECTION_FIELDS: Mapping[str, tuple[str, ...]] = {
    "certificate": (
        "trade",
        "origin_country",
        "evidence",
        "replacement_reason",
        "retrospective_reason",
        "branch",
        "own_reference",
    ),
    "consignee": (
        "consignee_name",
        "consignee_address",
        "consignee_country",
        "notify_name",
        "notify_address",
        "notify_country",
        "invoicing_name",
        "invoicing_country",
    ),
    "transport": (
        "transport_mode",
        "vessel",
        "departs_on",
        "port_of_loading",
        "loading_abroad",
        "port_of_discharge",
        "destination_country",
        "final_destination",
        "transport_document",
        "transport_document_date",
    ),
    "invoice": (
        "invoice_number",
        "invoice_date",
        "more_invoices",
        "currency",
        "invoice_total",
        "incoterm",
        "credit_number",
        "credit_date",
        "clause",
    ),
    "declaration": ("signatory", "signatory_designation", "declaration_place"),
}
# The columns of a list's rows, in the order in which a row's values stand.
LISTS: Mapping[str, tuple[str, ...]] = {
    "more_invoices": ("number", "dated"),
    "evidence": ("kind", "number", "dated", "issuer"),
}
BRANCH = ("branch_name", "branch_address", "branch_gstin")
MOST_ROWS: Mapping[str, int] = {"more_invoices": 30, "evidence": 20}
DIGEST = 6


class Fate(Enum):
    """What becomes of one field that a page sends."""

    LEFT = auto()
    TAKEN = auto()
    CLASHES = auto()
    # It says what the page showed at first, while something else was saved meanwhile.
    AS_SHOWN = auto()


@dataclass(frozen=True)
class Sent:
    """What one page sends of a section.

    `values` can be stored as they are, lists as tuples of rows. `typed` can't be kept yet: for each
    field the form's own names with their text. `shown` has the digest of each field as the page
    showed it; a page that says nothing of that is taken to have shown what is stored now.
    `page` names the page, `turn` counts what it has sent; of `given_up` nothing typed is kept on.
    """

    values: Mapping[str, Any]
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shown: Mapping[str, str] | None = None
    page: str = ""
    turn: int = 0
    given_up: frozenset[str] = frozenset()

    def without(self, *names: str) -> Sent:
        """The same without some values, which stay among what is typed."""
        return replace(self, values={n: v for n, v in self.values.items() if n not in names})


def digest(value: Any) -> str:
    """A short digest of a field's stored value: six hexadecimal digits."""
    text = json.dumps(value, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGEST]


def digests(section: str, values: Mapping[str, Any], shown: Mapping[str, str]) -> str:
    """The digests of a section's fields in their order; those in `shown` stand as they are."""
    fields = SECTION_FIELDS[section]
    return "".join(shown.get(name) or digest(values[name]) for name in fields)


def read_digests(section: str, text: str | None) -> Mapping[str, str] | None:
    """What a page says it showed, by field; None where it says nothing.

    A text of another length comes from a form of another make: no digest of it fits.
    """
    if text is None:
        return None
    fields = SECTION_FIELDS[section]
    fits = len(text) == DIGEST * len(fields)
    return {
        name: text[DIGEST * at : DIGEST * (at + 1)] if fits else ""
        for at, name in enumerate(fields)
    }


def fate(mine: Any, stored: Any, shown: str | None) -> Fate:
    """Whether a field is left as stored, taken from the page, or was changed by both sides."""
    now, sent = digest(stored), digest(mine)
    if sent == now:
        return Fate.LEFT
    if sent == shown:
        return Fate.AS_SHOWN
    return Fate.TAKEN if shown in (None, now) else Fate.CLASHES


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
