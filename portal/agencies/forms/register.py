"""The directorate's forms: an agency, its standing, the goods it may certify."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from portal.agencies.rules import (
    GST_CODES,
    Category,
    Turn,
    check_code,
    check_goods_prefix,
)
from portal.core.clock import IST
from portal.core.words import N_
from portal.identity.rules import check_email
from portal.notices.models import Certainty
from portal.web.forms import Checked, LinesField, PortalForm, TextField, choices

CERTAINTIES = [
    ("V", _("seen in the source named")),
    ("P", _("partly seen")),
    ("S", _("secondary source")),
    ("K", _("unconfirmed")),
]
TURNS = {
    Turn.LIST: N_("put it into Appendix 2E"),
    Turn.SUSPEND: N_("suspend it"),
    Turn.STRIKE_OFF: N_("strike it off"),
}
INSTANT = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]


class AgencyForm(PortalForm):
    """An agency as Appendix 2E names it."""

    name = TextField(_("Name"), [InputRequired(_("Type the name.")), Length(max=150)])
    code = TextField(_("Code"), [Optional(), Checked(check_code)])
    category = SelectField(
        _("Category"), choices=choices([(c.value, _(c.value.replace("_", " "))) for c in Category])
    )
    city = TextField(_("City"), [InputRequired(_("Type the city.")), Length(max=80)])
    state = SelectField(
        _("State or union territory"),
        [InputRequired(_("Choose the state."))],
        choices=choices([(s, s) for s in GST_CODES], "…"),
    )
    serial = TextField(_("Number in the state's list"), [Length(max=16)])
    email = TextField(_("E-mail"), [Optional(), Checked(check_email)])
    why = LinesField(_("Why it is added"), [InputRequired(_("Say why.")), Length(max=1000)])

    def facts(self) -> dict[str, Any]:
        """What is stored."""
        texts = {name: self.data[name] or "" for name in ("serial", "email", "code")}
        plain = {name: self.data[name] for name in ("name", "city", "state")}
        return {**plain, **texts, "category": Category(self.category.data)}


def instant_of(field: DateTimeLocalField) -> datetime:
    """The instant typed into a field that has one, aware."""
    typed: datetime = field.data
    return typed.replace(tzinfo=IST)


class NoticeFields(PortalForm):
    """From when something holds, by which notice, where that is written, and why it is entered."""

    at = DateTimeLocalField(
        _("From which instant (IST)"), [InputRequired(_("Give the instant."))], format=INSTANT
    )
    notice = TextField(
        _("Notice"),
        [InputRequired(_("Type the notice's number, such as PN 31/2023.")), Length(max=80)],
    )
    source = TextField(
        _("Where we read it"), [InputRequired(_("Say where it is written.")), Length(max=400)]
    )
    certainty = SelectField(_("How sure we are"), choices=choices(CERTAINTIES))
    why = LinesField(_("Why"), [InputRequired(_("Say why.")), Length(max=1000)])

    def sure(self) -> Certainty:
        """How sure we are."""
        return Certainty(self.certainty.data)


class TurnForm(NoticeFields):
    """What a notice does to an agency's standing."""

    turn = SelectField(
        _("What the notice does"), choices=choices([(t.value, _(w)) for t, w in TURNS.items()])
    )

    def facts(self) -> dict[str, Any]:
        """What is stored beside the turn and its instant."""
        texts = {name: self.data[name] or "" for name in ("notice", "source", "why")}
        return {**texts, "certainty": self.sure()}


class TakeBackForm(PortalForm):
    """Why the last entry of an agency's standing is wrong."""

    why = LinesField(
        _("What is wrong with it"), [InputRequired(_("Say what is wrong.")), Length(max=1000)]
    )


class ScopeForm(NoticeFields):
    """Goods that a notice gives to an agency."""

    hs_prefix = TextField(_("First digits of the tariff"), [Checked(check_goods_prefix)])
    goods = TextField(_("Goods in words"), [Length(max=200)])

    def facts(self) -> dict[str, Any]:
        """What is stored."""
        return {
            "hs_prefix": self.hs_prefix.data or "",
            "goods": self.goods.data or "",
            "valid_from": instant_of(self.at),
            "notice": self.notice.data or "",
            "source": self.source.data or "",
            "certainty": self.sure(),
        }


class ScopeEndForm(PortalForm):
    """When goods are taken away again, by which notice, and why."""

    at = DateTimeLocalField(
        _("Until, exclusive (IST)"), [InputRequired(_("Give the instant."))], format=INSTANT
    )
    notice = TextField(
        _("Notice"),
        [InputRequired(_("Type the notice's number, such as PN 31/2023.")), Length(max=80)],
    )
    why = LinesField(_("Why"), [InputRequired(_("Say why.")), Length(max=1000)])
