"""Keeping what stands in a draft in the firm's books, and filling a draft from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import Invalid, Missing
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.actions.drafting import editable, stream
from portal.filing.actions.goods import facts_of, put_lines
from portal.filing.models import Application
from portal.filing.particulars import INPUT_FIELDS
from portal.filing.queries.books import SIDES, lines_to_keep, parties_of
from portal.filing.queries.facts import application_for
from portal.filing.queries.goods import line_facts
from portal.filing.queries.shapes import LineFacts
from portal.identity import actions as identity
from portal.reference.queries import hs_problems

FROM_BOOK = audit.Act("filing.lines_from_book", ("lines",))
KEPT_OF_LINE = (
    "hs_code",
    "description",
    "unit",
    "package_kind",
    "criterion",
    "operations",
    "processing",
    "producer_name",
    "producer_address",
)


class Differs(Invalid):
    """The book has this name with another address or country; somebody has to say which holds."""


def keep_party(db: Session, actor: Actor, ref: str, side: str, *, update: bool = False) -> None:
    """Keep the consignee or notify party of an application in the firm's book.

    What is there already stays. Raises Differs where the entry says something else, unless
    `update` says that it shall be changed; Invalid where the party isn't named in full; Missing
    for an agent, who has no part in the book.
    """
    # Locked, so that a button that is pressed twice keeps one entry.
    row = application_for(db, actor, ref, lock=True)
    if side not in SIDES or actor.firm_id is None:
        raise Missing("party")
    found = next((party for party in parties_of(db, actor, row) if party.side == side), None)
    if found is None or not found.address or not found.country:
        raise Invalid(
            N_("The book keeps name, address and country. Complete them in the section first."),
            code="party_incomplete",
        )
    fields = {"name": found.name, "address": found.address, "country": found.country}
    if found.entry is None:
        identity.add_entry(db, actor, "parties", **fields)
    elif found.state == "differs":
        if not update:
            raise Differs(N_("The book has another address or country."), code="party_differs")
        identity.change_entry(db, actor, "parties", found.entry["ref"], **fields)


def keep_products(db: Session, actor: Actor, ref: str, positions: Iterable[int]) -> int:
    """Keep goods lines of an application as products of the firm; how many were new.

    A line whose description is in the book already is passed over.
    """
    row, wanted = application_for(db, actor, ref), set(positions)
    lines = [line for line in lines_to_keep(db, actor, row) if line.position in wanted]
    for line in lines:
        fields = {name: getattr(line, name) for name in KEPT_OF_LINE}
        fields |= {"producer": str(line.producer), "inputs": _inputs_of(line)}
        identity.add_entry(db, actor, "products", name=_name_of(line), **fields)
    return len(lines)


def add_from_book(
    db: Session, actor: Actor, ref: str, lines: Iterable[Mapping[str, Any]], after: int
) -> int:
    """Add goods lines that the product book filled in part; how many.

    `after` is the last line's position when the form was shown: where the same lines stand behind
    it, the form came twice and adds nothing. Raises Invalid for a code that doesn't hold today,
    and past 1,000 lines.
    """
    row = editable(db, actor, ref)
    given = [{**facts_of(row, line), "inputs": line.get("inputs", ())} for line in lines]
    if _stand_behind(db, row, given, after):
        return 0
    for problem in hs_problems(db, {line["hs_code"] for line in given}).values():
        raise Invalid.because(problem, field="hs_code")
    put_lines(db, row, given)
    audit.record(db, stream(row), FROM_BOOK, actor, lines=len(given))
    return len(given)


def _stand_behind(db: Session, row: Application, given: list[dict[str, Any]], after: int) -> bool:
    behind = [line for line in line_facts(db, row.id) if line.position > after][: len(given)]
    return len(behind) == len(given) and all(
        getattr(there, name) == value
        for there, line in zip(behind, given, strict=True)
        for name, value in line.items()
        if name != "inputs"
    )


def _inputs_of(line: LineFacts) -> str:
    """The imported inputs as the book keeps them: JSON."""
    inputs = [{name: getattr(one, name) for name in INPUT_FIELDS} for one in line.inputs]
    return json.dumps(inputs, ensure_ascii=False)


def _name_of(line: LineFacts) -> str:
    """How the book calls a product: its description in one line."""
    return " ".join(line.description.split())[:160]
