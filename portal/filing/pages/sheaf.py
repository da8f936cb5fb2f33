"""One list that waits: its wrong cells in place, its sums, and the button that takes its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext, ngettext

from portal.core.errors import DomainError, Missing, Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing.actions import sheaves as acts
from portal.filing.forms.sheaves import (
    AGAIN,
    REPLACE,
    TakeBatchForm,
    TakeForm,
    columns_form,
    rows_form,
    sent_cells,
    sent_line,
)
from portal.filing.models import Application, Sheaf
from portal.filing.pages import bp
from portal.filing.queries import sheaves as reads
from portal.filing.queries.goods import goods_sums
from portal.filing.queries.references import own_references
from portal.filing.queries.sheaves import Looked
from portal.filing.rules.columns import Column, currency_in_head, missing_columns
from portal.filing.rules.goods import Totals, totals
from portal.filing.rules.sheaves import Content, read_back, text_of
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import PortalForm, submitted

PAGE = 50
# Drafts that are begun in one transaction, so that it stays short.
AT_ONCE = 10
SHOWN_VALUES, SHOWN_CHARACTERS = 3, 60


@bp.get("/applications/lists/<sheaf>")
@requires(Permission.APPLICATION_PREPARE)
def sheaf(sheaf: str) -> Response:
    """The rows, fifty a page, those with wrong cells first; `?row=` opens all cells of one."""
    row, content, draft = _found(sheaf)
    if content.asks:
        return page.go(url_for("filing.columns", sheaf=sheaf))
    return _show(row, content, draft)


@bp.post("/applications/lists/<sheaf>/rows")
@requires(Permission.APPLICATION_PREPARE)
def correct_rows(sheaf: str) -> Response:
    """Keep the corrected cells of one row or many; leave rows out, or take them in again."""
    write(
        db(),
        acts.correct,
        actor(),
        sheaf,
        sent_cells(request.form),
        out=sent_line(request.form, "out"),
        back=sent_line(request.form, "back"),
        suggestions=request.form.get("suggested", ""),
    )
    return page.go(url_for("filing.sheaf", sheaf=sheaf, page=request.args.get("page")))


@bp.get("/applications/lists/<sheaf>/columns")
@requires(Permission.APPLICATION_PREPARE)
def columns(sheaf: str) -> Response:
    """Which column is which: asked where the list doesn't say, and to be changed elsewhere."""
    row, content, _draft = _found(sheaf)
    return _columns(row, content, content.columns)


@bp.post("/applications/lists/<sheaf>/columns")
@requires(Permission.APPLICATION_PREPARE)
def set_columns(sheaf: str) -> Response:
    """Keep which column is which."""
    row, content, _draft = _found(sheaf)
    width = range(len(content.columns))
    names = tuple(request.form.get(f"column{place}", "") for place in width)
    offered = {column.name for column in content.all_columns}
    names = tuple(name if name in offered else "" for name in names)
    has_head = bool(request.form.get("head"))
    try:
        write(db(), acts.set_columns, actor(), sheaf, names, first_is_head=has_head)
    except DomainError as refusal:
        return _columns(row, content, names, refusal.problem)
    return page.go(url_for("filing.sheaf", sheaf=sheaf))


@bp.post("/applications/lists/<sheaf>/taking")
@requires(Permission.APPLICATION_PREPARE)
def take_sheaf(sheaf: str) -> Response:
    """Add all sound rows to the draft, or begin an application for each sound reference."""
    row, content, draft = _found(sheaf)
    try:
        if content.applications:
            _begin_all(sheaf, again=request.form.get("there") == AGAIN)
        else:
            replace = request.form.get("mode") == REPLACE
            write(db(), acts.take_lines, actor(), sheaf, replace=replace)
    except DomainError as refusal:
        if refusal.status != 422:
            raise
        db().rollback()
        return _show(*_found(sheaf), refusal.problem)
    row, content, draft = _found(sheaf)
    if row.done_at is not None and draft is not None:
        return page.go(url_for("filing.goods", ref=draft.public_ref))
    return page.go(url_for("filing.sheaf", sheaf=sheaf))


@bp.post("/applications/lists/<sheaf>/disposal")
@requires(Permission.APPLICATION_PREPARE)
def give_up_sheaf(sheaf: str) -> Response:
    """Put a list aside; what was taken of it stays."""
    _row, _content, draft = _found(sheaf)
    write(db(), acts.give_up, actor(), sheaf)
    if draft is not None:
        return page.go(url_for("filing.goods", ref=draft.public_ref))
    return page.go(url_for("filing.batches"))


def _begin_all(ref: str, *, again: bool) -> None:
    """Begin all applications, ten in each transaction: what is cut off is gone on with later."""
    _row, content, _draft = _found(ref)
    ready = list(reads.look(db(), actor(), content, None).ready)
    for start in range(0, len(ready) or 1, AT_ONCE):
        among = ready[start : start + AT_ONCE]
        write(db(), acts.take_batch, actor(), ref, among, again=again)


def _found(ref: str) -> tuple[Sheaf, Content, Application | None]:
    row = reads.sheaf_for(db(), actor(), ref)
    return row, read_back(row.rows), reads.application_of(db(), actor(), row)


