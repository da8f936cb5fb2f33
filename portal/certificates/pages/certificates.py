"""Approving a file, and the certificate's own page with its download."""

from __future__ import annotations

from flask import Response, url_for
from flask_login import current_user

from portal.certificates import actions, queries, tokens
from portal.certificates.forms import VoidForm
from portal.certificates.lifecycle import LIFECYCLE, Status
from portal.certificates.pages import bp
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing.queries import application_for
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit, settings
from portal.web.forms import submitted


@bp.post("/queue/<ref>/approval")
@requires(Permission.CERTIFICATE_APPROVE)
def approve(ref: str) -> Response:
    """Approve a file on one's desk; its certificate is made by a job."""
    addresses = actions.Addresses(
        public_url=settings().public_url,
        qr_keys=tokens.QrKeys.parse(settings().qr_keys),
        specimen=settings().is_sandbox,
    )
    write(db(), actions.approve, actor(), ref, addresses)
    return page.go(url_for("filing.scrutiny", ref=ref))


@bp.get("/applications/<ref>/certificate")
@requires(Permission.DASHBOARD_READ)
def show(ref: str) -> Response:
    """Number, check code and state of a file's certificate, for its firm and its office."""
    return _show(ref, VoidForm())


@bp.get("/applications/<ref>/certificate.pdf")
@requires(Permission.DASHBOARD_READ)
def download(ref: str) -> Response:
    """The sealed PDF."""
    application = application_for(db(), actor(), ref)
    found = queries.live_certificate(db(), application.id)
    if found is None:
        raise Missing("certificate")
    file = queries.file_of(db(), found.id)
    content = kit().store.get(file.storage_key)
    return page.attachment(content, f"{found.number}.pdf", "application/pdf")


@bp.post("/queue/<ref>/void-number")
@requires(Permission.CERTIFICATE_VOID)
def void(ref: str) -> Response:
    """Void a number that was not issued, with the reason."""
    form: VoidForm = submitted(VoidForm)
    if not form.validate():
        return _show(ref, form, 422)
    try:
        write(db(), actions.void, actor(), ref, form.reason.data or "")
    except DomainError as refusal:
        application = application_for(db(), actor(), ref)
        if not queries.certificates_of(db(), application.id):
            raise
        form.refuse_error(refusal)
        return _show(ref, form, 409)
    return page.go(url_for("filing.scrutiny", ref=ref))


def _show(ref: str, form: VoidForm, status: int = 200) -> Response:
    application = application_for(db(), actor(), ref)
    found = queries.certificates_of(db(), application.id)
    if not found:
        raise Missing("certificate")
    return page.show(
        "certificates/show.html",
        "panel",
        status,
        ref=application.public_ref,
        c=found[-1],
        earlier=found[:-1],
        printed=tokens.printed(found[-1].check_code),
        waits=found[-1].status is Status.ALLOTTED,
        steps=LIFECYCLE.open_steps(found[-1].status, current_user.actor.permissions),
        form=form,
        links=queries.links_of(db(), found[-1].id),
        signature=queries.decision_signature(db(), found[-1].number),
    )
