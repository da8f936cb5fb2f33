"""Routes of the application, by audience and part."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("filing", __name__)

from portal.filing.pages import (  # noqa: E402
    agent,
    documents,
    exporter,
    goods,
    officer,
    origin,
    sections,
    signatures,
)

__all__ = [
    "agent",
    "bp",
    "documents",
    "exporter",
    "goods",
    "officer",
    "origin",
    "sections",
    "signatures",
]
