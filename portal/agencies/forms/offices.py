"""The forms of an office."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.agencies.rules import GST_CODES, SealsWith, check_code, check_gstin_state
from portal.identity.rules import check_email, check_gstin, normal_code
from portal.web.errors import said
from portal.web.forms import Checked, DayField, LinesField, PortalForm, TextField, choices

PHONE = Regexp(r"^(\+?[0-9][0-9 -]{6,18})?$", message=_("Type digits, such as +91 11 5550 0100."))


class OfficeForm(PortalForm):
    """An office as files, certificates and exporters name it."""

    code = TextField(_("Code"), [InputRequired(_("Type the code.")), Checked(check_code)])
    name = TextField(_("Name"), [InputRequired(_("Type the name.")), Length(max=120)])
    address = LinesField(_("Address"), [InputRequired(_("Type the address.")), Length(max=300)])
    city = TextField(_("City"), [InputRequired(_("Type the city.")), Length(max=80)])
    state = SelectField(
        _("State or union territory"),
        [InputRequired(_("Choose the state."))],
        choices=choices([(s, s) for s in GST_CODES], "…"),
    )
    gstin = TextField(_("GSTIN in that state"), [Optional(), Checked(check_gstin)])
    email = TextField(_("E-mail"), [Optional(), Checked(check_email)])
    phone = TextField(_("Phone"), [PHONE])

    def validate_gstin(self, field: Field) -> None:
        """The GSTIN belongs to the state."""
        if field.data and not field.errors and self.state.data:
            problem = check_gstin_state(normal_code(field.data), self.state.data)
            if problem is not None:
                raise ValidationError(said(problem))

    def facts(self) -> dict[str, Any]:
        """What is stored."""
        texts = {name: value or "" for name, value in self.data.items()}
        return {**texts, "gstin": normal_code(texts["gstin"])}


class AwayForm(PortalForm):
    """From which day an office that is away takes files again; empty: it is back."""

    until = DayField(_("Back on"), [Optional()])


class SealsWithForm(PortalForm):
    """Whose key decisions are signed by."""

    seals_with = SelectField(
        _("Certificates are sealed by"),
        choices=choices(
            [
                (SealsWith.OFFICE_KEY.value, _("the office's key")),
                (SealsWith.SIGNED_DECISION.value, _("the office's key, once the officer signed")),
                (SealsWith.OFFICER_TOKEN.value, _("the officers' own tokens")),
            ]
        ),
    )
