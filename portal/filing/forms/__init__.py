"""The forms of an application: one a section, one for a goods line, one for each message."""

from __future__ import annotations

from portal.filing.forms.messages import AnswerForm, QuestionForm, ReasonForm, SubmissionForm
from portal.filing.forms.section import SectionForm
from portal.filing.forms.sections import SECTION_FORMS, DocumentForm, LineForm
from portal.filing.forms.start import Asked, StartForm

__all__ = [
    "SECTION_FORMS",
    "AnswerForm",
    "Asked",
    "DocumentForm",
    "LineForm",
    "QuestionForm",
    "ReasonForm",
    "SectionForm",
    "StartForm",
    "SubmissionForm",
]
