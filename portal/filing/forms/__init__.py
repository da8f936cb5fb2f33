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
    TransportForm,
)
from portal.filing.forms.start import Asked, StartForm

__all__ = [
    "SECTION_FORMS",
    "AnswerForm",
    "Asked",
    "ConsigneeForm",
    "DeclarationForm",
    "DocumentForm",
    "InvoiceForm",
    "LineForm",
    "QuestionForm",
    "ReasonForm",
    "StartForm",
    "SubmissionForm",
    "TransportForm",
]
