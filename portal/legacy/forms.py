"""The directorate's upload of a register."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField

from portal.web.forms import PortalForm


class ImportForm(PortalForm):
    """A CSV file of eCoO 1.0."""

    file = FileField(_("CSV file, 5 MB at most; larger ones by flask import legacy"))
