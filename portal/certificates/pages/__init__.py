"""Pages about certificates: their own, and the officer's list of decisions to sign."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("certificates", __name__)

from portal.certificates.pages import (  # noqa: E402
    certificates,
    decisions,
    drafts,
    in_lieu,
    references,
)

__all__ = ["bp", "certificates", "decisions", "drafts", "in_lieu", "references"]
