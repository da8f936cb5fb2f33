"""Routes of the application, by audience and part."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("filing", __name__)

from portal.filing.pages import agent, documents, exporter, goods, officer, sections  # noqa: E402

__all__ = ["agent", "bp", "documents", "exporter", "goods", "officer", "sections"]
