"""What a customs broker or forwarder says of itself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length, Regexp

from portal.identity.rules import (
    check_email,
    check_licence,
    check_pan,
    check_person_name,
    check_pin,
    normal_code,
    normal_licence,
)
from portal.web.forms import Checked, LinesField, PortalForm, TextField

MOBILE = Regexp(
    r"^(\+91[ -]?)?[6-9][0-9]{4}[ -]?[0-9]{5}$",
    message=_("Type a mobile number of India: ten digits, the first 6 to 9."),
)


class AgentForm(PortalForm):
    """Registers an agent; PAN and licence are how exporters find it."""

    name = TextField(
        _("Name of the customs broker or forwarder"),
        [InputRequired(_("Type the name as on the licence.")), Checked(check_person_name)],
    )
    pan = TextField(_("PAN"), [InputRequired(_("Type the PAN.")), Checked(check_pan)])
    licence = TextField(
        _("Licence number"),
        [InputRequired(_("Type the number of the licence.")), Checked(check_licence)],
    )
    address = LinesField(_("Address"), [InputRequired(_("Type the address.")), Length(max=400)])
    city = TextField(_("City"), [InputRequired(_("Type the city.")), Length(max=80)])
    state = TextField(_("State"), [InputRequired(_("Type the state.")), Length(max=80)])
    pin = TextField(_("PIN code"), [InputRequired(_("Type the PIN code.")), Checked(check_pin)])
    email = TextField(
        _("E-mail of the office"),
        [InputRequired(_("Type an e-mail address.")), Checked(check_email)],
    )
    mobile = TextField(_("Mobile"), [InputRequired(_("Type a mobile number.")), MOBILE])

    def facts(self) -> dict[str, str]:
        """The agent as it is stored."""
        plain: dict[str, str] = dict(self.data)
        codes = {"pan": normal_code(plain["pan"]), "licence": normal_licence(plain["licence"])}
        return plain | codes
