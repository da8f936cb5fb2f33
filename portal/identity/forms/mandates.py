"""Finding an agent, and the terms of its mandate."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectMultipleField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.money import from_rupees
from portal.identity.actions.mandates import Terms
from portal.identity.rules import check_licence, check_pan
from portal.web.forms import Checked, DayField, PortalForm, TextField, choices

SCOPES = [
    ("prepare", _("Prepare applications; your firm hands them in")),
    ("submit", _("Prepare and hand in; the fee is held from your firm's wallet")),
]
WHERE = [("all", _("At every agency")), ("some", _("Only at the agencies ticked below"))]


class FindAgentForm(PortalForm):
    """Both numbers, exactly: agents are not listed."""

    pan = TextField(_("PAN of the agent"), [InputRequired(_("Type the PAN.")), Checked(check_pan)])
    licence = TextField(
        _("Its licence number"),
        [InputRequired(_("Type the number of the licence.")), Checked(check_licence)],
    )


class MandateForm(PortalForm):
    """What the agent may do, where, for how much and how long."""

    of_pan = HiddenField()
    of_licence = HiddenField()
    scope = RadioField(
        _("What the agent may do"),
        [InputRequired(_("Choose what the agent may do."))],
        choices=choices(SCOPES),
    )
    where = RadioField(
        _("Where"), [InputRequired(_("Choose where."))], choices=choices(WHERE), default="all"
    )
    agencies = SelectMultipleField(
        _("Agencies"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    limit = TextField(
        _("At most this much of your credit, in whole rupees"),
        [
            Optional(),
            Regexp(r"^[1-9][0-9]{0,8}$", message=_("Type whole rupees in digits, such as 2000.")),
        ],
    )
    first_day = DayField(_("From"), [InputRequired(_("Give the first day of the mandate."))])
    last_day = DayField(_("Until the end of"), [Optional()])

    def validate_agencies(self, field: Field) -> None:
        """The ticks and the choice above them say the same."""
        if self.where.data == "some" and not field.data:
            raise ValidationError(_("Tick at least one agency, or choose every agency."))
        if self.where.data == "all" and field.data:
            raise ValidationError(_("You chose every agency: untick these, or choose only them."))

    def offer(self, agencies: Iterable[tuple[int, str]]) -> None:
        """The agencies to choose from, by row and name."""
        self.agencies.choices = list(agencies)

    def terms(self) -> Terms:
        """What was typed, as the act wants it."""
        return Terms(
            may_submit=self.scope.data == "submit",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            agencies=frozenset(self.agencies.data) if self.where.data == "some" else None,
            limit=from_rupees(int(self.limit.data)) if self.limit.data else None,
        )
