"""Beginning an application: which kind of certificate, and at which office."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional

from portal.filing.rules.kinds import Kind
from portal.web.forms import PortalForm, choices


class Asked(StrEnum):
    """What somebody wants, in the words of the start page."""

    NON_PREFERENTIAL = "non_preferential"
    BACK_TO_BACK = "back_to_back"
    IN_LIEU = "in_lieu"
    RETROSPECTIVE = "retrospective"


ASKED_LABELS = {
    Asked.NON_PREFERENTIAL: _("Goods made in India"),
    Asked.BACK_TO_BACK: _(
        "Goods of another country that go out from here or through your hands (back-to-back): "
        "re-export, trans-shipment, merchanting trade"
    ),
    Asked.IN_LIEU: _("A certificate of mine is wrong: another one in lieu of it"),
    Asked.RETROSPECTIVE: _("Goods made in India that have left already (retrospective)"),
}
# Whether an application is in lieu or retrospective is said apart from its kind.
KINDS: Mapping[Asked, Kind] = {Asked.BACK_TO_BACK: Kind.BACK_TO_BACK}


class StartForm(PortalForm):
    """Where to hand the application in, and what is asked for."""

    kind = RadioField(
        _("What do you need?"),
        [Optional()],
        choices=choices((value.value, words) for value, words in ASKED_LABELS.items()),
        default=Asked.NON_PREFERENTIAL.value,
        validate_choice=False,
    )
    office = SelectField(
        _("Agency and office"), [InputRequired(_("Choose the office that shall issue."))]
    )

    def validate_kind(self, field: RadioField) -> None:
        """One of the four, or nothing said."""
        if field.data not in tuple(Asked):
            raise ValidationError(_("Choose what you need from the list."))

    @property
    def asked(self) -> Asked:
        """What is wanted; goods made in India where nothing is said."""
        known = self.kind.data in tuple(Asked)
        return Asked(self.kind.data) if known else Asked.NON_PREFERENTIAL
