"""Uploading, removing and handing out documents; each upload is an act of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response, request, url_for

from portal.core import clock
from portal.core.errors import DomainError, Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.documents.actions import put_file
from portal.documents.receiving import Received, Refused, received, uploads_of
from portal.documents.rules import (
    KIND_LABELS,
    MAX_UPLOAD_BYTES,
    DocumentKind,
    Scanned,
    malware,
    safe_display_name,
)
from portal.documents.scanning import scan
from portal.filing import actions, queries
from portal.filing.forms import AnotherForm, DocumentForm
from portal.filing.pages import bp
from portal.filing.pages.reading import facts_and_gaps
from portal.filing.queries import ApplicationFacts
from portal.filing.rules.completeness import SECTIONS, asked_documents
from portal.notices.queries import rule_on
from portal.notices.rules import COMPULSORY_DOCUMENTS
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit
from portal.web.errors import said
from portal.web.forms import submitted
from portal.web.uploads import takes

UploadForm = DocumentForm | AnotherForm
NO_FILE = Problem("no_file", N_("Choose a PDF file or photos first."))


@bp.get("/applications/<ref>/documents")
@requires(Permission.APPLICATION_PREPARE)
def documents(ref: str) -> Response:
    """What is attached, and a form for each document that is asked for."""
    actions.drafting_row(db(), actor(), ref)
    return _show(ref)


@bp.post("/applications/<ref>/documents")
@requires(Permission.APPLICATION_PREPARE)
@takes(MAX_UPLOAD_BYTES)
def attach(ref: str) -> Response:
    """Judge, keep and attach what came; each document that can be kept is, whatever the others."""
    actions.drafting_row(db(), actor(), ref)
    form: UploadForm = submitted(AnotherForm if "title" in request.form else DocumentForm)
    uploads = uploads_of(request.files.getlist("file"))
    sound = form.validate()
    if not uploads:
        form.refuse("file", NO_FILE)
    if not sound or not uploads:
        return _show(ref, form, 422)
    kind = DocumentKind(str(form.kind.data))
    db().rollback()
    made = list(received(uploads, single=kind.is_single))
    _keep(ref, form, kind, [one for one in made if isinstance(one, Received)])
    for one in made:
        if isinstance(one, Refused):
            _refuse(form, one, alone=len(uploads) == 1)
    if form.file.errors:
        return _show(ref, form, 422)
    return page.go(url_for("filing.documents", ref=ref))


@bp.post("/applications/<ref>/documents/<document>/removal")
@requires(Permission.APPLICATION_PREPARE)
def remove_document(ref: str, document: str) -> Response:
    """Take a document out of a draft; it stays among the earlier versions."""
    write(db(), actions.remove_document, actor(), ref, document)
    return page.go(url_for("filing.documents", ref=ref))


@bp.get("/applications/<ref>/documents/<document>")
@requires(Permission.APPLICATION_READ)
def document(ref: str, document: str) -> Response:
    """Hand a document to the firm, an earlier version as well."""
    return _file(ref, document)


@bp.get("/queue/<ref>/documents/<document>")
@requires(Permission.APPLICATION_SCRUTINISE)
def queue_document(ref: str, document: str) -> Response:
    """Hand a document to the office, if it was there when or after the file was handed in."""
    row = queries.application_for(db(), actor(), ref)
    return _file(ref, document, since=row.submitted_at)


def _file(ref: str, document: str, since: datetime | None = None) -> Response:
    row = queries.application_for(db(), actor(), ref)
    found = queries.attachment_for(db(), row, document, since=since)
    content = kit().store.get(found.storage_key)
    return page.attachment(content, found.name, found.media_type)


def _keep(ref: str, form: UploadForm, kind: DocumentKind, sound: Sequence[Received]) -> None:
    """Attach each in a transaction of its own; what the file has no room for is refused."""
    for number, one in enumerate(sound, 1):
        name = _name(form, kind, one, number if len(sound) > 1 else 0)
        scanned, finding = scan(kit().scanner, one.content)
        if scanned is Scanned.INFECTED:
            _refuse(form, Refused(one.name, malware(finding)), alone=len(sound) == 1)
            continue
        try:
            write(
                db(),
                actions.attach,
                actor(),
                ref,
                kind.value,
                key=put_file(kit().store, one.content),
                name=name,
                content=one.content,
                pages=one.pages,
                scanned=scanned,
            )
        except DomainError as refusal:
            if refusal.field != "file":
                raise
            _refuse(form, Refused(one.name, refusal.problem), alone=len(sound) == 1)


def _name(form: UploadForm, kind: DocumentKind, one: Received, number: int) -> str:
    """How people call it: by its title where it has one, else as its file was called."""
    title = "" if kind.is_single or isinstance(form, DocumentForm) else form.title.data or ""
    if not title:
        return one.name
    plain = title.translate({ord("/"): "-", ord("\\"): "-"})  # no path, for all that
    return safe_display_name(f"{plain} ({number})" if number else plain)


def _refuse(form: UploadForm, one: Refused, *, alone: bool) -> None:
    words = said(one.problem)
    named = words if alone or not one.name else f"{one.name}: {words}"
    form.file.errors = [*form.file.errors, named]


def _show(ref: str, sent: UploadForm | None = None, code: int = 200) -> Response:
    facts, gaps = facts_and_gaps(queries.application_for(db(), actor(), ref))
    compulsory = rule_on(db(), COMPULSORY_DOCUMENTS, clock.now())
    asked = asked_documents(facts, compulsory.value)
    kinds = [kind for kind in DocumentKind if kind in asked or _is_held(facts, kind)]
    forms = {kind: _form_for(kind, sent) for kind in kinds}
    another = sent if isinstance(sent, AnotherForm) else AnotherForm()
    _set_ids(another, "another")
    return page.show(
        "filing/documents.html",
        "panel",
        code,
        a=facts,
        asked=asked,
        compulsory=compulsory,
        labels=KIND_LABELS,
        gaps=gaps,
        forms=forms,
        another=another,
        sent=sent,
        sections=SECTIONS,
        name="documents",
    )


def _is_held(facts: ApplicationFacts, kind: DocumentKind) -> bool:
    return kind.is_single and facts.attachment(kind) is not None


def _form_for(kind: DocumentKind, sent: UploadForm | None) -> DocumentForm:
    """The form of one kind: the one that was sent, or an empty one, each with ids of its own."""
    is_sent = isinstance(sent, DocumentForm) and sent.kind.data == kind
    form = sent if is_sent and isinstance(sent, DocumentForm) else DocumentForm(kind=kind.value)
    _set_ids(form, kind.value)
    return form


def _set_ids(form: UploadForm, suffix: str) -> None:
    for field in form:
        field.id = f"{field.short_name}-{suffix}"
        field.label.field_id = field.id
