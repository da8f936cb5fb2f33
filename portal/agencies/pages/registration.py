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
from portal.documents.actions import put_file
from portal.documents.letters import NO_LETTER, letter_of
from portal.documents.receiving import uploads_of
from portal.notices.queries import rule_if_any
from portal.notices.rules import ONBOARDING
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit, settings
from portal.web.forms import submitted


@bp.get("/agency/registration")
@requires(Permission.ACCOUNT_OPEN)
def registration() -> Response:
    """The form, and what became of earlier registrations."""
    return _show(_form())


@bp.post("/agency/registration")
@requires(Permission.ACCOUNT_OPEN)
def register() -> Response:
    """Judge and keep the letter, and ask the directorate."""
    form, uploads = _form(), uploads_of(request.files.getlist("file"))
    if not form.validate():
        if not uploads:
            form.refuse("file", NO_LETTER)
        return _show(form, 422)
    db().rollback()
    letter = letter_of(uploads, kit().scanner)
    if isinstance(letter, Problem):
        form.refuse("file", letter)
        return _show(form, 422)
    key, slug = put_file(kit().store, letter.content), str(form.agency.data)
    try:
        write(db(), actions.register, actor(), slug, key, letter, sandbox=settings().is_sandbox)
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
