"""Routes of the register, for everybody and the directorate, and of an agency's own desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("agencies", __name__)

from portal.agencies.pages import (  # noqa: E402  (their routes need `bp`)
    administrator,
    approvals,
    directorate,
    hours,
    images,
    officers,
    offices,
    public,
    registration,
    uploads,
)

__all__ = [
    "administrator",
    "approvals",
    "bp",
    "directorate",
    "hours",
    "images",
    "officers",
    "offices",
    "public",
    "registration",
    "uploads",
]