def _show(
    row: Sheaf, content: Content, draft: Application | None, refused: Problem | None = None
) -> Response:
    looked = reads.look(db(), actor(), content, draft)
    is_open = row.done_at is None and (draft is None or reads.is_editable(draft))
    shown, number, pages = _page(content, looked)
    whole = request.args.get("row", type=int)
    form = rows_form(_cells(looked, shown, whole=whole))
    take = _take_form(draft)
    if refused is not None:
        take.refuse("", refused)
    return page.show(
        "filing/sheaf.html",
        "panel",
        422 if refused else 200,
        s=row,
        content=content,
        draft=draft,
        looked=looked,
        is_open=is_open,
        shown=shown,
        whole=whole,
        form=form,
        take=take,
        number=number,
        pages=pages,
        units=reference.units(db()) if looked.wrong else (),
        warnings=_warnings(row, content, looked),
        suggestions=_suggestions(looked) if is_open else [],
        sums=_sums(looked, draft),
        there=_there(looked) if content.applications else {},
        made=_made(content),
    )


def _page(content: Content, looked: Looked) -> tuple[list[int], int, int]:
    """The lines of the page: wrong ones first, then sound, left out and taken ones."""
    if (whole := request.args.get("row", type=int)) in looked.rows:
        return [whole or 0], 1, 1
    wrong = looked.wrong
    settled = [line for line in content.rows if line not in looked.rows]
    order = [*wrong, *(line for line in looked.rows if looked.rows[line].is_sound), *settled]
    pages = max(1, -(-len(order) // PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return order[(number - 1) * PAGE : number * PAGE], number, pages


def _cells(
    looked: Looked, lines: list[int], *, whole: int | None
) -> dict[int, dict[Column, tuple[str, Problem | None]]]:
    """The wrong cells of each line; all of the one that was opened."""
    found: dict[int, dict[Column, tuple[str, Problem | None]]] = {}
    for line in lines:
        judged = looked.rows.get(line)
        if judged is None or (judged.is_sound and line != whole):
            continue
        texts = looked.content.cells(line)
        found[line] = {
            column: (texts.get(column.name, ""), judged.problems.get(column.name))
            for column in looked.content.all_columns
            if line == whole or column.name in judged.problems
        }
    return found


def _warnings(row: Sheaf, content: Content, looked: Looked) -> list[str]:
    """What doesn't stop anything, but should be seen before the rows are taken."""
    found = [
        gettext("The same list was brought in before, as “%(name)s”.", name=before.name)
        for before in reads.same_before(db(), actor(), row, content.sha256)
    ]
    said = currency_in_head(content.head)
    if said and looked.currency and said != looked.currency:
        words = gettext(
            "The head of the list says %(said)s, the invoice's currency is %(currency)s.",
            said=said,
            currency=looked.currency,
        )
        found.append(words)
    missing = [gettext(c.label) for c in missing_columns(content.columns, content.all_columns)]
    if missing:
        found.append(gettext("Not found in the list: %(names)s.", names=", ".join(missing)))
    return found


def _suggestions(looked: Looked) -> list[tuple[str, str]]:
    """Buttons that put many cells right at once: (column, words)."""
    count = sum("hs_code" in judged.suggested for judged in looked.rows.values())
    words = ngettext(
        "Put the 0 in front of the code of seven digits",
        "Put the 0 in front of %(num)s codes of seven digits",
        count,
    )
    return [("hs_code", words)] if count else []


def _sums(looked: Looked, draft: Application | None) -> Mapping[str, Any]:
    """What stands in the draft, what would come, and both: (lines, totals)."""
    facts = [looked.rows[line].facts for line in looked.sound]
    names = ("packages", "gross_weight", "net_weight", "fob_minor")
    coming = Totals(*(sum(f[name] for f in facts) for name in names))
    if draft is None:
        return {"coming": (len(facts), coming)}
    there = goods_sums(db(), draft)
    return {
        "there": (there.count, there.totals),
        "coming": (len(facts), coming),
        "both": (there.count + len(facts), totals((there.totals, coming))),
    }


def _take_form(draft: Application | None) -> PortalForm:
    form: PortalForm = submitted(TakeForm if draft is not None else TakeBatchForm)
    return form


def _there(looked: Looked) -> dict[str, str]:
    """References of the list under which the firm has files already."""
    return own_references(db(), actor(), looked.batches)


def _made(content: Content) -> dict[str, str]:
    """The files of the references that were taken."""
    if not content.applications or not content.taken:
        return {}
    taken = {content.cells(line).get("own_reference", "") for line in content.taken}
    return own_references(db(), actor(), taken)


def _columns(
    row: Sheaf, content: Content, names: tuple[str, ...], refused: Problem | None = None
) -> Response:
    if row.done_at is not None:
        raise Missing("list")
    form = columns_form(
        names, _column_words(content), content.all_columns, ask_head=not content.head
    )
    if refused is not None:
        form.refuse("", refused)
    code = 422 if refused else 200
    return page.show("filing/sheaf_columns.html", "", code, s=row, form=form, asks=content.asks)


def _column_words(content: Content) -> list[str]:
    """The head and the first values of each column."""
    found = []
    rows = list(content.rows.values())[: SHOWN_VALUES + 1]
    for place in range(len(content.columns)):
        head = content.head[place] if place < len(content.head) else ""
        values = [text_of(cells[place]) for cells in rows if place < len(cells)]
        said = " · ".join(value for value in (head, *values) if value)
        found.append(said.replace("\n", " ")[:SHOWN_CHARACTERS] or "–")
    return found
