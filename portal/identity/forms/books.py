"""One form for each of a firm's books."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length

from portal.core.errors import Problem
from portal.core.printable import hidden, name_of, unprintable
from portal.core.words import N_
from portal.identity.lists import STATES
from portal.identity.rules import check_person_name, check_pin, holds_aadhaar, normal_code
from portal.identity.rules.products import (
    MOST_INPUTS,
    ORIGINS,
    PRODUCERS,
    WITH_INPUTS,
    Input,
    check_producer,
    read_inputs,
    written_inputs,
)
from portal.reference.rules import check_hs_shape, normal_hs
from portal.web.errors import said
from portal.web.forms import Checked, LinesField, PortalForm, TextField, choices

UNPRINTABLE = Problem(
    "unprintable",
    N_("The certificate can't print these characters: %(names)s. Write them in Latin letters."),
)
AADHAAR = Problem(
    "looks_like_aadhaar",
    N_("A number here looks like an Aadhaar number, which is never kept here. Leave it out."),
)


class Printed:
    """Text that a certificate can print, so that no book offers what a draft would refuse."""

    def __init__(self, lines: int = 1) -> None:
        self.lines = lines

    def __call__(self, form: Form, field: Field) -> None:
        """Raise what can't be printed, or what should not be kept."""
        text = field.data or ""
        wrong = dict.fromkeys(hidden(text) + unprintable(text))
        if wrong:
            named = {"names": ", ".join(map(name_of, wrong))}
            raise ValidationError(said(Problem(UNPRINTABLE.code, UNPRINTABLE.text, named)))
        if text.count("\n") >= self.lines:
            raise ValidationError(_("At most %(most)s lines fit.", most=self.lines))
        if holds_aadhaar(text):
            raise ValidationError(said(AADHAAR))


class BookForm(PortalForm):
    """What the forms of all books share."""

    def facts(self) -> dict[str, Any]:
        """The entry as it is stored."""
        return dict(self.data)


class BranchForm(BookForm):
    """A place of the firm."""

    name = TextField(
        _("Name of the branch"),
        [InputRequired(_("Name the branch, such as Factory.")), Length(max=160), Printed()],
    )
    address = LinesField(
        _("Address"),
        [InputRequired(_("Type the address.")), Length(max=400), Printed(lines=5)],
    )
    city = TextField(_("City"), [InputRequired(_("Type the city.")), Length(max=80), Printed()])
    state = SelectField(
        _("State"),
        [InputRequired(_("Choose the state."))],
        choices=choices(STATES.items(), "…"),
    )
    pin = TextField(_("PIN code"), [InputRequired(_("Type the PIN code.")), Checked(check_pin)])
    gstin = TextField(_("GSTIN of this state"), [Length(max=32)])

    def facts(self) -> dict[str, Any]:
        """The entry as it is stored."""
        return {**self.data, "gstin": normal_code(self.gstin.data or "")}


class PartyForm(BookForm):
    """A consignee."""

    name = TextField(
        _("Name"),
        [InputRequired(_("Type the consignee's name.")), Length(max=160), Printed()],
    )
    address = LinesField(
        _("Address"),
        [InputRequired(_("Type the address.")), Length(max=400), Printed(lines=5)],
    )
    country = SelectField(_("Country"), [InputRequired(_("Choose the consignee's country."))])


class SignatoryForm(BookForm):
    """Somebody who signs declarations."""

    name = TextField(
        _("Name of the signatory"),
        [InputRequired(_("Type the name.")), Checked(check_person_name), Printed()],
    )
    designation = TextField(
        _("Designation"),
        [
            InputRequired(_("Type the designation, such as Proprietor.")),
            Length(max=80),
            Printed(),
        ],
    )
    place = TextField(
        _("Place of the declaration"),
        [InputRequired(_("Type the place.")), Length(max=80), Printed()],
    )


class ProductForm(BookForm):
    """Goods that the firm sends again and again."""

    name = TextField(
        _("Name in the book"),
        [InputRequired(_("Name the product as your firm calls it.")), Length(max=160), Printed()],
    )
    hs_code = TextField(
        _("ITC(HS) code"),
        [InputRequired(_("Type the eight digits.")), Checked(check_hs_shape)],
    )
    description = LinesField(
        _("Description of the goods, as on the invoice"),
        [InputRequired(_("Describe the goods.")), Length(max=1000), Printed(lines=20)],
    )
    unit = SelectField(_("Unit"), default="")
    package_kind = TextField(_("Kind of packages"), [Length(max=40), Printed()])
    criterion = SelectField(
        _("Why the goods originate in India"),
        choices=choices(((value, _(words)) for value, words in ORIGINS), _("Asked each time")),
        default="",
    )
    processing = LinesField(
        _("What is done to imported inputs"), [Length(max=1000), Printed(lines=20)]
    )
    inputs = LinesField(
        _("Imported inputs, each on a line: name; tariff code; country"),
        [Length(max=3000), Printed(lines=MOST_INPUTS)],
    )
    producer = SelectField(
        _("Who makes the goods"),
        choices=choices((value, _(words)) for value, words in PRODUCERS),
        default="same",
    )
    producer_name = TextField(_("Name of the producer"), [Length(max=160), Printed()])
    producer_address = LinesField(_("Address of the producer"), [Length(max=400), Printed(lines=5)])

    countries: Mapping[str, str] = {}
    _inputs: tuple[Input, ...] = ()

    @classmethod
    def filled(cls, stored: Mapping[str, Any], countries: Mapping[str, str]) -> dict[str, Any]:
        """An entry as somebody would have typed it."""
        inputs = written_inputs(json.loads(stored["inputs"]), countries)
        return {**stored, "inputs": inputs}

    def validate_inputs(self, field: Field) -> None:
        """Each line says name, code and country, and the goods are made with imported inputs."""
        found = read_inputs(field.data or "", self.countries)
        if isinstance(found, Problem):
            raise ValidationError(said(found))
        if found and self.criterion.data != WITH_INPUTS:
            raise ValidationError(
                _("Choose “Made in India with imported inputs” above, or empty this field.")
            )
        self._inputs = found

    def validate_producer_name(self, field: Field) -> None:
        """Another producer has a name."""
        problem = check_producer(self.producer.data or "", field.data or "")
        if problem is not None:
            raise ValidationError(said(problem))

    def facts(self) -> dict[str, Any]:
        """The entry as it is stored; only another producer is named."""
        named = self.producer.data == "other"
        return {
            **self.data,
            "hs_code": normal_hs(self.hs_code.data or ""),
            "inputs": json.dumps([vars(one) for one in self._inputs], ensure_ascii=False),
            "producer_name": self.producer_name.data if named else "",
            "producer_address": self.producer_address.data if named else "",
        }


BOOK_FORMS: Mapping[str, type[BookForm]] = {
    "branches": BranchForm,
    "parties": PartyForm,
    "products": ProductForm,
    "signatories": SignatoryForm,
}
