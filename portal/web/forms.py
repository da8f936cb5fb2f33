"""Forms: fields that keep what was typed, and problems shown at their field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Form, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import Field
from wtforms.validators import StopValidation

from portal.core.errors import DomainError, Problem
from portal.web.errors import said


class PortalForm(Form):
    """A form of the portal; CSRF is checked for all of them before the view runs."""

    def refuse(self, field: str, problem: Problem) -> None:
        """Show `problem` at `field`, or on top if the form has no such field."""
        target: Field | None = getattr(self, field, None) if field else None
        if isinstance(target, Field):
            target.errors = [*target.errors, said(problem)]
        else:
            self.form_errors.append(said(problem))

    def refuse_error(self, error: DomainError) -> None:
        """Show what an action refused."""
        self.refuse(error.field, error.problem)

    def top_errors(self) -> list[tuple[str, str]]:
        """All messages with the id of their field ("" for the whole form), in form order."""
        found = [("", str(e)) for e in self.form_errors]
        for field in self:
            found += [(field.id, with_name(field, e)) for e in field.errors]
        return found

    def first_wrong(self) -> str:
        """The id of the first field with a message, or nothing."""
        return next((id_ for id_, _message in self.top_errors() if id_), "")


class _Storable:
    """Text that every database can keep: PostgreSQL refuses the NUL character."""

    data: str | None

    def pre_validate(self, form: Form) -> None:
        """Refuse NUL before any other check, so that nobody has to think of it."""
        if "\0" in (self.data or ""):
            raise StopValidation(gettext("A character that can't be seen (U+0000) stands here."))


class TextField(_Storable, StringField):
    """One line; blanks around it are dropped."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the value without surrounding white space."""
        # Kept as sent, too: InputRequired looks there, and blanks alone are no input.
        self.raw_data = [v.strip() if isinstance(v, str) else v for v in valuelist]
        super().process_formdata(self.raw_data)


class LinesField(_Storable, TextAreaField):
    """Several lines; line ends become \\n and blanks at line ends are dropped."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the lines without trailing white space."""
        self.raw_data = [
            "\n".join(v.rstrip() for v in text.strip().splitlines()) for text in valuelist
        ]
        super().process_formdata(self.raw_data)


class DayField(DateField):
    """A day, as a browser's calendar sends it or as people in India write it."""

    FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        words = lazy_gettext("This is no day. Type day, month and year, such as 27/11/2026.")
        super().__init__(label, validators, list(self.FORMATS), invalid_value_message=words, **more)


class LongSelectField(SelectField):
    """A `SelectField` over lists of hundreds, such as countries; `ui.field` writes it quickly."""

    def pre_validate(self, form: Form) -> None:
        """Refuse what isn't offered."""
        if self.data not in {one.value for one in self.choices or ()}:
            raise ValidationError(self.gettext("Not a valid choice."))


def with_name(field: Field, message: object) -> str:
    """A message for the list on top: what is said of something typed begins with the field's name.

    Where nothing was typed the message itself says what is asked for.
    """
    is_typed = isinstance(field, StringField | DateField) and any(field.raw_data or ())
    return f"{field.label.text}: {message}" if is_typed else str(message)


def choices(pairs: Iterable[tuple[str, object]], first: str = "") -> list[SelectChoice]:
    """The options of a field from (value, words); `first` stands above them and chooses nothing."""
    above = [SelectChoice("", first)] if first else []
    return above + [SelectChoice(value, words) for value, words in pairs]


class Checked:
    """A validator from a pure rule: `check(value) -> Problem | None`."""

    def __init__(self, check: Callable[[str], Problem | None]) -> None:
        self.check = check

    def __call__(self, form: Form, field: Field) -> None:
        """Raise what the rule found, in the reader's language."""
        problem = self.check(field.data or "")
        if problem is not None:
            raise ValidationError(said(problem))


def submitted(form: type[PortalForm], **data: object) -> Any:
    """The form with what the request sent (POST), else with `data`."""
    return form(request.form if request.method == "POST" else None, **data)
