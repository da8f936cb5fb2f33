"""An officer's decisions that wait for a signature."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.certificates import actions, queries
from portal.certificates.pages import bp
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing.queries import application_for
from portal.signing.lifecycle import FileKind, Means
from portal.signing.pages import means_chosen
from portal.signing.queries import by_ref, file_of
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit


@bp.get("/decisions")
@requires(Permission.CERTIFICATE_APPROVE)
def decisions() -> Response:
    """What the officer approved here and has not signed."""
    return _list()


@bp.post("/decisions")
@requires(Permission.CERTIFICATE_APPROVE)
def sign_decisions() -> Response:
    """Begin to sign the chosen ones: a list by one PIN, or a single one by e-sign."""
    means, numbers = means_chosen(), request.form.getlist("number")
    try:
        refs = write(db(), actions.begin_decisions, actor(), numbers, means)
    except DomainError as refusal:
        return _list(refusal, 409)
    if means is Means.TOKEN:
        return page.go(url_for("signing.together", ref=refs))
    return page.go(url_for("signing.show", signature=refs[0]))


@bp.get("/queue/<ref>/decision.pdf")
@requires(Permission.APPLICATION_SCRUTINISE)
def decision_file(ref: str) -> Response:
    """The signed decision that is kept beside the certificate."""
    application = application_for(db(), actor(), ref)
    found = queries.live_certificate(db(), application.id)
    signature = queries.decision_signature(db(), found.number) if found else None
    if found is None or signature is None:
        raise Missing("decision")
    file = file_of(db(), by_ref(db(), signature.ref), FileKind.SIGNED)
    content = kit().store.get(file.storage_key)
    return page.attachment(content, f"{found.number}-decision.pdf", "application/pdf")


def _list(refusal: DomainError | None = None, status: int = 200) -> Response:
    found = queries.to_sign(db(), actor())
    return page.show("certificates/decisions.html", "", status, rows=found, refusal=refusal)
