"""The forms of an application: one a section, one for a goods line, one for each message."""

from __future__ import annotations

from portal.filing.forms.documents import AnotherForm, DocumentForm
from portal.filing.forms.messages import AnswerForm, QuestionForm, ReasonForm, SubmissionForm
from portal.filing.forms.sections import (
    SECTION_FORMS,
    ConsigneeForm,
    DeclarationForm,
    InvoiceForm,
    LineForm,
    StartForm,
    TransportForm,
)

__all__ = [
    "SECTION_FORMS",
    "AnotherForm",
    "AnswerForm",
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
