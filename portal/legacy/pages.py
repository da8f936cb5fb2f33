"""eCoO 1.0 from here: the own files, what to do there, and the directorate's import."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, Response, request, url_for

from portal.core import clock
from portal.core.errors import DomainError, Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.legacy import actions, queries
from portal.legacy.actions import Report
from portal.legacy.forms import ImportForm
from portal.legacy.rules import COLUMNS, LegacyStatus
from portal.notices import queries as notices
from portal.notices.rules import ADDRESSES, ECOO_1, LEGACY_BALANCES, NON_PREFERENTIAL_SYSTEM
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.errors import said
from portal.web.forms import submitted

bp = Blueprint("legacy", __name__)

SHOWN_REFUSALS = 200
NO_FILE = Problem("no_file", N_("Choose a CSV file first."))


@bp.get("/legacy")
@requires(Permission.LEGACY_READ)
def index() -> Response:
    """Files of the acting firm or agency in eCoO 1.0."""
    text, status = request.args.get("q", "").strip()[:80], request.args.get("status", "")
    now = clock.now()
    return page.show(
        "legacy/index.html",
        rows=queries.files(db(), actor(), text, status),
        q=text,
        status=status,
        statuses=list(LegacyStatus),
        address=ADDRESSES[ECOO_1],
        cut_over=notices.rule_on(db(), NON_PREFERENTIAL_SYSTEM, now),
        balances=notices.rule_if_any(db(), LEGACY_BALANCES, now),
    )


@bp.get("/legacy/imports")
@requires(Permission.LEGACY_IMPORT)
def start_import() -> Response:
    """The form for an import, and what the file has to look like."""
    return _show(ImportForm())


@bp.post("/legacy/imports")
@requires(Permission.LEGACY_IMPORT)
def run_import() -> Response:
    """Preview or import a file; every refused row is reported."""
    form: ImportForm = submitted(ImportForm)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.refuse("file", NO_FILE)
        return _show(form, code=422)
    preview = request.form.get("act") == "preview"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        upload.save(path)
        try:
            if preview:
                report = actions.preview(db(), path)
            else:
                report = write(db(), actions.import_files, actor(), path)
        except DomainError as refusal:
            form.refuse("file", refusal.problem)
            return _show(form, code=422)
    return _show(form, report, preview=preview)


def _show(
    form: ImportForm, report: Report | None = None, *, preview: bool = False, code: int = 200
) -> Response:
    refused = [(r.line, said(r.problem)) for r in report.refused] if report else []
    return page.show(
        "legacy/import.html",
        "",
        code,
        form=form,
        report=report,
        refused=refused[:SHOWN_REFUSALS],
        preview=preview,
        columns=COLUMNS,
        back=url_for("legacy.index"),
    )
