"""The forms of uploads: one for each kind that is asked for, one for any other paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, MultipleFileField, SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import AnyOf, InputRequired

from portal.documents.rules import KIND_LABELS, DocumentKind
from portal.filing.forms.checks import text_up_to
from portal.filing.rules.fields import check_no_aadhaar
from portal.web.forms import Checked, PortalForm, TextField, choices

MAX_TITLE_LENGTH = 80


class DocumentForm(PortalForm):
    """One document: a PDF, or photos that become its pages."""

    kind = HiddenField(validators=[AnyOf([kind.value for kind in DocumentKind])])
    file = MultipleFileField(_("PDF or photos, 5 MB each at most"))


class AnotherForm(PortalForm):
    """A document of a kind that the person chooses; others bear a title."""

    kind = SelectField(
        _("What it is"),
        [InputRequired(_("Choose what it is."))],
        choices=choices(
            ((kind.value, _(words)) for kind, words in KIND_LABELS.items()), _("Choose…")
        ),
    )
    title = TextField(
        _("Title, for another document"),
        [text_up_to(MAX_TITLE_LENGTH), Checked(check_no_aadhaar)],
    )
    file = MultipleFileField(_("PDF or photos, 5 MB each at most"))

    def validate_title(self, field: Field) -> None:
        """What no kind names has to have a name."""
        if self.kind.data == DocumentKind.OTHER and not field.data:
            raise ValidationError(_("Type what it is, such as Fumigation certificate."))
