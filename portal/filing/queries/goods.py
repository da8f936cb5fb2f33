"""Goods lines: all of them, a page of them with the sums of all, and what they lack."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.db import rows
from portal.core.words import N_
from portal.filing.lifecycle import Status
from portal.filing.models import Application, GoodsLine, Input, Invoice
from portal.filing.queries.shapes import ApplicationFacts, InputFacts, LineFacts
from portal.filing.rules.completeness import Gap
from portal.filing.rules.goods import OriginCriterion, Totals, totals
from portal.filing.rules.kinds import Kind
from portal.filing.rules.origin import origin_gaps
from portal.reference import queries as reference

PAGE = 50
NOT_ITS_GOODS = N_(
    "This agency certifies other goods only. Choose another agency, or take the line out."
)
_SAY_WHY = N_("%(count)s goods lines don't say enough about their origin")
# The producer as text: of a thousand lines each would be made a member of its enumeration.
_COLUMNS = tuple(
    type_coerce(getattr(GoodsLine, name), String)
    if name == "producer"
    else getattr(GoodsLine, name)
    for name in LineFacts._fields
    if name != "inputs"
)


@dataclass(frozen=True)
class GoodsSums:
    """What all goods lines of an application come to.

    `codes` are their tariff codes, each with the first position where it stands; `unsaid` counts
    the lines whose origin isn't said, or not wholly.
    """

    count: int
    totals: Totals
    unsaid: int
    codes: Mapping[str, int]


@dataclass(frozen=True)
class GoodsPage:
    """Fifty goods lines at most, in order: page `number` of `pages`, and the sums of all lines."""

    lines: tuple[LineFacts, ...]
    number: int
    pages: int
    count: int
    totals: Totals


def line_facts(db: Session, application_id: int) -> tuple[LineFacts, ...]:
    """The goods lines in order."""
    return _lines(db, _all(), {"application": application_id})


def line_at(db: Session, application_id: int, position: int) -> LineFacts | None:
    """One goods line, or None where there is none at that position."""
    # A figure typed into the address may be wider than any column.
    if not 0 <= position < 2**31:
        return None
    found = _lines(db, _one(), {"application": application_id, "position": position})
    return found[0] if found else None


def goods_sums(db: Session, row: Application) -> GoodsSums:
    """The sums of all lines of an application, by SQL."""
    is_foreign, is_draft = row.kind is Kind.BACK_TO_BACK, row.status is Status.DRAFT
    by_code = rows(db, _sums(is_foreign=is_foreign, is_draft=is_draft), application=row.id)
    count, packages, gross, net, fob, unsaid = (
        sum(int(found[place]) for found in by_code) for place in range(2, 8)
    )
    codes = {code: first for code, first, *_ in by_code}
    return GoodsSums(count, Totals(packages, gross, net, fob), unsaid, codes)


def goods_page(db: Session, row: Application, sums: GoodsSums, number: int) -> GoodsPage:
    """Page `number` (from 1, the last one if there are fewer) of fifty lines."""
    number, pages = _among_pages(number, sums.count)
    lines = _lines(db, _fifty(), {"application": row.id, "before": (number - 1) * PAGE})
    return GoodsPage(lines, number, pages, sums.count, sums.totals)


def page_in(lines: tuple[LineFacts, ...], number: int, position: int = 0) -> GoodsPage:
    """The same of lines that were all read; the page where a position stands, if one is given."""
    if position > 0:
        number = bisect_left(lines, position, key=attrgetter("position")) // PAGE + 1
    number, pages = _among_pages(number, len(lines))
    shown = lines[(number - 1) * PAGE : number * PAGE]
    return GoodsPage(shown, number, pages, len(lines), totals(lines))


def page_of(db: Session, application_id: int, position: int) -> int:
    """The number of the page of fifty on which a line stands, or would stand."""
    (before,) = rows(db, _before(), application=application_id, position=position)
    return int(before[0]) // PAGE + 1


def invoice_numbers(db: Session, row: Application) -> list[str]:
    """The numbers of the application's invoices in the order of box 10."""
    further = rows(db, _further_invoices(), application=row.id)
    return [row.invoice_number, *(found.number for found in further)]


def unsaid_ids(row: Application) -> Select[Any]:
    """The rows of the lines whose origin isn't said, or not wholly, as `GoodsPage` counts them."""
    return select(GoodsLine.id).where(
        GoodsLine.application_id == row.id,
        _unsaid(is_foreign=False, is_draft=row.status is Status.DRAFT),
    )


def line_gaps(db: Session, facts: ApplicationFacts) -> tuple[Gap, ...]:
    """What the goods lines lack today: codes that hold, goods of the agency, origin said."""
    refused = _refused(db, facts, {line.hs_code for line in facts.lines})
    is_foreign = facts.kind is Kind.BACK_TO_BACK
    is_draft = facts.status is Status.DRAFT
    return (
        *(
            Gap("goods", f"line-{line.position}", text, values)
            for line in facts.lines
            for text, values in refused.get(line.hs_code, ())
        ),
        *origin_gaps(facts.lines, is_foreign=is_foreign, is_draft=is_draft),
    )


