"""Getting an account, and getting back into it with a new password."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext

from portal.core.permissions import Permission
from portal.core.tx import write
from portal.identity import actions, passwords
from portal.identity.forms import CodesForm, NewPassword, RegisterForm, ResetForm
from portal.identity.pages import bp
from portal.identity.pages.sessions import enter
from portal.identity.rules import PRIVACY_VERSION, normal_mobile
from portal.web import page
from portal.web.access import public, requires
from portal.web.context import actor, address, db, device, settings
from portal.web.forms import submitted


@bp.get("/register")
@public()
def register() -> Response:
    """Name, e-mail, mobile, password."""
    return page.show("identity/register.html", form=RegisterForm())


@bp.post("/register")
@public()
def begin_registration() -> Response:
    """Keep what was typed and let both codes be sent."""
    form: RegisterForm = submitted(RegisterForm)
    if not form.validate():
        return page.show("identity/register.html", "", 422, form=form)
    hashed = passwords.hashed(form.password.data or "")
    ref = write(
        db(),
        actions.register,
        email=form.email.data or "",
        name=form.name.data or "",
        mobile=normal_mobile(form.mobile.data or ""),
        password_hash=hashed,
        address=address(),
    )
    return page.go(url_for("identity.codes", ref=ref))


@bp.get("/register/<ref>")
@public()
def codes(ref: str) -> Response:
    """The two codes."""
    return page.show("identity/codes.html", form=CodesForm(), ref=ref)


@bp.post("/register/<ref>")
@public()
def confirm(ref: str) -> Response:
    """Make the account and go in, or say which code doesn't fit."""
    form: CodesForm = submitted(CodesForm)
    if form.validate():
        typed = form.email_code.data or "", form.mobile_code.data or ""
        found = write(db(), actions.confirm, ref, *typed, settings().secret_key, device())
        if found.token:
            return enter(found.token, url_for("identity.firms"))
        wrong = gettext("This code does not fit, or it is too old. Type it again or ask anew.")
        for field, fits in ((form.email_code, found.email), (form.mobile_code, found.mobile)):
            if not fits:
                field.errors = [*field.errors, wrong]
    return page.show("identity/codes.html", "", 422, form=form, ref=ref)


@bp.post("/register/<ref>/codes")
@public()
def codes_again(ref: str) -> Response:
    """Send both codes anew."""
    write(db(), actions.ask_again, ref)
    return page.go(url_for("identity.codes", ref=ref))


@bp.get("/password")
@public()
def forgotten() -> Response:
    """Ask for a link."""
    return page.show("identity/forgotten.html", form=ResetForm(), sent=False)


@bp.post("/password")
@public()
def ask_reset() -> Response:
    """Let a link be sent; what is said is the same for everybody."""
    form: ResetForm = submitted(ResetForm)
    if not form.validate():
        return page.show("identity/forgotten.html", "", 422, form=form, sent=False)
    write(db(), actions.note_asked, address())
    write(db(), actions.ask_reset, form.email.data or "")
    return page.show("identity/forgotten.html", form=ResetForm(), sent=True)


@bp.get("/password/<token>")
@public()
def new_password(token: str) -> Response:
    """Another password by a link."""
    return page.show("identity/new_password.html", form=NewPassword(), token=token)


@bp.post("/password/<token>")
@public()
def reset_password(token: str) -> Response:
    """Take the new password; every session ends."""
    form: NewPassword = submitted(NewPassword)
    if not form.validate():
        return page.show("identity/new_password.html", "", 422, form=form, token=token)
    hashed = passwords.hashed(form.password.data or "")
    write(db(), actions.reset_password, token, hashed, settings().secret_key)
    return page.go(url_for("identity.sign_in"))


@bp.get("/privacy")
@public(cache_seconds=300)
def privacy() -> Response:
    """What is kept about people, why, how long, and what they can ask for."""
    return page.show("identity/privacy.html", version=PRIVACY_VERSION)


@bp.post("/account/privacy")
@requires(Permission.ACCOUNT_OPEN)
def accept_privacy() -> Response:
    """Accept the privacy statement of today."""
    write(db(), actions.accept_privacy, actor())
    return page.go(url_for("identity.account"))
