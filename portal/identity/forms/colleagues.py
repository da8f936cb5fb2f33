"""The form for a colleague at an agent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from portal.core.permissions import Role
from portal.identity.rules import check_email
from portal.web.forms import Checked, PortalForm, TextField, choices


class ColleagueForm(PortalForm):
    """Whom, and as what."""

    email = TextField(
        _("E-mail"), [InputRequired(_("Type the e-mail address.")), Checked(check_email)]
    )
    name = TextField(_("Name"), [Length(max=120)])
    role = SelectField(
        _("Role"),
        choices=choices(
            [
                (Role.AGENT.value, _("agent: works for the clients")),
                (Role.AGENT_OWNER.value, _("owner: people too")),
            ]
        ),
    )
