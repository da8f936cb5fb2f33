"""The codes of goods: found by everybody, with the days they hold; ended by the directorate."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext

from portal.core import clock
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.reference import actions, queries
from portal.reference.forms import ReplacementForm
from portal.reference.rules import ALWAYS, check_hs_shape, normal_hs
from portal.web import page
from portal.web.access import public, requires
from portal.web.context import actor, db
from portal.web.forms import submitted

bp = Blueprint("reference", __name__)


@bp.get("/codes")
@public(cache_seconds=300)
def codes() -> Response:
    """HS and ITC(HS) codes that fit the text or the first digits `q`, as of today in India."""
    wanted = request.args.get("q", "").strip()[:80]
    today = clock.today()
    found = queries.search_hs(db(), wanted, today) if wanted else []
    words = {text: gettext(text) for text in {row.certainty for row in found}}
    facts = {"found": found, "wanted": wanted, "words": words, "today": today, "always": ALWAYS}
    return page.show("reference/codes.html", **facts)


@bp.get("/codes/desk")
@requires(Permission.REFERENCE_WRITE)
def desk() -> Response:
    """Where each list of codes is from, what was changed here, and the code to change next."""
    wanted = normal_hs(request.args.get("code", "")[:20])
    problem = check_hs_shape(wanted) if wanted else None
    if wanted and problem is None:
        return page.go(url_for("reference.replace", code=wanted))
    return page.show(
        "reference/desk.html",
        editions=queries.editions(db()),
        changes=queries.changes(db()),
        wanted=wanted,
        problem=problem,
    )


@bp.get("/codes/<code>/replacement")
@requires(Permission.REFERENCE_WRITE)
def replace(code: str) -> Response:
    """One line of the tariff, to end it and name what takes its place."""
    return _show(code, ReplacementForm())


@bp.post("/codes/<code>/replacement")
@requires(Permission.REFERENCE_WRITE)
def end(code: str) -> Response:
    """End a line and let its successors begin."""
    form: ReplacementForm = submitted(ReplacementForm)
    if form.validate():
        where = {"source": form.source.data or "", "certainty": form.certainty.data}
        facts = (code, form.last_day.data, form.read)
        try:
            write(db(), actions.replace, actor(), *facts, **where, why=form.why.data or "")
            return page.go(url_for("reference.replace", code=code))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _show(code, form, 422)


def _show(code: str, form: ReplacementForm, status: int = 200) -> Response:
    if check_hs_shape(code) is not None or code != normal_hs(code):
        raise Missing("code")
    today = clock.today()
    line = next((row for row in queries.search_hs(db(), code, today) if row.code == code), None)
    answer = queries.hs_on(db(), code, today)
    if line is None and answer.problem is not None:
        raise Missing("code")
    return page.show(
        "reference/replace.html",
        "",
        status,
        code=code,
        line=line,
        answer=answer,
        changes=queries.changes(db(), code),
        form=form,
        always=ALWAYS,
    )
