"""Sign in, sign out, change the seat."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response, current_app, request, url_for
from flask_login import current_user

from portal.core.permissions import NEEDS_FACTOR, Permission, SeatKind
from portal.core.tx import write
from portal.identity import actions, passwords, queries
from portal.identity.forms import SignInForm
from portal.identity.pages import bp
from portal.web import page, session
from portal.web.access import public, requires
from portal.web.context import SignedIn, actor, address, db, device
from portal.web.forms import submitted


def sources() -> Mapping[SeatKind, queries.SeatSource]:
    """Where seats come from: this room and those above, as create_app wired them."""
    found: Mapping[SeatKind, queries.SeatSource] = current_app.extensions["seat_sources"]
    return found


@bp.get("/sign-in")
@public()
def sign_in() -> Response:
    """The sign-in form."""
    if current_user.is_authenticated:
        return page.go(url_for("dashboard.show"))
    form = SignInForm(next=request.args.get("next", ""))
    return page.show("identity/sign_in.html", form=form)


@bp.post("/sign-in")
@public()
def begin() -> Response:
    """Check e-mail and password and begin a session."""
    form: SignInForm = submitted(SignInForm)
    if not form.validate():
        return page.show("identity/sign_in.html", "", 422, form=form)
    email = form.email.data or ""
    try:
        write(db(), actions.note_try, email, address())
        fits = passwords.fits(form.password.data or "", actions.password_hash_of(db(), email))
        here = address(), device()
        token = write(db(), actions.sign_in, email, fits, sources(), *here)
    except actions.SignInRefused as refusal:
        form.refuse_error(refusal)
        return page.show("identity/sign_in.html", "", 422, form=form)
    return enter(token, _own_path(form.next.data) or url_for("dashboard.show"))


def enter(token: str, target: str) -> Response:
    """Go on in a new session; the one that this browser had before ends."""
    if current_user.is_authenticated:
        write(db(), actions.sign_out, session.token_session().token, actor())
    signed_in = look_up(token)
    assert signed_in is not None
    session.begin(signed_in)
    return page.go(target)


def sit(kind: SeatKind, seat_id: int) -> Response:
    """Act from a seat that was just won."""
    for seat in queries.all_seats(db(), actor().person_id or 0, sources()):
        if (seat.kind, seat.id) == (kind, seat_id):
            token = session.token_session().token
            write(db(), actions.switch_seat, token, actor(), seat.token, sources())
            break
    return page.go(url_for("dashboard.show"))


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_USE, while_held=True)
def sign_out() -> Response:
    """End this session."""
    write(db(), actions.sign_out, session.token_session().token, actor())
    session.end()
    return page.go(url_for("dashboard.home"))


@bp.get("/seat")
@requires(Permission.ACCOUNT_USE)
def seats() -> Response:
    """Choose for whom to act."""
    held = queries.all_seats(db(), actor().person_id or 0, sources())
    return page.show("identity/seats.html", seats=held, here=actor().seat)


@bp.post("/seat")
@requires(Permission.ACCOUNT_USE)
def switch() -> Response:
    """Act for another firm or office from now on."""
    token = session.token_session().token
    write(db(), actions.switch_seat, token, actor(), request.form.get("seat", ""), sources())
    return page.go(_own_path(request.form.get("next")) or url_for("dashboard.show"))


def look_up(token: str) -> SignedIn | None:
    """Who holds a session token; notes at most once a minute that it is in use."""
    live = queries.session_for(db(), token, sources())
    if live is None:
        return None
    if live.last_seen_seconds > 60:
        write(db(), actions.touch, live.id)
        # The minutes that are left are those after this request.
        live = queries.session_for(db(), token, sources()) or live
    return SignedIn(token, live.actor, live.minutes_left, _held_at(live))


def _held_at(live: queries.LiveSession) -> str:
    """What has to be passed first: the code of the app, or getting an app."""
    if live.waits_for_factor:
        return "identity.factor_code"
    needs = live.actor.seat.role in NEEDS_FACTOR and not live.has_factor
    return "identity.factor" if needs else ""


def _own_path(target: str | None) -> str:
    """A path of this portal to return to, or nothing (never another site)."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return ""
    if "\\" in target or not target.isprintable():
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
