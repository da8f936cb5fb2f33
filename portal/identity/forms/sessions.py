"""The sign-in form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from portal.web.forms import PortalForm, TextField


class SignInForm(PortalForm):
    """E-mail and password."""

    email = TextField(_("E-mail"), [InputRequired(_("Type your e-mail address.")), Length(max=254)])
    password = PasswordField(
        _("Password"), [InputRequired(_("Type your password.")), Length(max=256)]
    )
    next = HiddenField()
