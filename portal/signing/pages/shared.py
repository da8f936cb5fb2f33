"""What the pages about signatures share."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from portal.signing.lifecycle import Means

bp = Blueprint("signing", __name__)

# Where the companion beside a token listens: see docs/companion.md.
COMPANIONS = tuple(f"http://127.0.0.1:{port}" for port in (37451, 37452, 37453))


def means_chosen() -> Means:
    """The way that the button stands for; none said means e-sign. Raises BadRequest."""
    try:
        return Means(request.form.get("means", Means.ESIGN))
    except ValueError as problem:
        raise BadRequest from problem
