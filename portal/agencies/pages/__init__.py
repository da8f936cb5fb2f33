"""Routes of the register, for everybody and the directorate, and of an agency's own desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("agencies", __name__)

from portal.agencies.pages import administrator, approvals, directorate, public, registration  # noqa: E402, F401  (their routes need `bp`)
