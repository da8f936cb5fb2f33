"""Lists of goods lines and of applications that wait for corrections, as they are judged now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing, Problem
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.lifecycle import EDITABLE
from portal.filing.models import Application, Sheaf
from portal.filing.queries.clients import agents_names
from portal.filing.queries.facts import application_for
from portal.filing.queries.goods import invoice_numbers
from portal.filing.rules.batches import Lists, gather, judge_particulars
from portal.filing.rules.cells import read_hs
from portal.filing.rules.kinds import Kind
from portal.filing.rules.rows import FORMULA, Judged, Known, judge_line
from portal.filing.rules.sheaves import Content, start_of
from portal.identity import queries as identity
from portal.reference import queries as reference
from portal.reference.rules import normal_hs

START = 120
MOST_SHEAVES = 20
TORN = Problem("row_torn", N_("A quote was opened in this row and never closed. Check each cell."))
LONG = Problem(
    "row_long",
    N_("This row has more cells than the head: a separator may stand inside a cell. Check each."),
)


@dataclass(frozen=True)
class SheafFacts:
    """A list in a few words; `waiting` rows were wrong when it was kept last."""

    ref: str
    name: str
    made_at: datetime
    done_at: datetime | None
    waiting: int


@dataclass(frozen=True)
class Looked:
    """A list with each open row judged; `batches` are the lines and particulars of references."""

    content: Content
    rows: Mapping[int, Judged]
    batches: Mapping[str, tuple[tuple[int, ...], Mapping[str, Any]]]
    exponent: int = 2
    currency: str = ""

    @property
    def wrong(self) -> list[int]:
        """The lines with a wrong cell."""
        return [line for line, judged in self.rows.items() if not judged.is_sound]

    @property
    def sound(self) -> list[int]:
        """The lines that can be taken; of a reference all or none."""
        if not self.content.applications:
            return [line for line, judged in self.rows.items() if judged.is_sound]
        return [line for lines, _facts in self.ready.values() for line in lines]

    @property
    def ready(self) -> dict[str, tuple[tuple[int, ...], Mapping[str, Any]]]:
        """The references of which every row is sound."""
        return {
            reference: batch
            for reference, batch in self.batches.items()
            if all(self.rows[line].is_sound for line in batch[0])
        }


def sheaf_for(db: Session, actor: Actor, ref: str, *, lock: bool = False) -> Sheaf:
    """A list of the firm acted for; an agent's people find those of its own files, and their own.

    Raises Missing for everybody else; with `lock` an agent's mandate is read anew.
    """
    if actor.exporter_id is None:
        raise Missing("list")
    query = select(Sheaf).where(Sheaf.ref == ref, Sheaf.firm_id == actor.exporter_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
        if actor.client is not None:
            identity.mandate_for(db, actor)
    row = db.scalar(query)
    if row is None:
        raise Missing("list")
    if row.application_id is not None:
        application_of(db, actor, row)
    elif actor.client is not None and row.person_id != actor.person_id:
        raise Missing("list")
    return row


def application_of(db: Session, actor: Actor, row: Sheaf) -> Application | None:
    """The draft that a list's lines go into, if the actor may see it. Raises Missing."""
    if row.application_id is None:
        return None
    ref = db.scalar(select(Application.ref).where(Application.id == row.application_id))
    return application_for(db, actor, ref or "")


def sheaves(db: Session, actor: Actor, application_id: int | None) -> list[SheafFacts]:
    """The open lists of a draft, or those of applications, newest first."""
    query = _facts_query().where(Sheaf.done_at.is_(None)).order_by(Sheaf.id.desc())
    return [_facts(*row) for row in db.execute(_its(query, actor, application_id))]


def same_before(db: Session, actor: Actor, row: Sheaf, sha256: str) -> list[SheafFacts]:
    """Other lists for the same draft, or of applications, whose file was the same."""
    query = _facts_query().where(
        Sheaf.id != row.id, Sheaf.rows.startswith(f'{{"sha256": "{sha256}')
    )
    return [_facts(*found) for found in db.execute(_its(query, actor, row.application_id))]


