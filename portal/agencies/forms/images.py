"""The form of a stamp or signature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField
from wtforms.validators import InputRequired

from portal.web.forms import PortalForm


class ImageForm(PortalForm):
    """A picture and what it is for; the choices are the agency's own offices and officers."""

    what = SelectField(_("What it is"), [InputRequired(_("Choose what it is."))])
    file = FileField(_("Picture, PNG or JPEG"))
