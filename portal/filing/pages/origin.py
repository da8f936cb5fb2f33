"""Why the goods originate in India: asked for one line, or once for all that don't say it."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.forms import OriginForm
from portal.filing.pages import bp
from portal.filing.queries import LineFacts
from portal.filing.queries.goods import goods_sums, line_at, page_of
from portal.filing.rules.kinds import Kind
from portal.filing.rules.origin import RULE, origin_sentence, statements
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import submitted


@bp.get("/applications/<ref>/goods/<int:position>/origin")
@requires(Permission.APPLICATION_PREPARE)
def origin(ref: str, position: int) -> Response:
    """The questions about one line, and the sentence that its answers make."""
    row = actions.drafting_row(db(), actor(), ref)
    found = _there(row, position)
    filled = {**OriginForm.filled(found), "seen": queries.digest_of(found)}
    return _show(row, _form(**filled), found)


@bp.post("/applications/<ref>/goods/<int:position>/origin")
@requires(Permission.APPLICATION_PREPARE)
def state_origin(ref: str, position: int) -> Response:
    """Keep the answers about one line."""
    row = actions.drafting_row(db(), actor(), ref)
    found, form = _there(row, position), _form()
    if not form.validate():
        return _show(row, form, found, 422)
    said, seen = form.statement(), form.seen.data or ""
    try:
        write(db(), actions.state_origin, actor(), ref, position, said, seen=seen)
    except DomainError as refusal:
        form.refuse_error(refusal)
        row = actions.drafting_row(db(), actor(), ref)
        now = _there(row, position)
        form.seen.data = queries.digest_of(now)
        return _show(row, form, now, refusal.status)
    return page.go(url_for("filing.origin", ref=ref, position=position) + "#sentence")


@bp.get("/applications/<ref>/origin")
@requires(Permission.APPLICATION_PREPARE)
def origins(ref: str) -> Response:
    """The same questions for all lines that don't say it, and the sentences of the others."""
    return _show(actions.drafting_row(db(), actor(), ref), _form())


@bp.post("/applications/<ref>/origin")
@requires(Permission.APPLICATION_PREPARE)
def state_origins(ref: str) -> Response:
    """Keep one answer for all lines that don't say why they originate in India."""
    row = actions.drafting_row(db(), actor(), ref)
    form = _form()
    if not form.validate():
        return _show(row, form, status=422)
    try:
        write(db(), actions.state_origins, actor(), ref, form.statement())
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(actions.drafting_row(db(), actor(), ref), form, status=refusal.status)
    return page.go(url_for("filing.origins", ref=ref))


def _there(row: Any, position: int) -> LineFacts:
    found = line_at(db(), row.id, position)
    if found is None:
        raise Missing("goods line")
    return found


def _form(**filled: object) -> OriginForm:
    form: OriginForm = submitted(OriginForm, **filled)
    form.countries = reference.countries(db())
    return form


def _show(row: Any, form: OriginForm, line: LineFacts | None = None, status: int = 200) -> Response:
    """One line's questions; without a line, those for all that lack an answer."""
    is_foreign = row.kind is Kind.BACK_TO_BACK
    foreign = reference.country_name(db(), row.origin_country) if row.origin_country else ""
    number = page_of(db(), row.id, line.position) if line else 1
    said = () if line else statements(queries.line_facts(db(), row.id), foreign=foreign)
    return page.show(
        "filing/origin.html",
        "panel",
        status,
        ref=row.public_ref,
        form=form,
        line=line,
        sentence=origin_sentence(line, foreign=foreign) if line else "",
        said=said,
        unsaid=goods_sums(db(), row).unsaid,
        back=url_for("filing.goods", ref=row.public_ref, page=number if number > 1 else None),
        rule=RULE,
        is_foreign=is_foreign,
    )
