"""The reason for voiding a number."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length

from portal.web.forms import LinesField, PortalForm


class VoidForm(PortalForm):
    """Why a number is voided; it stays in the register."""

    reason = LinesField(
        _("Reason"), [InputRequired(_("Say why the number is voided.")), Length(max=500)]
    )
