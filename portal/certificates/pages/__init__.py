"""Pages about certificates: their own, and the officer's list of decisions to sign."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("certificates", __name__)

from portal.certificates.pages import certificates, decisions, drafts, in_lieu  # noqa: E402

__all__ = ["bp", "certificates", "decisions", "drafts", "in_lieu"]
