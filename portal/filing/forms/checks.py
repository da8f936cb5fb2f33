"""Validators that the forms of an application share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, ValidationError
from wtforms.fields.core import Field

from portal.core import clock
from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.fields import check_text, reference_may_be_aadhaar
from portal.web.errors import said
from portal.web.forms import Checked


def text_up_to(longest: int, lines: int | None = None) -> Checked:
    """Text that the certificate's font can print, of limited length."""
    return Checked(lambda text: check_text(text, longest=longest, lines=lines))


def ask_back(form: Form, field: Field) -> None:
    """Ask back once if an invoice number looks like an Aadhaar number; `not_aadhaar` says no."""
    if reference_may_be_aadhaar(field.data or "") and not form["not_aadhaar"].data:
        raise ValidationError(
            _(
                "This could be an Aadhaar number, which must never be entered here. "
                "If it is the invoice number, tick the box below the field."
            )
        )


class Dated:
    """A validator of a day from a pure rule: `check(day, today) -> Problem | None`, in India."""

    def __init__(self, check: Callable[[date, date], Problem | None]) -> None:
        self.check = check

    def __call__(self, form: Form, field: DateField) -> None:
        """Raise what the rule found; where no day is said there is nothing to find."""
        problem = self.check(field.data, clock.today()) if field.data else None
        if problem is not None:
            raise ValidationError(said(problem))


class Number:
    """A number as people type it; the parsed value is kept at `field.parsed`."""

    def __init__(self, parse, *, above_zero: bool = True) -> None:  # type: ignore[no-untyped-def]
        self.parse, self.above_zero = parse, above_zero

    def __call__(self, form: Form, field: Field) -> None:
        """Raise what the parser found; keep what it read."""
        found = self.parse(field.data or "")
        if isinstance(found, Problem):
            raise ValidationError(said(found))
        if self.above_zero and found == 0:
            raise ValidationError(said(ZERO))
        field.parsed = found


ZERO = Problem("zero", N_("This has to be above zero."))