def look(db: Session, actor: Actor, content: Content, application: Application | None) -> Looked:
    """Judge every open row of a list as of now."""
    if content.asks:
        return Looked(content, {}, {})
    known = _known(db, content, application)
    if content.applications:
        return _look_at_batch(db, actor, content, known)
    rows = {line: _judge(content, line, known) for line in content.open_lines}
    return Looked(content, rows, {}, known.exponent, known.currency)


def is_editable(application: Application | None) -> bool:
    """Whether lines may go into a draft now."""
    return application is not None and application.status in EDITABLE


def _judge(content: Content, line: int, known: Known) -> Judged:
    judged = judge_line(content.cells(line), known, content.typed(line))
    for name in content.bare_formulas(line):
        judged.problems[name] = FORMULA
    first = next(name for name in content.columns if name)
    if line in content.torn and line not in content.fixed:
        judged.problems.setdefault(first, TORN)
    elif content.is_too_long(line):
        judged.problems.setdefault(first, LONG)
    return judged


def _look_at_batch(db: Session, actor: Actor, content: Content, known: Known) -> Looked:
    lists = _lists(db, actor, content)
    cells = {line: content.cells(line) for line in content.open_lines}
    particulars = {line: (cells[line], judge_particulars(cells[line], lists)) for line in cells}
    lines, facts = gather(particulars)
    rows: dict[int, Judged] = {}
    for own_reference, its in lines.items():
        currency = str(facts[own_reference].get("currency", ""))
        exponent = lists.exponents.get(currency, 2)
        own = replace(known, currency=currency, exponent=exponent)
        for line in its:
            judged = _judge(content, line, own)
            judged.problems = particulars[line][1].problems | judged.problems
            rows[line] = judged
    batches = {ref: (tuple(its), facts[ref]) for ref, its in lines.items()}
    return Looked(content, {line: rows[line] for line in cells}, batches)


def _known(db: Session, content: Content, application: Application | None) -> Known:
    """What the cells are held against, with six statements however many rows there are."""
    lines = content.open_lines
    codes = {normal_hs(read_hs(content.cells(line).get("hs_code", ""))[0]) for line in lines}
    answers = reference.hs_on_many(db, (c for c in codes if len(c) == 8 and c.isdigit()))
    currency = application.currency if application else ""
    return Known(
        {code: words.partition(" – ")[2] for code, words in reference.units(db)},
        dict(reference.packages(db)),
        {code: answer.problem for code, answer in answers.items()},
        currency,
        reference.currency_exponent(db, currency) if currency else 2,
        tuple(invoice_numbers(db, application)) if application else (),
        content.notation,
        application is not None and application.kind is Kind.BACK_TO_BACK,
    )


def _lists(db: Session, actor: Actor, content: Content) -> Lists:
    currencies = [code for code, _words in reference.currencies(db)]
    return Lists(
        dict(reference.countries(db)),
        {code: words.rpartition(" (")[0] for code, words in reference.stations(db)},
        dict.fromkeys(currencies, ""),
        dict.fromkeys((code for code, _words in reference.incoterms(db)), ""),
        reference.currency_exponents(db),
        clock.today(),
        content.mixed_days,
        agents_names(db, actor.agent_id),
    )


def _facts_query() -> Select[Any]:
    return select(
        Sheaf.ref, Sheaf.name, Sheaf.made_at, Sheaf.done_at, func.substr(Sheaf.rows, 1, START)
    ).limit(MOST_SHEAVES)


def _its(query: Select[Any], actor: Actor, application_id: int | None) -> Select[Any]:
    query = query.where(Sheaf.firm_id == actor.exporter_id)
    if application_id is not None:
        return query.where(Sheaf.application_id == application_id)
    query = query.where(Sheaf.application_id.is_(None))
    return query.where(Sheaf.person_id == actor.person_id) if actor.client else query


def _facts(
    ref: str, name: str, made_at: datetime, done_at: datetime | None, start: str
) -> SheafFacts:
    return SheafFacts(ref, name, made_at, done_at, start_of(start)[1])
