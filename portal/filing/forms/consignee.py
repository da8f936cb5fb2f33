"""The section of the parties abroad: consignee, notify party, who invoices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from portal.filing.forms.checks import text_up_to
from portal.filing.forms.section import SectionForm
from portal.filing.rules.fields import check_no_aadhaar, is_to_order
from portal.web.forms import Checked, LinesField, LongSelectField, TextField


class ConsigneeForm(SectionForm):
    """Box 2: to whom the goods go; a bank's order is a name like any other."""

    section = "consignee"

    consignee_name = TextField(
        _("Name"),
        [
            InputRequired(_("Type the consignee's name.")),
            text_up_to(160),
            Checked(check_no_aadhaar),
        ],
    )
    consignee_address = LinesField(_("Address"), [text_up_to(400, lines=5)])
    consignee_country = LongSelectField(
        _("Country"), [InputRequired(_("Choose the consignee's country."))]
    )
    notify_name = TextField(_("Name"), [text_up_to(160), Checked(check_no_aadhaar)])
    notify_address = LinesField(_("Address"), [text_up_to(400, lines=5)])
    notify_country = LongSelectField(_("Country"))
    invoicing_name = TextField(_("Name"), [text_up_to(160), Checked(check_no_aadhaar)])
    invoicing_country = LongSelectField(_("Country"))

    def validate_consignee_address(self, field: LinesField) -> None:
        """Asked for, unless the goods go to somebody's order, who may have no address."""
        if not is_to_order(self.consignee_name.data or ""):
            InputRequired(_("Type the address."))(self, field)
