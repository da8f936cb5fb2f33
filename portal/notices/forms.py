"""The directorate's forms: a notice, a value that it sets, and why something is corrected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, SelectField, ValidationError
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.core.clock import IST
from portal.core.errors import Problem
from portal.notices.models import NoticeKind
from portal.notices.rules import ALL
from portal.web.errors import said
from portal.web.forms import DayField, LinesField, PortalForm, TextField, choices

CERTAINTIES = [
    ("V", _("seen in the source named")),
    ("P", _("partly seen")),
    ("S", _("secondary source")),
    ("K", _("unconfirmed")),
]
LINK = Regexp(r"^(https?://\S+)?$", message=_("An address begins with https:// or http://."))


class NoticeForm(PortalForm):
    """A notice as published."""

    number = TextField(
        _("Number"),
        [InputRequired(_("Type the number, such as TN 13/2024-25.")), Length(max=80)],
    )
    kind = SelectField(
        _("Kind"), choices=choices([(k.value, _(k.value.replace("_", " "))) for k in NoticeKind])
    )
    dated = DayField(_("Dated"), [InputRequired(_("Give the date that the notice bears."))])
    published_on = DayField(_("Published on, where that differs"), [Optional()])
    subject = TextField(_("Subject"), [InputRequired(_("Say what it is about.")), Length(max=300)])
    summary = LinesField(_("Summary in our own words"), [Length(max=4000)])
    link = TextField(_("Address of the official text"), [Length(max=400), LINK])
    source = TextField(_("Where we read it"), [Length(max=400)])
    certainty = SelectField(_("How sure we are"), choices=choices(CERTAINTIES))
    why = LinesField(_("Why it is corrected"), [Length(max=1000)])

    def facts(self) -> dict[str, Any]:
        """What is stored."""
        texts = ("summary", "link", "source")
        facts = {name: value for name, value in self.data.items() if name != "why"}
        return facts | {name: facts[name] or "" for name in texts}


class RuleForm(PortalForm):
    """A value from one instant (IST) up to another, exclusive."""

    rule = SelectField(
        _("Rule"), choices=choices([(rule.name, _(rule.words)) for rule in ALL.values()])
    )
    value = TextField(_("Value"), [InputRequired(_("Type the value.")), Length(max=200)])
    valid_from = DateTimeLocalField(
        _("In force from (IST)"),
        [InputRequired(_("Give the instant."))],
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
    )
    valid_until = DateTimeLocalField(
        _("Until, exclusive (IST)"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
    )
    # The form to correct the notice stands on the same page and has a "why" of its own.
    why = LinesField(_("Why"), [InputRequired(_("Say why.")), Length(max=1000)], id="rule_why")
    parsed: Any = None

    def validate_value(self, field: Field) -> None:
        """Read the value as its rule wants it."""
        rule = ALL.get(self.rule.data or "")
        found = rule.parse(field.data or "") if rule else None
        if isinstance(found, Problem):
            raise ValidationError(said(found))
        self.parsed = found

    def interval(self) -> tuple[datetime, datetime | None]:
        """The time typed, as aware instants."""
        assert self.valid_from.data is not None
        until = self.valid_until.data
        return self.valid_from.data.replace(tzinfo=IST), until.replace(
            tzinfo=IST
        ) if until else None
