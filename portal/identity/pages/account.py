"""One's own account: name, password, second factor, sessions."""

from __future__ import annotations

import segno
from flask import Response, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.core.permissions import NEEDS_FACTOR, Permission
from portal.core.sealed import seal, unseal
from portal.core.tx import write
from portal.identity import actions, passwords, queries
from portal.identity.actions.factor import address_for_app, new_secret
from portal.identity.forms import AccountForm, CodeForm, FactorForm, PasswordForm
from portal.identity.pages import bp
from portal.identity.rules import normal_mobile
from portal.web import page, session
from portal.web.access import requires
from portal.web.context import actor, address, db, settings
from portal.web.forms import PortalForm, submitted


@bp.get("/account")
@requires(Permission.ACCOUNT_OPEN)
def account() -> Response:
    """Name, mobile, password, second factor, sessions."""
    facts = _facts()
    return _show(AccountForm(name=facts.name, mobile=facts.mobile), PasswordForm())


@bp.post("/account")
@requires(Permission.ACCOUNT_OPEN)
def correct() -> Response:
    """Correct name and mobile number."""
    form: AccountForm = submitted(AccountForm)
    if not form.validate():
        return _show(form, PasswordForm(), 422)
    mobile = normal_mobile(form.mobile.data or "")
    write(db(), actions.correct, actor(), form.name.data or "", mobile)
    return page.go(url_for("identity.account"))


@bp.post("/account/password")
@requires(Permission.ACCOUNT_OPEN)
def change_password() -> Response:
    """Another password; every other session ends."""
    form: PasswordForm = submitted(PasswordForm)
    facts = _facts()
    first = AccountForm(name=facts.name, mobile=facts.mobile)
    if not form.validate():
        return _show(first, form, 422)
    write(db(), actions.note_try, facts.email, address())
    present = actions.password_hash_of(db(), facts.email)
    if not passwords.fits(form.present.data or "", present):
        form.present.errors = [*form.present.errors, gettext("This is not your password.")]
        return _show(first, form, 422)
    hashed = passwords.hashed(form.password.data or "")
    write(db(), actions.change_password, actor(), hashed, session.token_session().token)
    return page.go(url_for("identity.account"))


@bp.post("/account/sessions/<int:row>/end")
@requires(Permission.ACCOUNT_OPEN)
def end_session(row: int) -> Response:
    """End one of one's own sessions."""
    write(db(), actions.end_session, actor(), row)
    return page.go(url_for("identity.account"))


@bp.get("/account/second-factor")
@requires(Permission.ACCOUNT_OPEN, while_held=True)
def factor() -> Response:
    """A secret for an app, as QR code and as text."""
    secret = new_secret()
    form = FactorForm(sealed=seal(settings().secret_key, f"{actor().person_id} {secret}"))
    return _show_factor(form, secret)


@bp.post("/account/second-factor")
@requires(Permission.ACCOUNT_OPEN, while_held=True)
def turn_on_factor() -> Response:
    """Count the second factor from now on; the recovery codes are shown once."""
    form: FactorForm = submitted(FactorForm)
    secret = _secret_of(form.sealed.data or "")
    if not secret:
        return page.go(url_for("identity.factor"))
    if form.validate():
        key = settings().secret_key
        codes = write(db(), actions.turn_on, actor(), secret, form.code.data or "", key)
        if codes is not None:
            return page.show("identity/recovery_codes.html", codes=codes)
        wrong = gettext("This code does not fit. Look at the app again; its clock must be right.")
        form.code.errors = [*form.code.errors, wrong]
    return _show_factor(form, secret, 422)


@bp.post("/account/second-factor/removal")
@requires(Permission.ACCOUNT_OPEN)
def turn_off_factor() -> Response:
    """Do without, or begin anew with another app."""
    write(db(), actions.turn_off, actor())
    return page.go(url_for("identity.account"))


@bp.get("/sign-in/code")
@requires(Permission.ACCOUNT_OPEN, while_held=True)
def factor_code() -> Response:
    """The code of the app, after the password."""
    if not current_user.held_at:
        return page.go(url_for("dashboard.show"))
    return page.show("identity/factor_code.html", form=CodeForm())


@bp.post("/sign-in/code")
@requires(Permission.ACCOUNT_OPEN, while_held=True)
def pass_factor() -> Response:
    """Open the session if the code fits."""
    form: CodeForm = submitted(CodeForm)
    if form.validate():
        token, key = session.token_session().token, settings().secret_key
        if write(db(), actions.pass_factor, token, form.code.data or "", key):
            return page.go(url_for("dashboard.show"))
        wrong = gettext(
            "This code does not fit. Each code works once: wait for the next, or type a recovery "
            "code. After eight tries wait 15 minutes."
        )
        form.code.errors = [*form.code.errors, wrong]
    return page.show("identity/factor_code.html", "", 422, form=form)


def _facts() -> queries.AccountFacts:
    needs = actor().seat.role in NEEDS_FACTOR
    return queries.account(db(), actor(), needs_factor=needs)


def _show(form: AccountForm, password: PasswordForm, code: int = 200) -> Response:
    password.password.id = "new_password"
    token = session.token_session().token
    sessions = queries.own_sessions(db(), actor(), token)
    facts = {"a": _facts(), "form": form, "password": password, "sessions": sessions}
    return page.show("identity/account.html", "", code, **facts)


def _show_factor(form: PortalForm, secret: str, code: int = 200) -> Response:
    link = address_for_app(secret, _facts().email, specimen=settings().is_sandbox)
    picture = segno.make(link, error="m").svg_data_uri(scale=4, light="#fff")
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    facts = {"form": form, "secret": spaced, "picture": picture, "link": link}
    return page.show("identity/factor.html", "", code, **facts)


def _secret_of(sealed: str) -> str:
    """The secret of a form that was made for this person, or nothing."""
    try:
        person, _space, secret = unseal(settings().secret_key, sealed).partition(" ")
    except ValueError:
        return ""
    return secret if person == str(actor().person_id) else ""
