"""Validators that the forms of an application share."""

from __future__ import annotations

from wtforms import Form, ValidationError
from wtforms.fields.core import Field

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.fields import check_text
from portal.web.errors import said
from portal.web.forms import Checked


def text_up_to(longest: int, lines: int | None = None) -> Checked:
    """Text that the certificate's font can print, of limited length."""
    return Checked(lambda text: check_text(text, longest=longest, lines=lines))


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
