"""Signing an application, and fetching what was signed."""

from __future__ import annotations

from flask import Response, url_for

from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.forms import AnswerForm, SubmissionForm
from portal.filing.pages import bp
from portal.filing.pages.exporter import refused
from portal.signing.lifecycle import RELEASED
from portal.signing.pages import means_chosen
from portal.signing.queries import by_ref, file_of
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit


@bp.post("/applications/<ref>/signature")
@requires(Permission.APPLICATION_SUBMIT)
def sign(ref: str) -> Response:
    """Begin to sign the application as it stands."""
    try:
        begun = write(db(), actions.begin_signing, actor(), ref, means_chosen())
    except DomainError as refusal:
        return refused(ref, SubmissionForm(), refusal, SubmissionForm(), AnswerForm())
    return page.go(url_for("signing.show", signature=begun))


@bp.get("/applications/<ref>/signed")
@requires(Permission.APPLICATION_READ)
def signed(ref: str) -> Response:
    """The newest signed application of the firm's own file."""
    return _signed(ref)


@bp.get("/queue/<ref>/signed")
@requires(Permission.APPLICATION_SCRUTINISE)
def queue_signed(ref: str) -> Response:
    """The same for the office."""
    return _signed(ref)


def _signed(ref: str) -> Response:
    row = queries.application_for(db(), actor(), ref)
    found = queries.newest_signature(db(), row)
    if found is None:
        raise Missing("signature")
    file = file_of(db(), by_ref(db(), found.ref), *RELEASED)
    content = kit().store.get(file.storage_key)
    return page.attachment(content, f"{row.public_ref}-signed.pdf", "application/pdf")
