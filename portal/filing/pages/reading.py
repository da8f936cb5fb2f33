"""What a page about one part of a draft reads of the whole: never all of its goods lines."""

from __future__ import annotations

from portal.filing import queries
from portal.filing.actions.exporter import missing
from portal.filing.models import Application
from portal.filing.queries import ApplicationFacts
from portal.filing.rules.completeness import Gap
from portal.web.context import db


def facts_and_gaps(row: Application) -> tuple[ApplicationFacts, tuple[Gap, ...]]:
    """The application with its first fifty lines, and what all of it lacks, told in short."""
    some = queries.goods_page(db(), row, 1)
    facts = queries.application_facts(db(), row, some.lines)
    return facts, missing(db(), facts, queries.page_gaps(db(), facts, some))
