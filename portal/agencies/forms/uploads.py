"""The forms for a list of offices, and for one row of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField

from portal.agencies.rules import GST_CODES
from portal.agencies.uploading import ROLES
from portal.web.forms import PortalForm, TextField, choices


class UploadForm(PortalForm):
    """A list as CSV or XLSX."""

    file = FileField(_("CSV or XLSX, 2 MB and 500 rows at most"))


class RowForm(PortalForm):
    """One row to put right; its meaning is judged by the list's own rules."""

    office_code = TextField(_("Code of the office"))
    office_name = TextField(_("Name of the office"))
    address = TextField(_("Address"))
    city = TextField(_("City"))
    state = SelectField(
        _("State or union territory"),
        choices=choices([(s, s) for s in GST_CODES], "…"),
        validate_choice=False,
    )
    gstin = TextField(_("GSTIN in that state"))
    email = TextField(_("E-mail of the office"))
    phone = TextField(_("Phone"))
    officer_email = TextField(_("E-mail of the officer"))
    officer_name = TextField(_("Name of the officer"))
    officer_role = SelectField(
        _("Role"), choices=choices([(role, role) for role in ROLES], "…"), validate_choice=False
    )
    officer_designation = TextField(_("Designation"))
