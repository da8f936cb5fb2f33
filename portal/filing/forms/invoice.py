"""The section of the invoices, the credit, and words that the buyer asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Optional

from portal.core.errors import Problem
from portal.filing.forms.checks import Dated, ask_back, text_up_to
from portal.filing.forms.section import SectionForm
from portal.filing.rules.fields import (
    check_invoice_date,
    check_invoice_number,
    check_past,
    check_reference,
    reference_may_be_aadhaar,
)
from portal.filing.rules.goods import format_minor, parse_minor
from portal.web.errors import said
from portal.web.forms import Checked, DayField, LinesField, LongSelectField, PortalForm, TextField

LONGEST_CLAUSE, CLAUSE_LINES = 600, 8


class MoreInvoicesForm(PortalForm):
    """An invoice after the first."""

    number = TextField(
        _("Invoice number"),
        [InputRequired(_("Type the invoice number.")), Checked(check_invoice_number)],
    )
    dated = DayField(
        _("Invoice date"), [InputRequired(_("Give the invoice date.")), Dated(check_invoice_date)]
    )


class InvoiceForm(SectionForm):
    """Box 10: the invoices."""

    section = "invoice"
    TICKS: ClassVar[Mapping[str, str]] = {"invoice_number": "not_aadhaar"}

    invoice_number = TextField(
        _("Invoice number"),
        [InputRequired(_("Type the invoice number.")), Checked(check_invoice_number), ask_back],
    )
    not_aadhaar = BooleanField(_("This is an invoice number, not somebody's Aadhaar number"))
    invoice_date = DayField(
        _("Invoice date"), [InputRequired(_("Give the invoice date.")), Dated(check_invoice_date)]
    )
    more_invoices = FieldList(FormField(MoreInvoicesForm), _("Further invoices"))
    currency = LongSelectField(_("Currency"), [InputRequired(_("Choose the currency."))])
    invoice_total = TextField(_("What the invoices come to"))
    incoterm = SelectField(
        _("Term of delivery"), [InputRequired(_("Choose the term of delivery."))]
    )
    credit_number = TextField(_("Number"), [Optional(), text_up_to(60), Checked(check_reference)])
    credit_date = DayField(_("Date"), [Optional(), Dated(check_past)])
    clause = LinesField(
        _("Words that the buyer or the credit asks for"),
        [text_up_to(LONGEST_CLAUSE, lines=CLAUSE_LINES)],
    )

    # Of the currencies that are offered: how many decimals each has (ISO 4217).
    exponents: Mapping[str, int] = {}

    def validate_more_invoices(self, field: FieldList) -> None:
        """Each invoice stands once."""
        known = [self.invoice_number.data or ""]
        for row in field:
            number = row.form.number.data or ""
            if number and number in known:
                row.form.number.errors = [
                    *row.form.number.errors,
                    _("This invoice stands here already. Leave it out, or correct the number."),
                ]
                raise ValidationError(_("An invoice stands here twice."))
            known.append(number)

    def validate_invoice_total(self, field: Field) -> None:
        """Read the amount in the minor unit of the currency."""
        self.total = None
        if not field.data:
            return
        found = parse_minor(field.data, self.exponents.get(self.currency.data or "", 2))
        if isinstance(found, Problem):
            raise ValidationError(said(found))
        self.total = found

    def stored(self, field: str) -> Any:
        """The total in minor units."""
        return self.total if field == "invoice_total" else super().stored(field)

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The total as somebody would have typed it."""
        total, exponent = values["invoice_total"], self.exponents.get(values["currency"], 2)
        words = "" if total is None else format_minor(total, exponent)
        return super().shown(values) | {"invoice_total": words}

    @property
    def asks_back(self) -> bool:
        """Whether the question about Aadhaar has to be shown."""
        return reference_may_be_aadhaar(self.invoice_number.data or "")

    total: int | None = None
