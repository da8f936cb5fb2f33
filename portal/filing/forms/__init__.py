"""The forms of an application: one a section, one for a goods line, one for each message."""

from __future__ import annotations

from portal.filing.forms.documents import AnotherForm, DocumentForm
from portal.filing.forms.goods import CodesForm, LineForm, MoveForm
from portal.filing.forms.messages import AnswerForm, QuestionForm, ReasonForm, SubmissionForm
from portal.filing.forms.origin import OriginForm
from portal.filing.forms.section import SectionForm
from portal.filing.forms.sections import SECTION_FORMS
from portal.filing.forms.shipping_bill import ShippingBillForm
from portal.filing.forms.start import Asked, StartForm

__all__ = [
    "SECTION_FORMS",
    "AnotherForm",
    "AnswerForm",
    "Asked",
    "CodesForm",
    "DocumentForm",
    "LineForm",
    "MoveForm",
    "OriginForm",
    "QuestionForm",
    "ReasonForm",
    "SectionForm",
    "ShippingBillForm",
    "StartForm",
    "SubmissionForm",
]
