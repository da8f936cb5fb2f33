"""One place decides between a page and a part of it, and how to send somebody on."""

from __future__ import annotations

import re

from flask import Response, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block

VARY = "HX-Request, HX-Request-Type"


def is_part() -> bool:
    """Whether htmx asks for a part of the page (not a history restore, not a whole page)."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type") != "full"
        and "HX-History-Restore-Request" not in headers
    )


def show(template: str, block: str = "", code: int = 200, /, **values: object) -> Response:
    """Render `template`, or only its `block` when htmx asks for a part; `code` is the status."""
    if block and is_part():
        html = render_block(template, block, **values)
    else:
        html = render_template(template, **values)
    response = make_response(html, code)
    response.headers["Vary"] = VARY
    return response


def go(url: str) -> Response:
    """After an act: 303 for a browser, 204 with HX-Redirect for htmx."""
    if is_part():
        return Response(status=204, headers={"HX-Redirect": url, "Vary": VARY})
    response = redirect(url, 303)
    response.headers["Vary"] = VARY
    return response  # type: ignore[return-value]


def way_back() -> str:
    """The application's page that the person came from and goes back to, or nothing.

    Taken from `back` of the address or form; anything but such a page of ours is dropped.
    """
    back = request.values.get("back", "")
    return back if re.fullmatch(r"/applications/[A-Z0-9-]{4,64}", back) else ""


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file to save, never to run: always an attachment, never kept by caches."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
