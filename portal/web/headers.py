"""Headers of every answer: a strict Content-Security-Policy, no sniffing, no careless caching."""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from portal.core import clock

# A page names the sheets it inlines; behind the sign-in (desk.css) script of ours is allowed too.
DESK = "desk"
YEAR = 31_536_000
SCRIPT = "script-src 'self'; connect-src 'self'; "


def init_headers(app: Flask, stylesheet: Path, *, https: bool) -> None:
    """Offer `style("portal", …)`, which inlines sheets beside `stylesheet` and allows just them."""

    @cache
    def sheet(names: tuple[str, ...]) -> tuple[Markup, str]:
        texts = [squeeze((stylesheet.parent / f"{name}.css").read_text()) for name in names]
        css = "".join(texts)
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        return Markup(css), policy(f"'sha256-{digest}'", script=DESK in names)

    def style(*names: str) -> Markup:
        text, g.policy = sheet(names)
        return text

    app.jinja_env.globals["style"] = style

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", g.get("policy") or policy("'none'"))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        if https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        headers.setdefault("Cache-Control", _caching(response))
        return _compressed(response) if response.status_code >= 400 else response


def policy(style: str, *, script: bool = False) -> str:
    """The policy of a page whose one style element has the source `style`."""
    return (
        f"default-src 'none'; {SCRIPT if script else ''}img-src data:; style-src {style}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def allow_form_to(response: Response, origin: str) -> Response:
    """Let the one form of this page go to another site's `origin` as well."""
    ours = g.get("policy") or policy("'none'")
    allowed = ours.replace("form-action 'self'", f"form-action 'self' {origin}")
    response.headers["Content-Security-Policy"] = allowed
    return response


def allow_asking(response: Response, *origins: str) -> Response:
    """Let the script of this page ask other `origins`, such as a program beside the browser."""
    ours = g.get("policy") or policy("'none'")
    allowed = ours.replace("connect-src 'self'", f"connect-src 'self' {' '.join(origins)}")
    response.headers["Content-Security-Policy"] = allowed
    return response


def squeeze(css: str) -> str:
    """A stylesheet without comments and needless white space."""
    parts: list[str] = []
    for piece in css.split("/*"):
        parts.append(piece.partition("*/")[2] if parts else piece)
    lines = (line.strip() for line in "".join(parts).splitlines())
    text = " ".join(line for line in lines if line)
    for mark in "{};,>":
        text = text.replace(f" {mark}", mark).replace(f"{mark} ", mark)
    return text.replace(": ", ":").replace(";}", "}")


def _caching(response: Response) -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    seconds = getattr(view, "cache_seconds", 0)
    if clock.looked_at() is not None:
        return "no-store"
    if seconds and response.status_code == 200 and "Set-Cookie" not in response.headers:
        return f"public, max-age={min(seconds, _seconds_to_switch())}"
    return "no-store"


def _seconds_to_switch() -> int:
    """No page is kept beyond the next instant at which a dated rule changes."""
    look_up = current_app.extensions.get("next_switch")
    switch = look_up() if look_up else None
    return YEAR if switch is None else max(0, int((switch - clock.now()).total_seconds()))


def _compressed(response: Response) -> Response:
    """A refusal is a page like any other, but Flask-Compress passes by all but 2xx."""
    way = request.accept_encodings.best_match(("br", "gzip"))
    if response.mimetype != "text/html" or response.is_streamed or way is None:
        return response
    body = response.get_data()
    response.set_data(brotli.compress(body, quality=5) if way == "br" else gzip.compress(body, 5))
    response.headers["Content-Encoding"] = way
    response.vary.add("Accept-Encoding")
    return response
