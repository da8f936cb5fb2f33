"""Routes of the application, by audience and part."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("filing", __name__)

from portal.filing.pages import (  # noqa: E402
    agent,
    books,
    documents,
    einvoices,
    exporter,
    goods,
    officer,
    origin,
    reuse,
    sections,
    sheaf,
    sheaves,
    shipping_bill,
    signatures,
)

__all__ = [
    "agent",
    "books",
    "bp",
    "documents",
    "einvoices",
    "exporter",
    "goods",
    "officer",
    "origin",
    "reuse",
    "sections",
    "sheaf",
    "sheaves",
    "shipping_bill",
    "signatures",
]
