"""The form of one goods line, and the small ones beside it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Optional

from portal.core.words import N_
from portal.filing.forms.checks import Number, text_up_to
from portal.filing.rules.fields import check_no_aadhaar
from portal.filing.rules.goods import (
    ORIGIN_CHOICES,
    check_weights,
    parse_count,
    parse_minor,
    parse_scaled,
)
from portal.filing.rules.kinds import PRODUCER_LABELS, Producer
from portal.reference.rules import check_hs_shape, normal_hs
from portal.web.errors import said
from portal.web.forms import (
    Checked,
    LinesField,
    LongSelectField,
    PortalForm,
    TextField,
    choices,
)

# Said of a line whose origin is stated afterwards, for several lines together.
LATER = "later"
LATER_WORDS = N_("I will say it later, for several lines together")


class CodesForm(PortalForm):
    """Tariff codes that fit what was typed, to choose one of them."""

    hs_found = RadioField(_("Codes that fit"), [Optional()], choices=[], validate_choice=False)


class MoveForm(PortalForm):
    """Where a goods line shall stand."""

    to = TextField(_("Move to line"), [InputRequired(_("Type the number of a line."))])

    def validate_to(self, field: TextField) -> None:
        """A whole number from 1."""
        Number(parse_count)(self, field)


class FiguresForm(PortalForm):
    """What holds for the figures of every goods line; `exponent` counts the currency's decimals."""

    exponent = 2
    gross_weight: TextField

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


class LineForm(CodesForm, FiguresForm):
    """One goods line, boxes 6 to 9."""

    # What the line was when it was shown, the key of the form, and the line it is made after.
    seen, once, like = HiddenField(), HiddenField(), HiddenField()
    hs_code = TextField(
        _("ITC(HS) code"),
        [InputRequired(_("Type the eight digits of the ITC(HS) code.")), Checked(check_hs_shape)],
    )
    description = LinesField(
        _("Description of the goods, as on the invoice"),
        [InputRequired(_("Describe the goods.")), text_up_to(1000, lines=20)],
    )
    marks = LinesField(_("Marks and numbers of packages"), [text_up_to(300, lines=10)])
    packages = TextField(
        _("Number of packages"),
        [InputRequired(_("Type the number of packages.")), Number(parse_count)],
    )
    package_kind = TextField(
        _("Kind of packages"),
        [
            InputRequired(_("Type the kind of packages, such as cartons, jute bags or pallets.")),
            text_up_to(40),
        ],
    )
    quantity = TextField(
        _("Quantity"), [InputRequired(_("Type the quantity.")), Number(parse_scaled)]
    )
    unit = LongSelectField(_("Unit"), [InputRequired(_("Choose the unit."))])
    gross_weight = TextField(
        _("Gross weight in kg"), [InputRequired(_("Type the gross weight.")), Number(parse_scaled)]
    )
    net_weight = TextField(
        _("Net weight in kg"), [InputRequired(_("Type the net weight.")), Number(parse_scaled)]
    )
    fob = TextField(_("FOB value"), [InputRequired(_("Type the FOB value."))])
    invoice = SelectField(_("Invoice of this line"), [Optional()])
    producer = RadioField(
        _("Who made the goods"),
        [Optional()],
        choices=choices((value.value, _(words)) for value, words in PRODUCER_LABELS.items()),
        default=Producer.SAME.value,
    )
    producer_name = TextField(
        _("Name of the producer"), [text_up_to(160), Checked(check_no_aadhaar)]
    )
    producer_address = LinesField(_("Address of the producer"), [text_up_to(400, lines=5)])
    criterion = RadioField(
        _("Why the goods originate in India"),
        [InputRequired(_("Choose why the goods originate in India."))],
        choices=choices(
            (value, _(words)) for value, words in (*ORIGIN_CHOICES, (LATER, LATER_WORDS))
        ),
    )

    def fit(self, exponent: int, units: Any, invoices: list[str], *, is_foreign: bool) -> None:
        """Make it the form of one application: its currency, invoices, and whose goods they are.

        A code chosen from the list stands for words or fewer digits that were typed.
        """
        self.exponent, self.unit.choices = exponent, units
        self.invoice.choices = choices([("0", _("All invoices")), *enumerated(invoices)])
        if len(invoices) < 2:
            del self.invoice
        if is_foreign:
            del self.criterion
        typed = self.hs_code.data or ""
        if self.hs_found.data and check_hs_shape(typed) is not None:
            self.hs_code.data = self.hs_found.data
            self.hs_code.raw_data = [self.hs_found.data]

    def validate_producer_name(self, field: Field) -> None:
        """Another producer has a name."""
        if self.producer.data == Producer.OTHER and not field.data:
            raise ValidationError(gettext("Type the producer's name."))

    def validate_producer_address(self, field: Field) -> None:
        """Another producer has an address."""
        if self.producer.data == Producer.OTHER and not field.data:
            raise ValidationError(gettext("Type the producer's address."))

    @property
    def after(self) -> int:
        """The line after which this one is put, as another like it; 0 for the end."""
        typed = self.like.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    def facts(self) -> dict[str, Any]:
        """The line as it is stored."""
        parsed = {
            name: self[name].parsed
            for name in ("packages", "quantity", "gross_weight", "net_weight")
        }
        plain = {n: self[n].data for n in ("description", "marks", "package_kind", "unit")}
        criterion = self.criterion.data if "criterion" in self else ""
        return {
            **parsed,
            **plain,
            **self._producer(),
            **({"invoice": int(self.invoice.data or 0)} if "invoice" in self else {}),
            "hs_code": normal_hs(self.hs_code.data or ""),
            "fob_minor": self.fob.parsed,
            "criterion": "" if criterion == LATER else criterion,
        }

    def _producer(self) -> dict[str, object]:
        """Who made the goods; only another producer is named."""
        kind = Producer(self.producer.data or Producer.SAME)
        is_named = kind is Producer.OTHER
        return {
            "producer": kind,
            "producer_name": self.producer_name.data if is_named else "",
            "producer_address": self.producer_address.data if is_named else "",
        }


def enumerated(invoices: list[str]) -> list[tuple[str, str]]:
    """Invoices as (number in the order of box 10, what is printed on it)."""
    return [(str(place), number) for place, number in enumerate(invoices, 1)]
