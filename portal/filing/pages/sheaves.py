"""Many goods lines, or many applications, sent as a file or pasted; nothing is added by that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from portal.core.errors import DomainError, Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.documents.rules import safe_display_name
from portal.filing import actions, examples, queries
from portal.filing.actions import sheaves as acts
from portal.filing.forms.sheaves import BatchForm, ListForm
from portal.filing.pages import bp
from portal.filing.queries import sheaves as reads
from portal.filing.rules.batches import BATCH_COLUMNS
from portal.filing.rules.columns import LINE_COLUMNS
from portal.filing.rules.sheaves import Content, content_of
from portal.filing.uploading import MOST_BYTES, read_list
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import choices, submitted

NOTHING = Problem("no_list", N_("Choose a file, or paste the rows into the field below it."))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLES: Mapping[str, tuple[Callable[..., bytes], str]] = {
    "csv": (examples.example_csv, "text/csv; charset=utf-8"),
    "xlsx": (examples.example_xlsx, XLSX),
}


@bp.get("/applications/<ref>/lists")
@requires(Permission.APPLICATION_PREPARE)
def lists(ref: str) -> Response:
    """Bring goods lines into a draft: by file or paste, or go on with a list that waits."""
    return _lists(ref, ListForm())


@bp.post("/applications/<ref>/lists")
@requires(Permission.APPLICATION_PREPARE)
def send_list(ref: str) -> Response:
    """Keep a list of goods lines beside the draft, and show what is wrong with it."""
    actions.drafting_row(db(), actor(), ref)
    form: ListForm = submitted(ListForm)
    try:
        name, content = _sent(form, applications=False)
        kept = write(db(), acts.keep_lines, actor(), ref, name, content)
    except DomainError as refusal:
        form.refuse(refusal.field or "file", refusal.problem)
        return _lists(ref, form, 422)
    return page.go(url_for("filing.sheaf", sheaf=kept))


@bp.get("/applications/lists")
@requires(Permission.APPLICATION_PREPARE)
def batches() -> Response:
    """Begin many applications by one list, or go on with one that waits."""
    return _batches(_batch_form())


@bp.post("/applications/lists")
@requires(Permission.APPLICATION_PREPARE)
def send_batch() -> Response:
    """Keep a list of applications, and show what is wrong with it."""
    form = _batch_form()
    if not form.validate():
        return _batches(form, 422)
    try:
        name, content = _sent(form, applications=True)
        office = int(form.office.data)
        kept = write(db(), acts.keep_batch, actor(), office, name, content)
    except DomainError as refusal:
        form.refuse(refusal.field or "file", refusal.problem)
        return _batches(form, 422)
    return page.go(url_for("filing.sheaf", sheaf=kept))


@bp.get("/applications/lists/examples/<what>.<ending>")
@requires(Permission.APPLICATION_PREPARE)
def list_example(what: str, ending: str) -> Response:
    """The template of a list, with its columns and invented rows."""
    if what not in ("lines", "applications") or ending not in EXAMPLES:
        raise NotFound
    make, media_type = EXAMPLES[ending]
    content = make(applications=what == "applications")
    return page.attachment(content, f"{what}.{ending}", media_type)


def _sent(form: ListForm, *, applications: bool) -> tuple[str, Content]:
    """What was sent: a name for it, and its cells. Raises Invalid."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        raw = upload.stream.read(MOST_BYTES + 1)
        name = safe_display_name(upload.filename).removesuffix(".pdf")
    elif (form.pasted.data or "").strip():
        raw, name = (form.pasted.data or "").encode("utf-8", "replace"), gettext("Pasted rows")
    else:
        raise DomainError.because(NOTHING, field="file")
    # Reading may take seconds: nothing is held open meanwhile.
    db().rollback()
    return name, content_of(read_list(raw), raw, applications=applications)


def _lists(ref: str, form: ListForm, code: int = 200) -> Response:
    row = actions.drafting_row(db(), actor(), ref)
    return page.show(
        "filing/sheaves.html",
        "",
        code,
        form=form,
        ref=row.public_ref,
        open_lists=reads.sheaves(db(), actor(), row.id),
        columns=LINE_COLUMNS,
        what="lines",
    )


def _batches(form: BatchForm, code: int = 200) -> Response:
    return page.show(
        "filing/sheaves.html",
        "",
        code,
        form=form,
        ref="",
        open_lists=reads.sheaves(db(), actor(), None),
        columns=BATCH_COLUMNS,
        what="applications",
    )


def _batch_form() -> BatchForm:
    form: BatchForm = submitted(BatchForm)
    offices = [(str(office.id), office.label) for office in queries.offices_for(db(), actor())]
    form.office.choices = choices(offices, gettext("Choose…") if len(offices) > 1 else "")
    return form
