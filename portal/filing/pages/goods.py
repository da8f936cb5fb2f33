"""The goods lines of a draft: add, change, remove, one at a time."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.actions.exporter import missing
from portal.filing.forms import LineForm
from portal.filing.pages import bp
from portal.filing.queries import ApplicationFacts, LineFacts
from portal.filing.queries.sheaves import sheaves
from portal.filing.rules.completeness import SECTIONS
from portal.filing.rules.goods import OriginCriterion, format_minor, format_scaled, totals
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import choices, submitted

PAGE = 50


@bp.get("/applications/<ref>/goods")
@requires(Permission.APPLICATION_PREPARE)
def goods(ref: str) -> Response:
    """The lines, fifty a page, and the form for another one."""
    facts = _facts(ref)
    return _show(facts, _form(facts))


@bp.post("/applications/<ref>/goods")
@requires(Permission.APPLICATION_PREPARE)
def add_line(ref: str) -> Response:
    """Add a line."""
    facts = _facts(ref)
    form = _form(facts)
    if not form.validate():
        return _show(facts, form, status=422)
    try:
        write(db(), actions.add_line, actor(), ref, **form.facts())
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(facts, form, status=422)
    return page.go(url_for("filing.goods", ref=ref, page=request.args.get("page")) + "#add")


@bp.get("/applications/<ref>/goods/<int:position>")
@requires(Permission.APPLICATION_PREPARE)
def line(ref: str, position: int) -> Response:
    """One line to change."""
    facts = _facts(ref)
    return _show(facts, _form(facts, _line_at(facts, position)), position)


@bp.post("/applications/<ref>/goods/<int:position>")
@requires(Permission.APPLICATION_PREPARE)
def change_line(ref: str, position: int) -> Response:
    """Change a line."""
    facts = _facts(ref)
    _line_at(facts, position)
    form = _form(facts)
    if not form.validate():
        return _show(facts, form, position, 422)
    try:
        write(db(), actions.change_line, actor(), ref, position, **form.facts())
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(facts, form, position, 422)
    return page.go(url_for("filing.goods", ref=ref))


@bp.post("/applications/<ref>/goods/<int:position>/removal")
@requires(Permission.APPLICATION_PREPARE)
def remove_line(ref: str, position: int) -> Response:
    """Remove a line."""
    write(db(), actions.remove_line, actor(), ref, position)
    return page.go(url_for("filing.goods", ref=ref))


def _facts(ref: str) -> ApplicationFacts:
    return queries.application_facts(db(), actions.drafting_row(db(), actor(), ref))


def _line_at(facts: ApplicationFacts, position: int) -> LineFacts:
    for found in facts.lines:
        if found.position == position:
            return found
    raise Missing("goods line")


def _form(facts: ApplicationFacts, line: LineFacts | None = None) -> LineForm:
    form: LineForm = submitted(LineForm, **(_typed(line, facts) if line else {}))
    form.exponent = facts.currency_exponent
    form.unit.choices = choices(reference.units(db()), gettext("Choose…"))
    return form


def _typed(line: LineFacts, facts: ApplicationFacts) -> dict[str, Any]:
    """A stored line as somebody would have typed it."""
    plain = {name: getattr(line, name) for name in LineFacts.__dataclass_fields__}
    scaled = {n: format_scaled(plain[n]) for n in ("quantity", "gross_weight", "net_weight")}
    fob = format_minor(line.fob_minor, facts.currency_exponent)
    return {**plain, **scaled, "packages": str(line.packages), "fob": fob}


def _show(
    facts: ApplicationFacts, form: LineForm, position: int | None = None, status: int = 200
) -> Response:
    number = max(1, request.args.get("page", 1, type=int))
    pages = max(1, -(-len(facts.lines) // PAGE))
    number = min(number, pages)
    return page.show(
        "filing/goods.html",
        "panel",
        status,
        a=facts,
        gaps=missing(db(), facts),
        form=form,
        position=position,
        lines=facts.lines[(number - 1) * PAGE : number * PAGE],
        totals=totals(facts.lines),
        criteria=OriginCriterion,
        open_lists=sheaves(db(), actor(), facts.id),
        number=number,
        pages=pages,
        sections=SECTIONS,
        name="goods",
    )
