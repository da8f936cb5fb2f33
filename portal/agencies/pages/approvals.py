"""The directorate lets administrators in, or sends them back with a reason."""

from __future__ import annotations

from flask import Response, url_for

from portal.agencies import actions, queries
from portal.agencies.forms import ApprovalForm, SendBackForm
from portal.agencies.pages import bp
from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.documents.queries import check_clean, unscanned_among
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit
from portal.web.forms import submitted


@bp.get("/agencies/desk/registrations/<registration>")
@requires(Permission.AGENCIES_WRITE)
def judge(registration: str) -> Response:
    """Who asks to look after which agency, with the letter."""
    return _judge(registration, ApprovalForm(), SendBackForm())


@bp.get("/agencies/desk/registrations/<registration>/letter")
@requires(Permission.AGENCIES_WRITE)
def letter(registration: str) -> Response:
    """The agency's letter."""
    found = queries.registration(db(), registration)
    check_clean(db(), found.letter_key)
    content = kit().store.get(found.letter_key)
    return page.attachment(content, found.letter, found.media_type)


@bp.post("/agencies/desk/registrations/<registration>/approval")
@requires(Permission.AGENCIES_WRITE)
def approve(registration: str) -> Response:
    """Let the person in."""
    form: ApprovalForm = submitted(ApprovalForm)
    if form.validate():
        try:
            write(db(), actions.approve, actor(), registration, form.code.data or "")
            return page.go(url_for("agencies.desk"))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _judge(registration, form, SendBackForm(), 422)


@bp.post("/agencies/desk/registrations/<registration>/return")
@requires(Permission.AGENCIES_WRITE)
def send_back(registration: str) -> Response:
    """Send it back with a reason."""
    form: SendBackForm = submitted(SendBackForm)
    if form.validate():
        try:
            write(db(), actions.send_back, actor(), registration, form.reason.data or "")
            return page.go(url_for("agencies.desk"))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _judge(registration, ApprovalForm(), form, 422)


def _judge(ref: str, approval: ApprovalForm, back: SendBackForm, code: int = 200) -> Response:
    found = queries.registration(db(), ref)
    agency = queries.agency(db(), found.agency_slug)
    return page.show(
        "agencies/judge.html",
        "",
        code,
        r=found,
        a=agency,
        unscanned=unscanned_among(db(), {found.letter_key}),
        there=queries.administrators(db(), agency.id),
        approval=approval,
        back=back,
    )
