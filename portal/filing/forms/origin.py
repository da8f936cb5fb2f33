"""The questionnaire about the origin of goods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.forms.checks import text_up_to
from portal.filing.queries import InputFacts
from portal.filing.rules.goods import ORIGIN_CHOICES, OriginCriterion
from portal.filing.rules.minimal import Operation, codes_of
from portal.filing.rules.origin import (
    MAX_INPUTS,
    MAX_PROCESSING,
    Stated,
    Statement,
    check_statement,
)
from portal.reference.rules import check_input_code, normal_hs
from portal.web.forms import LinesField, PortalForm, TextField, choices

PARTS = ("input_name", "input_code", "input_country")


class OriginForm(PortalForm):
    """Why goods originate in India: three answers, the last with what was imported and done."""

    seen = HiddenField()
    criterion = RadioField(
        _("How did these goods come about?"),
        [Optional()],
        choices=choices((value, _(words)) for value, words in ORIGIN_CHOICES),
    )
    drop = BooleanField(_("No imported input was used: leave out what is named below"))
    operations = SelectMultipleField(
        _("Which of the ten minimal operations were done to the imported inputs?"),
        choices=choices((operation.value, _(operation.label)) for operation in Operation),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    more = RadioField(
        _("Was more than that done to them?"),
        [Optional()],
        choices=choices((("yes", _("Yes")), ("no", _("No, nothing more")))),
    )
    processing = LinesField(
        _("What more was done, in English"), [text_up_to(MAX_PROCESSING, lines=10)]
    )
    countries: Iterable[tuple[str, str]] = ()

    @staticmethod
    def filled(line: Stated) -> dict[str, object]:
        """What somebody would have answered for a line as it stands."""
        found: dict[str, object] = {
            "criterion": line.criterion,
            "operations": [operation.value for operation in codes_of(line.operations)],
            "more": "yes" if line.processing else None,
            "processing": line.processing,
        }
        for n, row in enumerate(line.inputs, 1):
            values = (row.name, row.hs_code, f"{row.country_name} ({row.country})")
            found |= {f"{part}_{n}": value for part, value in zip(PARTS, values, strict=True)}
        return found

    def rows(self) -> list[tuple[Any, ...]]:
        """The fields of each imported input: name, code, country."""
        return [tuple(self[f"{p}_{n}"] for p in PARTS) for n in range(1, MAX_INPUTS + 1)]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Whether the answers are whole, agree with each other and suffice.

        While a field holds what can't be printed, only the inputs are judged besides, row by row.
        """
        is_well_formed = bool(super().validate(extra_validators))
        for field, problem in self._problems() if is_well_formed else self._row_problems():
            if not self[field].errors:
                self.refuse(field, problem)
        return is_well_formed and not self.top_errors()

    @property
    def is_dropped(self) -> bool:
        """Whether what is named of imported inputs shall be left out."""
        is_processed = self.criterion.data == OriginCriterion.PROCESSED_BEYOND_MINIMAL
        return bool(self.drop.data) and not is_processed

    def statement(self) -> Statement:
        """The answers as they are stored."""
        if self.is_dropped:
            return Statement(self.criterion.data or "")
        return Statement(
            self.criterion.data or "",
            ",".join(self.operations.data or ()),
            self.processing.data or "",
            tuple(self._inputs()),
        )

    def _inputs(self) -> Iterator[InputFacts]:
        for name, code, country in self.rows():
            if name.data or code.data or country.data:
                found, words = self._country(country.data) or ("", "")
                yield InputFacts(name.data, normal_hs(code.data), found, words)

    def _country(self, typed: str) -> tuple[str, str] | None:
        """A country by its code, its name, or both as the list offers them."""
        wanted = typed.strip().casefold()
        for code, name in self.countries:
            if wanted in (code.casefold(), name.casefold(), f"{name} ({code})".casefold()):
                return code, name
        return None

    def _problems(self) -> Iterator[tuple[str, Problem]]:
        yield from self._row_problems()
        is_processed = self.criterion.data == OriginCriterion.PROCESSED_BEYOND_MINIMAL
        if is_processed and not self.more.data:
            yield "more", _ANSWER
        for refusal in check_statement(self.statement(), more=self.more.data != "no"):
            if not (refusal.field == "processing" and not self.more.data):
                yield (
                    "input_name_1" if refusal.field == "inputs" else refusal.field,
                    refusal.problem,
                )

    def _row_problems(self) -> Iterator[tuple[str, Problem]]:
        for name, code, country in () if self.is_dropped else self.rows():
            if not (name.data or code.data or country.data):
                continue
            if not name.data:
                yield name.id, _NAME_IT
            problem = check_input_code(normal_hs(code.data))
            if problem is not None:
                yield code.id, problem
            if self._country(country.data) is None:
                yield country.id, _NAME_COUNTRY


for number in range(1, MAX_INPUTS + 1):
    setattr(
        OriginForm,
        f"input_name_{number}",
        TextField(_("Imported input %(number)s", number=number), [text_up_to(160, lines=1)]),
    )
    setattr(OriginForm, f"input_code_{number}", TextField(_("Tariff code, 4 to 8 digits")))
    setattr(OriginForm, f"input_country_{number}", TextField(_("Country it comes from")))

_ANSWER = Problem("more_unsaid", N_("Answer whether more was done than the ten operations."))
_NAME_IT = Problem("input_unnamed", N_("Name this input, or empty its code and country."))
_NAME_COUNTRY = Problem(
    "input_country", N_("Choose the country that this input comes from, by its name or code.")
)
