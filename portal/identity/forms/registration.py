"""The forms by which somebody gets an account, and gets back into it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, PasswordField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length

from portal.identity.rules import check_email, check_mobile, check_password, check_person_name
from portal.web.errors import said
from portal.web.forms import Checked, PortalForm, TextField


def password_field() -> PasswordField:
    """A new password: each form says for itself where it stands among the others."""
    return PasswordField(
        _("Password, twelve characters or more"),
        [InputRequired(_("Think of a password.")), Length(max=256), _hard_to_guess],
    )


def _hard_to_guess(form: Form, field: Field) -> None:
    """Refuse what others try first, and what holds the name of the form's own e-mail."""
    problem = check_password(field.data or "", str(form.data.get("email") or ""))
    if problem is not None:
        raise ValidationError(said(problem))


class NewPassword(PortalForm):
    """Another password, and nothing else."""

    password = password_field()


class RegisterForm(PortalForm):
    """Who somebody is and how they are reached."""

    name = TextField(
        _("Your name"), [InputRequired(_("Type your name.")), Checked(check_person_name)]
    )
    email = TextField(
        _("E-mail"), [InputRequired(_("Type your e-mail address.")), Checked(check_email)]
    )
    mobile = TextField(
        _("Mobile number"),
        [InputRequired(_("Type your mobile number.")), Checked(check_mobile)],
    )
    password = password_field()
    privacy = BooleanField(
        _("I have read the privacy statement"),
        [InputRequired(_("Read the privacy statement and tick this."))],
    )


class CodesForm(PortalForm):
    """The code from the letter and the one from the text message."""

    email_code = TextField(
        _("Code from the e-mail"), [InputRequired(_("Type the six digits.")), Length(max=12)]
    )
    mobile_code = TextField(
        _("Code from the text message"), [InputRequired(_("Type the six digits.")), Length(max=12)]
    )


class CodeForm(PortalForm):
    """One code."""

    code = TextField(_("Code"), [InputRequired(_("Type the code.")), Length(max=20)])


class ResetForm(PortalForm):
    """To whom a link shall go."""

    email = TextField(
        _("E-mail"), [InputRequired(_("Type your e-mail address.")), Checked(check_email)]
    )


class JoinForm(PortalForm):
    """An account for somebody whose e-mail an invitation has proven."""

    name = TextField(
        _("Your name"), [InputRequired(_("Type your name.")), Checked(check_person_name)]
    )
    mobile = TextField(
        _("Mobile number"),
        [InputRequired(_("Type your mobile number.")), Checked(check_mobile)],
    )
    password = password_field()
    privacy = BooleanField(
        _("I have read the privacy statement"),
        [InputRequired(_("Read the privacy statement and tick this."))],
    )
