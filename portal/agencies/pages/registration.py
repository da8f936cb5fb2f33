"""How somebody registers as an agency's administrator, with the agency's letter."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import RegistrationForm
from portal.agencies.pages import bp
from portal.core import clock
from portal.core.errors import DomainError, Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.documents.actions import put_file
from portal.documents.inspection import inspect_pdf
from portal.documents.rules import MAX_DOCUMENT_BYTES, TOO_LARGE, message_for, safe_display_name
from portal.notices.queries import rule_if_any
from portal.notices.rules import ONBOARDING
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit, settings
from portal.web.forms import submitted

NO_FILE = Problem("no_file", N_("Choose a PDF file first."))


@bp.get("/agency/registration")
@requires(Permission.ACCOUNT_OPEN)
def registration() -> Response:
    """The form, and what became of earlier registrations."""
    return _show(_form())


@bp.post("/agency/registration")
@requires(Permission.ACCOUNT_OPEN)
def register() -> Response:
    """Judge and keep the letter, and ask the directorate."""
    form, upload = _form(), request.files.get("file")
    valid = form.validate()
    if upload is None or not upload.filename:
        form.refuse("file", NO_FILE)
        return _show(form, 422)
    content = upload.stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(content) > MAX_DOCUMENT_BYTES:
        form.refuse("file", TOO_LARGE)
    if not valid or len(content) > MAX_DOCUMENT_BYTES:
        return _show(form, 422)
    db().rollback()
    verdict = inspect_pdf(content)
    if not verdict.ok:
        form.refuse("file", message_for(verdict))
        return _show(form, 422)
    letter = {"key": put_file(kit().store, content), "name": safe_display_name(upload.filename)}
    facts = {**letter, "content": content, "pages": verdict.pages}
    try:
        sandbox = settings().is_sandbox
        write(db(), actions.register, actor(), str(form.agency.data), sandbox=sandbox, **facts)
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(form, 422)
    return page.go(url_for("agencies.registration"))


def _form() -> RegistrationForm:
    form: RegistrationForm = submitted(RegistrationForm)
    found = queries.joinable(db(), clock.now(), settings().is_sandbox)
    form.agency.choices = [("", "…"), *found]
    return form


def _show(form: RegistrationForm, code: int = 200) -> Response:
    return page.show(
        "agencies/registration.html",
        "",
        code,
        form=form,
        mine=queries.registrations_of(db(), actor()),
        rule=rule_if_any(db(), ONBOARDING, clock.now()),
    )
