"""The forms about who looks after an agency."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from portal.agencies.rules import check_code
from portal.web.forms import Checked, LinesField, PortalForm, TextField, choices


class RegistrationForm(PortalForm):
    """Somebody asks to look after an agency; the choices are those that may come on board."""

    agency = SelectField(_("Agency"), [InputRequired(_("Choose the agency."))])
    role = RadioField(
        _("Role"), choices=choices([("administrator", _("administrator"))]), default="administrator"
    )
    file = FileField(_("Letter of the agency that authorises you: PDF or photo"))


class ApprovalForm(PortalForm):
    """The directorate lets somebody in; the code where the agency has none yet."""

    code = TextField(_("Code of the agency"), [Optional(), Checked(check_code)])


class SendBackForm(PortalForm):
    """The directorate sends a registration back."""

    reason = LinesField(
        _("Why it goes back"), [InputRequired(_("Say why: the person reads it.")), Length(max=1000)]
    )
