"""The forms for an office's hours and holidays, and for the agency's account."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import TimeField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.web.forms import DayField, PortalForm, TextField

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class HoursForm(PortalForm):
    """From when to when the office is open on each weekday; both empty: closed."""

    def fill(self, hours: dict[int, tuple[int, int]]) -> None:
        """Show the hours that are kept."""
        for weekday, (opens, closes) in hours.items():
            self[f"opens_{weekday}"].data = time(*divmod(opens, 60))
            self[f"closes_{weekday}"].data = time(*divmod(closes % 1440, 60))

    def pairs(self) -> list[tuple[str, Field, Field]]:
        """Weekday, opening and closing field."""
        return [
            (str(words), self[f"opens_{weekday}"], self[f"closes_{weekday}"])
            for weekday, words in enumerate(WEEKDAYS)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Both times or none, and the closing after the opening."""
        is_sound: bool = super().validate(extra_validators)
        for _day, opens, closes in self.pairs():
            if opens.errors or closes.errors:
                continue
            if (opens.data is None) != (closes.data is None):
                closes.errors = [_("Give both times, or none where the office is closed.")]
            elif opens.data is not None and closes.data <= opens.data:
                closes.errors = [_("It has to close after it opens.")]
            is_sound = is_sound and not closes.errors
        return is_sound

    def hours(self) -> dict[int, tuple[int, int]]:
        """Minutes from midnight by weekday."""
        return {
            weekday: (_minutes(opens.data), _minutes(closes.data))
            for weekday, (_words, opens, closes) in enumerate(self.pairs())
            if opens.data is not None and closes.data is not None
        }


for _weekday, _words in enumerate(WEEKDAYS):
    setattr(HoursForm, f"opens_{_weekday}", TimeField(_("opens"), [Optional()]))
    setattr(HoursForm, f"closes_{_weekday}", TimeField(_("closes"), [Optional()]))


class HolidayForm(PortalForm):
    """A day on which the office is closed."""

    day = DayField(_("Day"), [InputRequired(_("Give the day."))])
    words = TextField(_("What for"), [InputRequired(_("Say what for.")), Length(max=120)])


class AccountForm(PortalForm):
    """Where the agency's fees are paid to; number and code are typed twice."""

    holder = TextField(
        _("Holder of the account"), [InputRequired(_("Type the holder.")), Length(max=120)]
    )
    number = TextField(
        _("Account number"),
        [
            InputRequired(_("Type the account number.")),
            Regexp(r"^\d{9,18}$", message=_("An account number has 9 to 18 digits.")),
        ],
    )
    number_again = TextField(_("Account number, once more"))
    ifsc = TextField(
        _("IFSC of the branch"),
        [
            InputRequired(_("Type the IFSC.")),
            Regexp(
                r"^[A-Z]{4}0[A-Z0-9]{6}$",
                message=_("An IFSC has four capital letters, a zero, then six letters or digits."),
            ),
        ],
    )
    ifsc_again = TextField(_("IFSC, once more"))

    def validate_number_again(self, field: Field) -> None:
        """Typed twice, a slip shows."""
        if field.data != self.number.data:
            raise ValidationError(_("The two account numbers differ. Compare both."))

    def validate_ifsc_again(self, field: Field) -> None:
        """Typed twice, a slip shows."""
        if field.data != self.ifsc.data:
            raise ValidationError(_("The two codes differ. Compare both."))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
