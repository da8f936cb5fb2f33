"""Sending an e-invoice, choosing what is taken of it, and completing its lines."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.forms import LinesField, PortalForm, TextField


class EinvoiceForm(PortalForm):
    """The JSON of an e-invoice, as a file or as text."""

    file = FileField(_("JSON file, 1 MB at most"))
    text = LinesField(_("Or paste the JSON here"))
    which = TextField(_("Number of the invoice, if the file holds several"))


class BeginForm(EinvoiceForm):
    """The same, with the office of a new application."""

    office = SelectField(
        _("Agency and office"), [InputRequired(_("Choose the office that shall issue."))]
    )


class PartsForm(PortalForm):
    """Which parts of an e-invoice are taken into the draft."""

    parts = SelectMultipleField(
        _("Take into the draft"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_parts(self, field: Field) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(_("Tick what shall be taken."))


class LinesForm(PortalForm):
    """What stands on top of several lines, such as why they were not taken."""
