"""What exporter and officer say to each other, and the declaration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from portal.filing.forms.checks import text_up_to
from portal.filing.rules.declaration import DECLARATION
from portal.web.forms import LinesField, PortalForm


class QuestionForm(PortalForm):
    """An officer's question."""

    text = LinesField(
        _("Question to the exporter"),
        [InputRequired(_("Type the question.")), text_up_to(2000, lines=40)],
    )


class ReasonForm(PortalForm):
    """Why something is refused or voided."""

    reason = LinesField(
        _("Reason"), [InputRequired(_("Give the reason.")), text_up_to(2000, lines=40)]
    )


class AnswerForm(PortalForm):
    """The exporter's answer; the declaration covers the application as it is now."""

    text = LinesField(
        _("Answer"), [InputRequired(_("Type the answer.")), text_up_to(2000, lines=40)]
    )
    declared = BooleanField(
        _("I declare again that the particulars are correct and the goods originate in India.")
    )


class SubmissionForm(PortalForm):
    """The declaration under which an application is handed in."""

    declared = BooleanField(_(DECLARATION))
