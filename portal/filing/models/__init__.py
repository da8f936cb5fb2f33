"""Tables of applications and of everything that belongs to them."""

from __future__ import annotations

from portal.filing.models.applications import Application, ApplicationEvent, Question, Version
from portal.filing.models.drafts import Sheaf, Template, Typed
from portal.filing.models.goods import GoodsLine, Input
from portal.filing.models.papers import Attachment, ForeignEvidence, Invoice, ShippingBill

__all__ = [
    "Application",
    "ApplicationEvent",
    "Attachment",
    "ForeignEvidence",
    "GoodsLine",
    "Input",
    "Invoice",
    "Question",
    "Sheaf",
    "ShippingBill",
    "Template",
    "Typed",
    "Version",
]
