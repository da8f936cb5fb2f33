"""The section of the declaration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from portal.filing.forms.checks import text_up_to
from portal.filing.forms.section import SectionForm
from portal.identity.rules import check_person_name
from portal.web.forms import Checked, TextField


class DeclarationForm(SectionForm):
    """Box 12: who declares, and where."""

    section = "declaration"

    signatory = TextField(
        _("Name of the signatory"),
        [
            InputRequired(_("Type the signatory's name.")),
            text_up_to(120),
            Checked(check_person_name),
        ],
    )
    signatory_designation = TextField(
        _("Designation"),
        [InputRequired(_("Type the designation, such as Proprietor.")), text_up_to(80)],
    )
    declaration_place = TextField(
        _("Place"), [InputRequired(_("Type the place of the declaration.")), text_up_to(80)]
    )
