"""The directorate's form for a line of the tariff that ends."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length

from portal.core.errors import Problem
from portal.reference.rules import CERTAINTIES, CERTAINTY_WORDS, read_successors
from portal.web.errors import said
from portal.web.forms import DayField, LinesField, PortalForm, TextField, choices


class ReplacementForm(PortalForm):
    """When a line ends, what takes its place, and where that is written."""

    last_day = DayField(
        _("Last day on which it holds"), [InputRequired(_("Give the last day of the code."))]
    )
    successors = LinesField(_("What takes its place, one code a line"), [Length(max=8000)])
    source = TextField(
        _("Notice or notification that says so"),
        [InputRequired(_("Name the notice or notification.")), Length(max=200)],
    )
    certainty = SelectField(
        _("How sure we are"),
        choices=choices([(c, _(CERTAINTY_WORDS[c])) for c in reversed(CERTAINTIES) if c]),
    )
    why = LinesField(_("Why"), [InputRequired(_("Say why.")), Length(max=1000)])
    read: list[tuple[str, str]]

    def validate_successors(self, field: Field) -> None:
        """Read the lines."""
        found = read_successors(field.data or "")
        if isinstance(found, Problem):
            raise ValidationError(said(found))
        self.read = found
