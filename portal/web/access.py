"""Every route says who may use it; one that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest, Conflict, Forbidden, NotFound, Unauthorized

from portal.core.permissions import Permission
from portal.web import page
from portal.web.giving_back import is_kept_for_sign_in

View = TypeVar("View", bound=Callable[..., Any])

# Machine callbacks, each proven by its own signature instead of a CSRF token.
CALLBACKS: frozenset[str] = frozenset({"signing.answer"})


def requires(permission: Permission, *, while_held: bool = False) -> Callable[[View], View]:
    """Only somebody signed in whose seat holds `permission`.

    With `while_held` also somebody whose second factor is still to come: the ways to bring it.
    """

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.while_held = while_held  # type: ignore[attr-defined]
        return view

    return mark


def public(*, cache_seconds: int = 0) -> Callable[[View], View]:
    """Anybody. With `cache_seconds` the page is the same for all and may be kept that long."""

    def mark(view: View) -> View:
        view.access = "public"  # type: ignore[attr-defined]
        view.cache_seconds = cache_seconds  # type: ignore[attr-defined]
        return view

    return mark


def gives_back(view: View) -> View:
    """Where what is sent was typed by hand: a refusal shows it again, so that nothing is lost."""
    view.gives_back = True  # type: ignore[attr-defined]
    return view


def access_of(view: Any) -> Permission | str | None:
    """What a view declares: a permission, "public", or None if it forgot."""
    return getattr(view, "access", None)


def init_access(app: Flask) -> None:
    """Check each request before its view runs."""
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    _check_storable()
    declared = access_of(current_app.view_functions[request.endpoint])
    if declared is None:
        raise Forbidden
    if declared == "public":
        return None
    if not current_user.is_authenticated:
        if is_kept_for_sign_in():
            raise Unauthorized
        return _to_sign_in()
    view = current_app.view_functions[request.endpoint]
    if current_user.held_at and not getattr(view, "while_held", False):
        return page.go(url_for(current_user.held_at))
    _check_seat()
    if not current_user.actor.may(declared):
        raise NotFound if request.view_args else Forbidden
    return None


def _check_storable() -> None:
    """No name or search holds the NUL character, and PostgreSQL can't even look for it."""
    if "\0" in request.path:
        raise NotFound
    if any("\0" in value for values in request.args.listvalues() for value in values):
        raise BadRequest


def _to_sign_in() -> Response:
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = url_for("identity.sign_in", next=back or None)
    if page.is_part():
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)  # type: ignore[return-value]


def _check_seat() -> None:
    """Every act names the seat its form was made for; another (a second tab) is refused."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.form.get("acting_for") != current_user.actor.seat.token:
        raise Conflict("acting_for")
