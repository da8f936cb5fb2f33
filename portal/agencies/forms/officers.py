"""The forms about an office's people."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from portal.core.permissions import Role
from portal.identity.rules import check_email
from portal.web.forms import Checked, PortalForm, TextField, choices

ROLES = {
    Role.OFFICER: _("officer: decides files"),
    Role.SUPERVISOR: _("supervisor: decides, releases files of others, voids numbers"),
    Role.MANAGER: _("manager: looks after the office and its officers, decides nothing"),
}


class _WithRole(PortalForm):
    role = SelectField(_("Role"), [InputRequired(_("Choose the role."))])
    designation = TextField(
        _("Designation"), [InputRequired(_("Type the designation.")), Length(max=80)]
    )

    def offer_roles(self, roles: Iterable[Role]) -> None:
        """The roles that whoever asks may give."""
        self.role.choices = choices([(role.value, ROLES[role]) for role in roles])


class OfficerForm(_WithRole):
    """Another role or designation."""


class AssignForm(_WithRole):
    """Another office as well."""

    office = SelectField(_("Office"), [InputRequired(_("Choose the office."))])

    def offer_offices(self, offices: Iterable[tuple[int, str]]) -> None:
        """The offices that whoever asks looks after; a single one needs no choice."""
        found = [(str(row), name) for row, name in offices]
        self.office.choices = choices(found, "…") if len(found) != 1 else choices(found)


class InviteOfficerForm(AssignForm):
    """Whom, to which office, as what."""

    email = TextField(
        _("E-mail"), [InputRequired(_("Type the e-mail address.")), Checked(check_email)]
    )
    name = TextField(_("Name"), [Length(max=120)])


class TransferForm(PortalForm):
    """Who gets the files."""

    to = SelectField(_("Give all files to"), [InputRequired(_("Choose who gets the files."))])

    def offer(self, officers: Iterable[tuple[int, str]]) -> None:
        """Those who decide at the same office."""
        self.to.choices = choices([(str(row), name) for row, name in officers], "…")
