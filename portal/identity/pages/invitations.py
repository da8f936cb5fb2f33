"""Links that came by mail: an invitation to a seat, and the registry's word against a link."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app, request, url_for
from flask_login import current_user

from portal.core.permissions import Permission, SeatKind
from portal.core.tx import write
from portal.identity import actions, passwords, queries
from portal.identity.actions.invitations import Acceptor
from portal.identity.forms import JoinForm, WhyForm
from portal.identity.models import Invitation
from portal.identity.pages import bp
from portal.identity.pages.sessions import enter, sit
from portal.identity.rules import normal_mobile
from portal.web import page
from portal.web.access import public, requires
from portal.web.context import actor, db, device, settings
from portal.web.forms import submitted


def acceptors() -> Mapping[SeatKind, Acceptor]:
    """Who gives out seats: this room and those above, as create_app wired them."""
    found: Mapping[SeatKind, Acceptor] = current_app.extensions["invitation_acceptors"]
    return found


@bp.get("/invitations/<token>")
@public()
def invitation(token: str) -> Response:
    """Who invites to what; whoever isn't signed in can get an account here."""
    found = actions.invitation_of(db(), token, settings().secret_key)
    return _show(token, found, JoinForm(name=found.name))


@bp.post("/invitations/<token>")
@requires(Permission.ACCOUNT_OPEN)
def accept(token: str) -> Response:
    """Take the seat with the account that is signed in."""
    key = settings().secret_key
    found = write(db(), actions.accept_invitation, token, actor(), key, acceptors())
    return sit(found.kind, found.seat_id)


@bp.post("/invitations/<token>/account")
@public()
def join(token: str) -> Response:
    """Make an account (the link has proven its e-mail) and take the seat at once."""
    found = actions.invitation_of(db(), token, settings().secret_key)
    form: JoinForm = submitted(JoinForm)
    if not form.validate():
        return _show(token, found, form, 422)
    session_token = write(
        db(),
        actions.join,
        token,
        name=form.name.data or "",
        mobile=normal_mobile(form.mobile.data or ""),
        password_hash=passwords.hashed(form.password.data or ""),
        secret_key=settings().secret_key,
        acceptors=acceptors(),
        sources=current_app.extensions["seat_sources"],
        device=device(),
    )
    return enter(session_token, url_for("dashboard.show"))


@bp.get("/iec-disputes/<token>")
@public()
def registry_dispute(token: str) -> Response:
    """The registry's own address says that a person who was linked is not theirs."""
    found = queries.linked_by(db(), token, settings().secret_key)
    return page.show("identity/registry_dispute.html", c=found, form=WhyForm(), token=token)


@bp.post("/iec-disputes/<token>")
@public()
def dispute_by_registry(token: str) -> Response:
    """Open the dispute; the person files nothing until the directorate has settled it."""
    found = queries.linked_by(db(), token, settings().secret_key)
    form: WhyForm = submitted(WhyForm)
    if not form.validate():
        facts = {"c": found, "form": form, "token": token}
        return page.show("identity/registry_dispute.html", "", 422, **facts)
    write(db(), actions.dispute_by_link, token, form.reason.data or "", settings().secret_key)
    return page.show("identity/registry_dispute.html", c=found, form=None, token=token)


def _show(token: str, found: Invitation, form: JoinForm, code: int = 200) -> Response:
    seat = queries.seat_words(db(), found, current_app.extensions["seat_words"])
    signed_in = current_user.is_authenticated and not current_user.held_at
    here = request.path
    facts = {"i": found, "seat": seat, "form": form, "token": token, "here": here}
    has_account = actions.password_hash_of(db(), found.email) is not None
    return page.show(
        "identity/invitation.html", "", code, signed_in=signed_in, known=has_account, **facts
    )
