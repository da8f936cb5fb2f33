"""The forms of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from portal.identity.forms.registration import password_field
from portal.identity.rules import check_mobile, check_person_name
from portal.web.forms import Checked, PortalForm, TextField


class AccountForm(PortalForm):
    """What may be corrected by oneself; another e-mail needs another account."""

    name = TextField(
        _("Your name"), [InputRequired(_("Type your name.")), Checked(check_person_name)]
    )
    mobile = TextField(
        _("Mobile number"),
        [InputRequired(_("Type your mobile number.")), Checked(check_mobile)],
    )


class PasswordForm(PortalForm):
    """The present password and another."""

    present = PasswordField(
        _("Present password"), [InputRequired(_("Type your present password.")), Length(max=256)]
    )
    password = password_field()


class FactorForm(PortalForm):
    """A code of the app that has just been given the secret (kept sealed in the form)."""

    sealed = HiddenField()
    code = TextField(
        _("The six digits that the app shows"),
        [InputRequired(_("Type the six digits.")), Length(max=12)],
    )
