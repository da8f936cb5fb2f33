"""The goods lines of a draft: add, change, move and remove them, one at a time, fifty a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.refs import random_ref
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.actions.exporter import missing
from portal.filing.forms import CodesForm, LineForm, MoveForm
from portal.filing.pages import bp
from portal.filing.queries import GoodsPage, LineFacts
from portal.filing.queries.goods import line_at, page_of
from portal.filing.queries.sheaves import sheaves
from portal.filing.rules.completeness import SECTIONS
from portal.filing.rules.goods import OriginCriterion, Totals, format_minor, format_scaled
from portal.filing.rules.kinds import Kind
from portal.filing.rules.origin import is_complete
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import PortalForm, choices, submitted

MOST_CODES = 8


@bp.get("/applications/<ref>/goods")
@requires(Permission.APPLICATION_PREPARE)
def goods(ref: str) -> Response:
    """The lines, fifty a page, and the form for another one, like line `like` if that is named."""
    row, like = actions.drafting_row(db(), actor(), ref), request.args.get("like", 0, type=int)
    model = line_at(db(), row.id, like) if like else None
    form = _form(row, model)
    form.seen.data, form.like.data = "", str(like) if model else ""
    return _show(row, form)


@bp.post("/applications/<ref>/goods")
@requires(Permission.APPLICATION_PREPARE)
def add_line(ref: str) -> Response:
    """Add a line."""
    row = actions.drafting_row(db(), actor(), ref)
    form = _form(row)
    if not form.validate():
        return _show(row, form, status=422)
    once, like = form.once.data or "", form.after
    try:
        position: int = write(
            db(), actions.add_line, actor(), ref, once=once, like=like, **form.facts()
        )
    except DomainError as refusal:
        form.refuse_error(refusal)
        if isinstance(refusal, actions.SentAlready):
            form.once.data = random_ref(16)
        return _show(actions.drafting_row(db(), actor(), ref), form, status=refusal.status)
    return _go_on(ref, position, "#add")


@bp.get("/applications/<ref>/goods/<int:position>")
@requires(Permission.APPLICATION_PREPARE)
def line(ref: str, position: int) -> Response:
    """One line to change."""
    row = actions.drafting_row(db(), actor(), ref)
    return _show(row, _form(row, _there(row, position)), position)


@bp.post("/applications/<ref>/goods/<int:position>")
@requires(Permission.APPLICATION_PREPARE)
def change_line(ref: str, position: int) -> Response:
    """Change a line; what somebody else wrote there meanwhile is shown, never overwritten."""
    row = actions.drafting_row(db(), actor(), ref)
    form = _form(row)
    if not form.seen.data:
        _there(row, position)
    if not form.validate():
        return _show(row, form, position, 422)
    seen = form.seen.data or ""
    try:
        write(db(), actions.change_line, actor(), ref, position, seen=seen, **form.facts())
    except actions.LineDiffers as differs:
        form.refuse_error(differs)
        return _differs(ref, form, position, differs.now)
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(actions.drafting_row(db(), actor(), ref), form, position, refusal.status)
    return _go_on(ref, position)


@bp.post("/applications/<ref>/goods/<int:position>/removal")
@requires(Permission.APPLICATION_PREPARE)
def remove_line(ref: str, position: int) -> Response:
    """Remove a line."""
    write(db(), actions.remove_line, actor(), ref, position)
    return page.go(url_for("filing.goods", ref=ref))


@bp.post("/applications/<ref>/goods/removal")
@requires(Permission.APPLICATION_PREPARE)
def remove_lines(ref: str) -> Response:
    """Remove the lines that are ticked."""
    row = actions.drafting_row(db(), actor(), ref)
    ticked = [int(text) for text in request.form.getlist("positions") if text.isdecimal()]
    removal = PortalForm()
    try:
        write(db(), actions.remove_lines, actor(), ref, ticked)
    except DomainError as refusal:
        removal.refuse("", refusal.problem)
        row = actions.drafting_row(db(), actor(), ref)
        return _show(row, _fresh(row), status=refusal.status, removal=removal)
    return page.go(url_for("filing.goods", ref=ref, page=request.args.get("page")))


@bp.post("/applications/<ref>/goods/<int:position>/place")
@requires(Permission.APPLICATION_PREPARE)
def move_line(ref: str, position: int) -> Response:
    """Move a line to the place of another."""
    row = actions.drafting_row(db(), actor(), ref)
    found = _there(row, position)
    form: MoveForm = submitted(MoveForm)
    if not form.validate():
        exponent = _exponent(row)
        blank = LineForm(None, **_typed(found, exponent))
        return _show(row, _fit(row, blank, exponent), position, 422, move=form)
    to: int = write(db(), actions.move_line, actor(), ref, position, form.to.parsed)
    return _go_on(ref, to)


@bp.get("/applications/<ref>/goods/codes")
@requires(Permission.APPLICATION_PREPARE)
def codes(ref: str) -> Response:
    """Tariff codes that fit what is being typed, to choose one of them."""
    actions.drafting_row(db(), actor(), ref)
    form = CodesForm()
    more = _offer_codes(form, request.args.get("hs_code", ""))
    return page.show("filing/codes.html", "found", ref=ref, form=form, more=more)


def _go_on(ref: str, position: int, anchor: str = "") -> Response:
    """To the questions about a line's origin where an answer is missing, else to its page."""
    row = actions.drafting_row(db(), actor(), ref)
    found = line_at(db(), row.id, position)
    if found and found.criterion and not is_complete(found):
        return page.go(url_for("filing.origin", ref=ref, position=position))
    number = page_of(db(), row.id, position)
    here = url_for("filing.goods", ref=ref, page=number if number > 1 else None)
    return page.go(here + anchor)


