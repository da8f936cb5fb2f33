"""The forms of an application: one a section, one for a goods line, one for each message."""

from __future__ import annotations

from portal.filing.forms.messages import AnswerForm, QuestionForm, ReasonForm, SubmissionForm
from portal.filing.forms.sections import (
    SECTION_FORMS,
    ConsigneeForm,
    DeclarationForm,
    DocumentForm,
    InvoiceForm,
    LineForm,
    StartForm,
    TransportForm,
)
from portal.filing.forms.shipping_bill import ShippingBillForm

__all__ = [
    "SECTION_FORMS",
    "AnswerForm",
    "ConsigneeForm",
    "DeclarationForm",
    "DocumentForm",
    "InvoiceForm",
    "LineForm",
    "QuestionForm",
    "ReasonForm",
    "ShippingBillForm",
    "StartForm",
    "SubmissionForm",
    "TransportForm",
]
