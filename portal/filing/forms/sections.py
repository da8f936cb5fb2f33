"""One small form a section, so that each saves by itself."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import FileField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import AnyOf, InputRequired

from portal.filing.forms.certificate import CertificateForm
from portal.filing.forms.checks import Number, text_up_to
from portal.filing.forms.consignee import ConsigneeForm
from portal.filing.forms.declaration import DeclarationForm
from portal.filing.forms.invoice import InvoiceForm
from portal.filing.forms.section import SectionForm
from portal.filing.forms.transport import TransportForm
from portal.filing.rules.goods import (
    ORIGIN_CHOICES,
    check_weights,
    parse_count,
    parse_minor,
    parse_scaled,
)
from portal.reference.rules import check_hs_shape, normal_hs
from portal.web.errors import said
from portal.web.forms import Checked, LinesField, PortalForm, TextField, choices


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


SECTION_FORMS: Mapping[str, type[SectionForm]] = {
    "certificate": CertificateForm,
    "consignee": ConsigneeForm,
    "transport": TransportForm,
    "invoice": InvoiceForm,
    "declaration": DeclarationForm,
}
