"""Routes of the register: for everybody, and the directorate's desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("notices", __name__)

from portal.notices.pages import desk, public  # noqa: E402, F401  (their routes need `bp`)
