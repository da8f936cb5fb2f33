"""The form of a Shipping Bill."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, ValidationError
from wtforms.validators import InputRequired

from portal.filing.forms.checks import Dated
from portal.filing.rules.fields import check_past
from portal.filing.rules.shipping_bill import (
    bill_invoices,
    check_bill_invoices,
    check_bill_number,
    perhaps_aadhaar,
)
from portal.web.forms import Checked, DayField, LinesField, LongSelectField, PortalForm, TextField


class ShippingBillForm(PortalForm):
    """Number, date and port of a Shipping Bill, and the invoice numbers on it."""

    number = TextField(
        _("Number of the Shipping Bill"),
        [InputRequired(_("Type the number.")), Checked(check_bill_number)],
    )
    dated = DayField(
        _("Date"), [InputRequired(_("Give the date of the Shipping Bill.")), Dated(check_past)]
    )
    port = LongSelectField(_("Port of the Shipping Bill"), [InputRequired(_("Choose the port."))])
    invoices = LinesField(
        _("Invoice numbers on it"),
        [
            InputRequired(_("Type the invoice numbers on the Shipping Bill, one a line.")),
            Checked(check_bill_invoices),
        ],
    )
    not_aadhaar = BooleanField(_("These are invoice numbers, not somebody's Aadhaar number"))
    own_numbers: frozenset[str] = frozenset()

    def validate_invoices(self, field: LinesField) -> None:
        """Ask back once if a number that the application doesn't have looks like an Aadhaar."""
        if self.asks_back and not self.not_aadhaar.data:
            raise ValidationError(
                _(
                    "One of these could be an Aadhaar number, which must never be entered here. "
                    "If they are invoice numbers, tick the box below the field."
                )
            )

    @property
    def asks_back(self) -> bool:
        """Whether the question about Aadhaar has to be shown."""
        return bool(set(perhaps_aadhaar(self.invoices.data or "")) - self.own_numbers)

    def facts(self) -> dict[str, object]:
        """The Shipping Bill as it is kept."""
        plain = {"number": self.number.data, "dated": self.dated.data, "port": self.port.data}
        return {**plain, "invoices": bill_invoices(self.invoices.data or "")}
