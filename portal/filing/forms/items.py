"""The form of a goods line that an e-invoice or the product book fills in part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.filing.forms.checks import Number, text_up_to
from portal.filing.forms.goods import LATER_WORDS, FiguresForm
from portal.filing.rules.goods import ORIGIN_CHOICES, parse_count, parse_scaled
from portal.reference.rules import check_hs_shape, normal_hs
from portal.web.forms import Checked, LinesField, PortalForm, TextField, choices

ASKED = ("packages", "gross_weight", "net_weight")
ORIGIN = ("operations", "processing", "producer", "producer_name", "producer_address")


class KeepForm(PortalForm):
    """Which lines of a draft are kept in the product book."""

    lines = SelectMultipleField(
        _("Keep in the product book"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_lines(self, field: Field) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(_("Tick what shall be kept."))


class ItemForm(FiguresForm):
    """A line that is known in part, with what only the exporter knows: packages, weights."""

    hs_choice = SelectField(_("ITC(HS) code"), default="")
    hs_code = TextField(_("ITC(HS) code"))
    description = LinesField(
        _("Description of the goods"),
        [InputRequired(_("Describe the goods.")), text_up_to(1000, lines=20)],
    )
    quantity = TextField(
        _("Quantity"), [InputRequired(_("Type the quantity.")), Number(parse_scaled)]
    )
    unit = SelectField(_("Unit"), [InputRequired(_("Choose the unit."))])
    fob = TextField(
        _("FOB value"), [InputRequired(_("Type the FOB value.")), Number(lambda text: text)]
    )
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
    gross_weight = TextField(
        _("Gross weight in kg"), [InputRequired(_("Type the gross weight.")), Number(parse_scaled)]
    )
    net_weight = TextField(
        _("Net weight in kg"), [InputRequired(_("Type the net weight.")), Number(parse_scaled)]
    )
    criterion = SelectField(
        _("Why the goods originate in India"),
        choices=choices(((value, _(words)) for value, words in ORIGIN_CHOICES), _(LATER_WORDS)),
        default="",
    )

    def fit(self, exponent: int, units: Any, codes: Any = (), *, is_foreign: bool) -> None:
        """Make it the form of one application: its currency, and whose goods they are.

        `codes` are the eight-digit ones to choose from; goods of another country claim no origin.
        """
        self.exponent, self.unit.choices, self.hs_choice.choices = exponent, units, codes
        if is_foreign:
            del self.criterion

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was typed of what only the exporter knows, so that the line waits."""
        return not any(self[name].data for name in ASKED)

    @property
    def code(self) -> str:
        """The code that was chosen, or typed."""
        return self.hs_choice.data or normal_hs(self.hs_code.data or "")

    def validate_hs_code(self, field: Field) -> None:
        """Eight digits, chosen or typed."""
        if not self.hs_choice.data:
            Checked(check_hs_shape)(self, field)

    def facts(self, product: Mapping[str, Any]) -> dict[str, Any]:
        """The line as it is stored, with the origin answers of the product that it is."""
        figures = ("quantity", "packages", "gross_weight", "net_weight")
        plain = ("description", "unit", "package_kind")
        criterion = self.criterion.data or "" if "criterion" in self else ""
        same = bool(criterion) and product.get("criterion") == criterion
        return {
            **{name: product[name] for name in ORIGIN if same and product.get(name)},
            "inputs": json.loads(product.get("inputs", "[]")) if same else (),
            **{name: self[name].parsed for name in figures},
            **{name: self[name].data for name in plain},
            "criterion": criterion,
            "hs_code": self.code,
            "fob_minor": self.fob.parsed,
            "marks": "",
        }


def item_form(sent: Any, key: object, typed: Mapping[str, Any]) -> ItemForm:
    """The form of one line, with names of its own; `sent` is what came with a POST."""
    return ItemForm(sent, prefix=f"line{key}-", data=dict(typed))
