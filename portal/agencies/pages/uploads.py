"""Many offices at once: template, preview with each wrong cell, correction, taking."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Response, request, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import RowForm, UploadForm
from portal.agencies.pages import bp
from portal.agencies.uploading import COLUMNS, judge
from portal.core.errors import DomainError, Missing, Problem
from portal.core.permissions import Permission
from portal.core.sheets import Limits, read
from portal.core.tx import write
from portal.core.words import N_
from portal.core.workbooks import is_workbook, read_workbook
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.errors import said
from portal.web.forms import submitted

LIMITS = Limits(size=2 * 1024 * 1024, rows=1000, columns=40, cell=400)
NO_FILE = Problem("no_file", N_("Choose a CSV or XLSX file first."))
EXAMPLE = (
    "PUN,Pune office,7 Invented Fort Road,Pune,Maharashtra,,pune@chamber.example,"
    "+91 20 5550 0100,kiran@chamber.example,Invented Officer Kiran,officer,Issuing Officer"
)


@bp.get("/agency/uploads")
@requires(Permission.AGENCY_MANAGE)
def uploads() -> Response:
    """The lists so far, and the form for another."""
    return _uploads(UploadForm())


@bp.get("/agency/uploads/template.csv")
@requires(Permission.AGENCY_MANAGE)
def upload_template() -> Response:
    """A list with its head and one invented row."""
    text = f"{','.join(COLUMNS)}\r\n{EXAMPLE}\r\n"
    return page.attachment(text.encode("utf-8-sig"), "offices.csv", "text/csv; charset=utf-8")


@bp.post("/agency/uploads")
@requires(Permission.AGENCY_MANAGE)
def send_list() -> Response:
    """Keep a list and show what is wrong with it; nothing is opened yet."""
    form: UploadForm = submitted(UploadForm)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.refuse("file", NO_FILE)
        return _uploads(form, 422)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        upload.save(path)
        upload.close()
        try:
            rows = list(_read(path))
            ref = write(db(), actions.keep_list, actor(), upload.filename, rows)
        except DomainError as refusal:
            form.refuse("file", refusal.problem)
            return _uploads(form, 422)
    return page.go(url_for("agencies.upload", upload=ref))


@bp.get("/agency/uploads/<upload>")
@requires(Permission.AGENCY_MANAGE)
def upload(upload: str) -> Response:
    """Every row with its state, and each wrong cell with its reason."""
    facts, rows = queries.upload(db(), actor(), upload)
    told = {
        line: {name: said(problem) for name, problem in found.problems.items()}
        for line, found in queries.wrong_cells(db(), actor(), rows).items()
    }
    return page.show("agencies/upload.html", u=facts, rows=rows, told=told)


@bp.get("/agency/uploads/<upload>/rows/<int:line>")
@requires(Permission.AGENCY_MANAGE)
def upload_row(upload: str, line: int) -> Response:
    """One row to put right, its wrong cells marked."""
    row = _row(upload, line)
    form = RowForm(**row.cells)
    _mark(form, judge(row.cells).problems)
    return page.show("agencies/upload_row.html", form=form, ref=upload, line=line)


@bp.post("/agency/uploads/<upload>/rows/<int:line>")
@requires(Permission.AGENCY_MANAGE)
def correct_row(upload: str, line: int) -> Response:
    """Keep the corrected row; while cells are wrong it is shown again."""
    form: RowForm = submitted(RowForm)
    cells = {name: str(form[name].data or "") for name in COLUMNS}
    judged = write(db(), actions.correct_row, actor(), upload, line, cells)
    if judged.is_sound:
        return page.go(url_for("agencies.upload", upload=upload))
    _mark(form, judged.problems)
    return page.show("agencies/upload_row.html", "", 422, form=form, ref=upload, line=line)


@bp.post("/agency/uploads/<upload>/rows/<int:line>/omission")
@requires(Permission.AGENCY_MANAGE)
def leave_row_out(upload: str, line: int) -> Response:
    """Take nothing of a row."""
    write(db(), actions.leave_out, actor(), upload, line)
    return page.go(url_for("agencies.upload", upload=upload))


@bp.post("/agency/uploads/<upload>/taking")
@requires(Permission.AGENCY_MANAGE)
def take_rows(upload: str) -> Response:
    """Open the offices and invite the officers of the next sound rows."""
    write(db(), actions.take_rows, actor(), upload)
    return page.go(url_for("agencies.upload", upload=upload))


def _read(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a list; torn ones come with what could be made out, to be put right."""
    found = read_workbook(path, LIMITS) if is_workbook(path) else read(path, LIMITS)
    for row in found:
        cells = {name: value for name, value in row.cells.items() if name in COLUMNS}
        if not cells and row.problem is None:
            raise DomainError(
                N_("The head of the list names none of the columns. Use the template's head.")
            )
        yield row.line, cells


def _row(ref: str, line: int) -> queries.RowFacts:
    _facts, rows = queries.upload(db(), actor(), ref)
    for row in rows:
        if row.line == line:
            return row
    raise Missing("row")


def _mark(form: RowForm, problems: Mapping[str, Problem]) -> None:
    for name, problem in problems.items():
        form.refuse(name, problem)


def _uploads(form: UploadForm, status: int = 200) -> Response:
    found = queries.uploads(db(), actor())
    return page.show("agencies/uploads.html", "", status, form=form, found=found, columns=COLUMNS)
