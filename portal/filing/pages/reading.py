"""What pages about an application have in common: what they read of it, which lines they show."""

from __future__ import annotations

from flask import request

from portal.filing import queries
from portal.filing.actions.exporter import missing
from portal.filing.models import Application
from portal.filing.queries import ApplicationFacts, GoodsPage
from portal.filing.queries.goods import line_at
from portal.filing.rules.completeness import Gap
from portal.web.context import db


def facts_and_gaps(row: Application) -> tuple[ApplicationFacts, tuple[Gap, ...]]:
    """The application with its first goods line, and what all of it lacks, told in short."""
    sums = queries.goods_sums(db(), row)
    first = line_at(db(), row.id, min(sums.codes.values(), default=0))
    facts = queries.application_facts(db(), row, (first,) if first else ())
    return facts, missing(db(), facts, queries.gaps_in_short(db(), facts, sums))


def goods_shown(facts: ApplicationFacts) -> GoodsPage:
    """The goods lines that the address asks for, fifty at most: `page=3`, or `line=120`."""
    number = request.args.get("page", 1, type=int)
    return queries.page_in(facts.lines, number, request.args.get("line", 0, type=int))
