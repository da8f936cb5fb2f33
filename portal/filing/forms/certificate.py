"""The section of the certificate itself: whose goods, in place of what, and for which branch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField, ValidationError
from wtforms.validators import InputRequired

from portal.filing.forms.checks import Dated, text_up_to
from portal.filing.forms.section import SectionForm
from portal.filing.rules.fields import check_past, check_reference
from portal.filing.rules.kinds import EVIDENCE_LABELS, TRADE_LABELS, Kind, check_origin
from portal.identity.lists import STATES
from portal.identity.queries import Entry
from portal.web.forms import (
    Checked,
    DayField,
    LinesField,
    LongSelectField,
    PortalForm,
    TextField,
    choices,
)

# The choice of a branch that stands in the application, but no longer so in the firm's book.
AS_IT_STANDS = "as-it-stands"
NO_BRANCH = ("", "", "")


class EvidenceForm(PortalForm):
    """A paper that proves the foreign origin, as printed (para 2.93(f))."""

    kind = SelectField(
        _("Kind of paper"),
        [InputRequired(_("Choose what kind of paper it is."))],
        choices=choices(
            ((k.value, _(words)) for k, words in EVIDENCE_LABELS.items()), _("Choose…")
        ),
    )
    number = TextField(
        _("Number"),
        [InputRequired(_("Type the number of the paper.")), Checked(check_reference)],
    )
    dated = DayField(
        _("Date"), [InputRequired(_("Give the date of the paper.")), Dated(check_past)]
    )
    issuer = TextField(
        _("Issued by"), [InputRequired(_("Type who issued the paper.")), text_up_to(160)]
    )


class CertificateForm(SectionForm):
    """What is asked for; fields that don't belong to the kind are taken out."""

    section = "certificate"
    TICKS: ClassVar[Mapping[str, str]] = {"retrospective_reason": "retrospective"}

    trade = SelectField(
        _("Kind of trade"),
        [InputRequired(_("Choose the kind of trade."))],
        choices=choices(((t.value, _(words)) for t, words in TRADE_LABELS.items()), _("Choose…")),
    )
    origin_country = LongSelectField(
        _("Country of origin"),
        [InputRequired(_("Choose the country of origin.")), Checked(check_origin)],
    )
    evidence = FieldList(FormField(EvidenceForm), _("Proof of the foreign origin"))
    replacement_reason = LinesField(
        _("What changes, and why"),
        [InputRequired(_("Say what changes and why.")), text_up_to(600, lines=8)],
    )
    retrospective = BooleanField(_("The goods have left: I ask for it retrospectively"))
    retrospective_reason = LinesField(_("Reason"), [text_up_to(600, lines=8)])
    branch = SelectField(_("Branch or factory that exports"))
    own_reference = TextField(_("Your own reference"), [text_up_to(60)])

    branches: Mapping[str, tuple[str, str, str]] = {}

    def fit(self, kind: Kind, replaces: str) -> None:
        """Take out what doesn't apply to the kind, or without a certificate to replace."""
        away = () if kind is Kind.BACK_TO_BACK else ("trade", "origin_country", "evidence")
        for name in (*away, *(() if replaces else ("replacement_reason",))):
            del self[name]

    def offer(self, book: Iterable[Entry], present: tuple[str, str, str], office: str) -> None:
        """Offer the registered office, the book's branches, and what stands now if it is another.

        `office` is the registered office in words.
        """
        found = {"": NO_BRANCH} | {entry["ref"]: _columns(entry) for entry in book}
        if present not in found.values():
            found[AS_IT_STANDS] = present
        words = {ref: branch[0] for ref, branch in found.items()} | {"": office}
        self.branches = found
        self.branch.choices = choices(words.items())

    def stored(self, field: str) -> Any:
        """The branch as its three columns; a reason only where it is asked for."""
        if field == "branch":
            return self.branches.get(self.branch.data or "", NO_BRANCH)
        return super().stored(field)

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The branch by its reference in the book, and the tick."""
        known = {branch: ref for ref, branch in self.branches.items()}
        reason = values["retrospective_reason"]
        more = {"branch": known.get(values["branch"], ""), "retrospective": bool(reason)}
        return super().shown(values) | more

    def validate_retrospective_reason(self, field: LinesField) -> None:
        """Tick and reason belong together."""
        if self.retrospective.data and not field.data:
            raise ValidationError(_("Say why it is asked for after the goods have left."))
        if field.data and not self.retrospective.data:
            raise ValidationError(_("Tick the box above, or clear the reason."))


def _columns(entry: Entry) -> tuple[str, str, str]:
    """A branch as the application keeps it: name, address as printed, GSTIN."""
    place = f"{entry['city']} {entry['pin']}, {STATES.get(entry['state'], '')}"
    return entry["name"], f"{entry['address']}\n{place}", entry["gstin"]
