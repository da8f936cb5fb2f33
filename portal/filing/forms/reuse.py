"""What is asked when a draft begins from what was typed before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from portal.core.errors import Problem
from portal.filing.forms.checks import Dated, ask_back, text_up_to
from portal.filing.rules.fields import (
    check_departure,
    check_invoice_date,
    check_invoice_number,
    check_no_aadhaar,
    reference_may_be_aadhaar,
)
from portal.web.forms import Checked, DayField, PortalForm, TextField, choices

FRESH = ("invoice_number", "invoice_date", "vessel", "departs_on")


class AgainForm(PortalForm):
    """Where to hand the new application in, and what is new of it as far as it is known."""

    office = SelectField(
        _("Agency and office"), [InputRequired(_("Choose the office that shall issue."))]
    )
    invoice_number = TextField(
        _("Invoice number"), [Optional(), Checked(check_invoice_number), ask_back]
    )
    not_aadhaar = BooleanField(_("This is an invoice number, not somebody's Aadhaar number"))
    invoice_date = DayField(_("Invoice date"), [Optional(), Dated(check_invoice_date)])
    vessel = TextField(_("Vessel, flight or vehicle"), [text_up_to(120)])
    departs_on = DayField(_("Departure on or about"), [Optional(), Dated(check_departure)])
    same_credit = BooleanField(_("It is the same letter of credit"))

    @property
    def asks_back(self) -> bool:
        """Whether the question about Aadhaar has to be shown."""
        return reference_may_be_aadhaar(self.invoice_number.data or "")

    @property
    def instead_fields(self) -> list[SelectField]:
        """The choice of a successor for each tariff code that has ended."""
        return [field for field in self if field.name.startswith("instead_")]

    def fresh(self) -> dict[str, Any]:
        """What was typed of the new shipment; what was left empty is a gap of the draft."""
        return {name: self[name].data for name in FRESH if self[name].data}

    def instead(self) -> dict[str, str]:
        """Which code takes the place of which ended one."""
        chosen = {f.name.removeprefix("instead_"): f.data for f in self.instead_fields}
        return {code: after for code, after in chosen.items() if after}


class TemplateForm(PortalForm):
    """The name of a template."""

    name = TextField(
        _("Name of the template"),
        [
            InputRequired(_("Name the template, such as: rice to Mombasa.")),
            Length(max=160),
            Checked(check_no_aadhaar),
        ],
    )


def again_form(ended: Mapping[str, Problem]) -> type[AgainForm]:
    """The form with a choice for each ended code of which successors are known."""
    fields = {
        f"instead_{code}": SelectField(
            _("Instead of %(code)s", code=code),
            default="",
            choices=choices(
                [(after, after) for after in str(problem.values["successors"]).split(", ")],
                gettext("I choose later, in the line itself"),
            ),
        )
        for code, problem in ended.items()
        if problem.values.get("successors")
    }
    return type("AgainForm", (AgainForm,), fields)