def gaps_in_short(db: Session, facts: ApplicationFacts, sums: GoodsSums) -> tuple[Gap, ...]:
    """The same without reading every line: each code once, unsaid origins counted."""
    refused = _refused(db, facts, sums.codes)
    found = [
        Gap("goods", f"line-{sums.codes[code]}", text, values)
        for code, problems in refused.items()
        for text, values in problems
    ]
    if sums.unsaid:
        found.append(Gap("goods", "", _SAY_WHY, {"count": sums.unsaid}))
    return tuple(found)


def digest_of(line: LineFacts) -> str:
    """A digest of all that stands on a line (32 hexadecimal digits), but not of its place."""
    facts = line._asdict()
    del facts["position"]
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


_HERE = GoodsLine.application_id == bindparam("application")


@cache
def _all() -> Select[Any]:
    return select(*_COLUMNS).where(_HERE).order_by(GoodsLine.position)


@cache
def _one() -> Select[Any]:
    return _all().where(GoodsLine.position == bindparam("position"))


@cache
def _fifty() -> Select[Any]:
    return _all().limit(PAGE).offset(bindparam("before"))


@cache
def _before() -> Select[Any]:
    return select(func.count(GoodsLine.id)).where(_HERE, GoodsLine.position < bindparam("position"))


@cache
def _further_invoices() -> Select[Any]:
    mine = Invoice.application_id == bindparam("application")
    return select(Invoice.number).where(mine).order_by(Invoice.position)


@cache
def _inputs_between() -> Select[Any]:
    within = GoodsLine.position.between(bindparam("first"), bindparam("last"))
    columns: tuple[Any, ...] = (GoodsLine.position, Input.name, Input.hs_code, Input.country)
    query = select(*columns).join(Input, Input.line_id == GoodsLine.id).where(_HERE, within)
    return query.order_by(GoodsLine.position, Input.position)


@cache
def _sums(*, is_foreign: bool, is_draft: bool) -> Select[Any]:
    """Of each code: its first line, how many there are, four sums, how many don't say origin."""
    columns = (
        GoodsLine.packages,
        GoodsLine.gross_weight,
        GoodsLine.net_weight,
        GoodsLine.fob_minor,
        case((_unsaid(is_foreign=is_foreign, is_draft=is_draft), 1), else_=0),
    )
    first = func.min(GoodsLine.position)
    sums = [func.count(GoodsLine.id), *(func.sum(column) for column in columns)]
    found = select(GoodsLine.hs_code, first, *sums).where(_HERE)
    return found.group_by(GoodsLine.hs_code).order_by(first)


def _among_pages(number: int, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // PAGE))
    return min(max(1, number), pages), pages


def _lines(db: Session, chosen: Select[Any], values: dict[str, int]) -> tuple[LineFacts, ...]:
    found = rows(db, chosen, **values)
    if not found:
        return ()
    inputs = _inputs(db, values["application"], found[0].position, found[-1].position)
    return tuple(LineFacts._make((*row, inputs.get(row[0], ()))) for row in found)


def _inputs(
    db: Session, application_id: int, first: int, last: int
) -> dict[int, tuple[InputFacts, ...]]:
    """The imported inputs of the lines from one position to another, by position."""
    told = rows(db, _inputs_between(), application=application_id, first=first, last=last)
    names = {code: reference.country_name(db, code) for code in {row.country for row in told}}
    found: dict[int, tuple[InputFacts, ...]] = {}
    for position, name, code, country in told:
        made = InputFacts(name, code, country, names[country])
        found[position] = (*found.get(position, ()), made)
    return found


def _unsaid(*, is_foreign: bool, is_draft: bool) -> ColumnElement[bool]:
    foreign = GoodsLine.criterion == OriginCriterion.FOREIGN.value
    if is_foreign:
        return ~foreign
    if not is_draft:
        return or_(GoodsLine.criterion == "", foreign)
    lacking = or_(GoodsLine.processing == "", ~exists().where(Input.line_id == GoodsLine.id))
    processed = GoodsLine.criterion == OriginCriterion.PROCESSED_BEYOND_MINIMAL.value
    return or_(GoodsLine.criterion == "", foreign, and_(processed, lacking))


def _refused(
    db: Session, facts: ApplicationFacts, codes: Collection[str]
) -> dict[str, list[tuple[str, Mapping[str, object]]]]:
    """The codes that can't be certified, with marked words why; an office's own judge later."""
    found: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
    for code, problem in reference.hs_problems(db, codes).items():
        found.setdefault(code, []).append((problem.text, problem.values))
    if facts.status is Status.DRAFT:
        outside = agencies.outside_goods(db, facts.office.id, set(codes), clock.now())
        for code in sorted(outside):
            found.setdefault(code, []).append((NOT_ITS_GOODS, {}))
    return found