def _there(row: Any, position: int) -> LineFacts:
    found = line_at(db(), row.id, position)
    if found is None:
        raise Missing("goods line")
    return found


def _form(row: Any, found: LineFacts | None = None) -> LineForm:
    exponent = _exponent(row)
    form: LineForm = submitted(LineForm, **(_typed(found, exponent) if found else {}))
    if request.method == "GET":
        form.once.data = random_ref(16)
    return _fit(row, form, exponent)


def _fresh(row: Any) -> LineForm:
    """An empty form, whatever the request sent."""
    return _fit(row, LineForm(None, once=random_ref(16)), _exponent(row))


def _fit(row: Any, form: LineForm, exponent: int) -> LineForm:
    form.fit(
        exponent,
        choices(reference.units(db()), gettext("Choose…")),
        queries.invoice_numbers(db(), row),
        is_foreign=row.kind is Kind.BACK_TO_BACK,
    )
    return form


def _exponent(row: Any) -> int:
    return reference.currency_exponent(db(), row.currency) if row.currency else 2


def _typed(line: LineFacts, exponent: int) -> dict[str, Any]:
    """A stored line as somebody would have typed it."""
    plain = line._asdict()
    scaled = {n: format_scaled(plain[n]) for n in ("quantity", "gross_weight", "net_weight")}
    fob = format_minor(line.fob_minor, exponent)
    figures = {**scaled, "packages": str(line.packages), "fob": fob, "invoice": str(line.invoice)}
    said = {"producer": str(line.producer), "seen": queries.digest_of(line)}
    return {**plain, **figures, **said, "criterion": line.criterion or "later"}


def _differs(ref: str, form: LineForm, position: int, now: LineFacts | None) -> Response:
    """The form with what was typed, and beside it what the line says now."""
    row = actions.drafting_row(db(), actor(), ref)
    if now is None:
        form.seen.data, form.once.data = "", random_ref(16)
        return _show(row, form, status=409)
    theirs = _typed(now, _exponent(row))
    form.seen.data = theirs["seen"]
    names = [n for n in theirs if n in form and n != "seen" and theirs[n] != form[n].data]
    pairs = [(form[n].label.text, theirs[n], form[n].data) for n in names]
    return _show(row, form, position, 409, differing=pairs)


def _offer_codes(form: CodesForm, typed: str) -> list[Any]:
    """Let the form offer the national lines that fit; returns the shorter codes that fit, too."""
    found = reference.search_hs(db(), typed[:80], limit=MOST_CODES) if typed.strip() else []
    offered = [row for row in found if row.is_open and row.is_national]
    form.hs_found.choices = choices((r.code, f"{r.spaced}: {r.description}") for r in offered)
    return [row for row in found if row.is_open and not row.is_national]


def _show(
    row: Any, form: LineForm, position: int | None = None, status: int = 200, **more: Any
) -> Response:
    at = page_of(db(), row.id, position) if position else request.args.get("page", 1, type=int)
    sums = queries.goods_sums(db(), row)
    some = queries.goods_page(db(), row, sums, at)
    facts = queries.application_facts(db(), row, some.lines)
    stands = next((line for line in some.lines if line.position == position), None)
    fitting = _offer_codes(form, form.hs_code.data or "") if form.hs_code.errors else []
    if form.hs_code.errors and form.hs_found.choices:
        form.hs_code.errors = [*form.hs_code.errors, gettext("Choose one of the codes below.")]
    return page.show(
        "filing/goods.html",
        "panel",
        status,
        a=facts,
        gaps=missing(db(), facts, queries.gaps_in_short(db(), facts, sums)),
        form=form,
        position=stands.position if stands else None,
        stands=stands,
        goods_page=some,
        unsaid=sums.unsaid,
        others=_others(some, stands),
        fitting=fitting,
        criteria=OriginCriterion,
        open_lists=sheaves(db(), actor(), facts.id),
        sections=SECTIONS,
        name="goods",
        is_foreign=facts.kind is Kind.BACK_TO_BACK,
        **{"move": MoveForm(), **more},
    )


def _others(some: GoodsPage, stands: LineFacts | None) -> Totals:
    """What the other lines come to, to which the one in the form is added."""
    if stands is None:
        return some.totals
    names = Totals.__dataclass_fields__
    left = {name: getattr(some.totals, name) - getattr(stands, name) for name in names}
    return replace(some.totals, **left)
