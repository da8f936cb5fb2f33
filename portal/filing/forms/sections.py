"""One small form a section, so that each saves by itself."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    ValidationError,
)
from wtforms.fields.core import Field
from wtforms.validators import AnyOf, InputRequired, Optional

from portal.core import clock
from portal.filing.forms.checks import Number, text_up_to
from portal.filing.rules.fields import (
    check_invoice_date,
    check_invoice_number,
    check_no_aadhaar,
    reference_may_be_aadhaar,
)
from portal.filing.rules.goods import (
    ORIGIN_CHOICES,
    check_weights,
    parse_count,
    parse_minor,
    parse_scaled,
)
from portal.identity.rules import check_person_name
from portal.reference.rules import check_hs_shape, normal_hs
from portal.web.errors import said
from portal.web.forms import Checked, LinesField, LongSelectField, PortalForm, TextField, choices

CHOOSE = ("", _("Choose…"))
MODES = [
    ("sea", _("Sea")),
    ("air", _("Air")),
    ("road", _("Road")),
    ("rail", _("Rail")),
    ("post", _("Post or courier")),
]


class StartForm(PortalForm):
    """Where to hand the application in."""

    office = SelectField(
        _("Agency and office"), [InputRequired(_("Choose the office that shall issue."))]
    )


class ConsigneeForm(PortalForm):
    """Box 2: to whom the goods go."""

    consignee_name = TextField(
        _("Name"),
        [
            InputRequired(_("Type the consignee's name.")),
            text_up_to(160),
            Checked(check_no_aadhaar),
        ],
    )
    consignee_address = LinesField(
        _("Address"), [InputRequired(_("Type the address.")), text_up_to(400, lines=5)]
    )
    consignee_country = LongSelectField(
        _("Country"), [InputRequired(_("Choose the consignee's country."))]
    )


class TransportForm(PortalForm):
    """Box 3: means of transport and route, as far as known."""

    transport_mode = RadioField(
        _("Mode of transport"),
        [InputRequired(_("Choose how the goods travel."))],
        choices=choices(MODES),
    )
    vessel = TextField(_("Vessel, flight or vehicle"), [text_up_to(120)])
    departs_on = DateField(
        _("Departure on or about"), [Optional()], description=_("Day, month and year")
    )
    port_of_loading = LongSelectField(
        _("Port or station of loading"), [InputRequired(_("Choose where the goods leave India."))]
    )
    port_of_discharge = TextField(
        _("Port of discharge"),
        [InputRequired(_("Type the port where the goods are unloaded.")), text_up_to(120)],
    )
    destination_country = LongSelectField(
        _("Country of destination"), [InputRequired(_("Choose the importing country."))]
    )

    def validate_departs_on(self, field: DateField) -> None:
        """A departure lies in a sensible time."""
        if field.data and not 2000 <= field.data.year <= clock.today().year + 2:
            raise ValidationError(_("Check the year of the departure."))


class InvoiceForm(PortalForm):
    """Box 10: the invoice."""

    invoice_number = TextField(
        _("Invoice number"),
        [InputRequired(_("Type the invoice number.")), Checked(check_invoice_number)],
    )
    not_aadhaar = BooleanField(_("This is an invoice number, not somebody's Aadhaar number"))
    invoice_date = DateField(_("Invoice date"), [InputRequired(_("Give the invoice date."))])
    currency = LongSelectField(_("Currency"), [InputRequired(_("Choose the currency."))])
    incoterm = SelectField(_("Term of delivery"), [InputRequired(_("Choose the Incoterm."))])

    def validate_invoice_number(self, field: TextField) -> None:
        """Ask back once if the number looks like an Aadhaar number."""
        if reference_may_be_aadhaar(field.data or "") and not self.not_aadhaar.data:
            raise ValidationError(
                _(
                    "This could be an Aadhaar number, which must never be entered here. "
                    "If it is the invoice number, tick the box below the field."
                )
            )

    def validate_invoice_date(self, field: DateField) -> None:
        """Not in the future, and not by a slip in another century."""
        problem = check_invoice_date(field.data, clock.today()) if field.data else None
        if problem is not None:
            raise ValidationError(said(problem))

    @property
    def asks_back(self) -> bool:
        """Whether the question about Aadhaar has to be shown."""
        return reference_may_be_aadhaar(self.invoice_number.data or "")


class DeclarationForm(PortalForm):
    """Box 12: who declares, and where."""

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


class LineForm(PortalForm):
    """One goods line, boxes 6 to 9."""

    hs_code = TextField(
        _("ITC(HS) code"),
        [InputRequired(_("Type the eight digits.")), Checked(check_hs_shape)],
    )
    description = LinesField(
        _("Description of the goods, as on the invoice"),
        [InputRequired(_("Describe the goods.")), text_up_to(1000, lines=20)],
    )
    marks = LinesField(_("Marks and numbers of packages"), [text_up_to(300, lines=10)])
    packages = TextField(
        _("Number of packages"),
        [InputRequired(_("How many packages?")), Number(parse_count)],
    )
    package_kind = TextField(
        _("Kind of packages"),
        [InputRequired(_("Such as cartons, jute bags, pallets.")), text_up_to(40)],
    )
    quantity = TextField(
        _("Quantity"), [InputRequired(_("Type the quantity.")), Number(parse_scaled)]
    )
    unit = SelectField(_("Unit"), [InputRequired(_("Choose the unit."))])
    gross_weight = TextField(
        _("Gross weight in kg"), [InputRequired(_("Type the weight.")), Number(parse_scaled)]
    )
    net_weight = TextField(
        _("Net weight in kg"), [InputRequired(_("Type the weight.")), Number(parse_scaled)]
    )
    fob = TextField(
        _("FOB value"), [InputRequired(_("Type the value.")), Number(lambda text: text)]
    )
    criterion = RadioField(
        _("Why the goods originate in India"),
        [InputRequired(_("Choose what fits."))],
        choices=choices((value, _(words)) for value, words in ORIGIN_CHOICES),
    )
    exponent = 2

    def validate_fob(self, field: Field) -> None:
        """Read the value in the minor unit of the invoice's currency."""
        Number(lambda text: parse_minor(text, self.exponent), above_zero=False)(self, field)

    def validate_net_weight(self, field: Field) -> None:
        """The net weight is not above the gross weight."""
        gross = getattr(self.gross_weight, "parsed", None)
        if gross is not None and hasattr(field, "parsed"):
            problem = check_weights(gross, field.parsed)
            if problem is not None:
                raise ValidationError(said(problem))

    def facts(self) -> dict[str, object]:
        """The line as it is stored."""
        parsed = {
            name: self[name].parsed
            for name in ("packages", "quantity", "gross_weight", "net_weight")
        }
        plain = {n: self[n].data for n in ("description", "marks", "package_kind", "unit")}
        return {
            **parsed,
            **plain,
            "hs_code": normal_hs(self.hs_code.data or ""),
            "fob_minor": self.fob.parsed,
            "criterion": self.criterion.data,
        }


class DocumentForm(PortalForm):
    """One document as PDF."""

    kind = HiddenField(validators=[AnyOf(("invoice", "packing_list"))])
    file = FileField(_("PDF, 5 MB at most"))


SECTION_FORMS: Mapping[str, type[PortalForm]] = {
    "consignee": ConsigneeForm,
    "transport": TransportForm,
    "invoice": InvoiceForm,
    "declaration": DeclarationForm,
}
