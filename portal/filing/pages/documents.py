"""Uploading and handing out documents; each upload is an act of its own."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.core import clock
from portal.core.errors import Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.documents.actions import put_file
from portal.documents.inspection import inspect_pdf
from portal.documents.rules import MAX_DOCUMENT_BYTES, TOO_LARGE, message_for, safe_display_name
from portal.filing import actions, queries
from portal.filing.actions.exporter import missing
from portal.filing.forms import DocumentForm
from portal.filing.pages import bp
from portal.filing.rules.completeness import SECTIONS
from portal.notices.queries import rule_on
from portal.notices.rules import COMPULSORY_DOCUMENTS
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit
from portal.web.forms import submitted

KINDS = ("invoice", "packing_list")
NO_FILE = Problem("no_file", N_("Choose a PDF file first."))


@bp.get("/applications/<ref>/documents")
@requires(Permission.APPLICATION_PREPARE)
def documents(ref: str) -> Response:
    """What is attached, and a form for each compulsory document."""
    actions.drafting_row(db(), actor(), ref)
    return _show(ref)


@bp.post("/applications/<ref>/documents")
@requires(Permission.APPLICATION_PREPARE)
def attach(ref: str) -> Response:
    """Judge, keep and attach one document."""
    actions.drafting_row(db(), actor(), ref)
    form: DocumentForm = submitted(DocumentForm)
    upload = request.files.get("file")
    if not form.validate() or upload is None or not upload.filename:
        return _refuse(ref, form, NO_FILE)
    content = upload.stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(content) > MAX_DOCUMENT_BYTES:
        return _refuse(ref, form, TOO_LARGE)
    db().rollback()
    verdict = inspect_pdf(content)
    if not verdict.ok:
        return _refuse(ref, form, message_for(verdict))
    write(
        db(),
        actions.attach,
        actor(),
        ref,
        str(form.kind.data),
        key=put_file(kit().store, content),
        name=safe_display_name(upload.filename),
        content=content,
        pages=verdict.pages,
    )
    return page.go(url_for("filing.documents", ref=ref))


@bp.get("/applications/<ref>/documents/<document>")
@requires(Permission.APPLICATION_READ)
def document(ref: str, document: str) -> Response:
    """Hand a document to the firm."""
    return _file(ref, document)


@bp.get("/queue/<ref>/documents/<document>")
@requires(Permission.APPLICATION_SCRUTINISE)
def queue_document(ref: str, document: str) -> Response:
    """Hand a document to the office."""
    return _file(ref, document)


def _file(ref: str, document: str) -> Response:
    row = queries.application_for(db(), actor(), ref)
    found = queries.attachment_for(db(), row, document)
    content = kit().store.get(found.storage_key)
    return page.attachment(content, found.name, found.media_type)


def _refuse(ref: str, form: DocumentForm, problem: Problem) -> Response:
    form.refuse("file", problem)
    return _show(ref, form, 422)


def _show(ref: str, sent: DocumentForm | None = None, code: int = 200) -> Response:
    facts = queries.application_facts(db(), queries.application_for(db(), actor(), ref))
    return page.show(
        "filing/documents.html",
        "panel",
        code,
        a=facts,
        compulsory=rule_on(db(), COMPULSORY_DOCUMENTS, clock.now()),
        gaps=missing(db(), facts),
        forms={kind: _form_for(kind, sent) for kind in KINDS},
        sent=sent,
        sections=SECTIONS,
        name="documents",
    )


def _form_for(kind: str, sent: DocumentForm | None) -> DocumentForm:
    """The form of one kind: the one that was sent, or an empty one, each with ids of its own."""
    form = sent if sent is not None and sent.kind.data == kind else DocumentForm(kind=kind)
    form.file.id, form.kind.id = f"file-{kind}", f"kind-{kind}"
    return form
