"""The forms about firms: linking one, its people, claims and disputes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import FileField, RadioField, SelectField
from wtforms.validators import InputRequired, Length

from portal.core.permissions import Role
from portal.identity.lifecycle import Proof
from portal.identity.rules import check_email, check_iec
from portal.web.forms import Checked, LinesField, PortalForm, TextField, choices

ROLES = (
    (Role.OWNER, _("owner: everything, people too")),
    (Role.SIGNATORY, _("signatory: prepares and hands in")),
    (Role.PREPARER, _("preparer: writes drafts")),
    (Role.FINANCE, _("finance: adds credit, sees applications")),
    (Role.VIEWER, _("viewer: sees applications")),
)


class IecForm(PortalForm):
    """Which firm."""

    iec = TextField(
        _("Importer-Exporter Code (IEC)"),
        [InputRequired(_("Type the ten characters of the IEC.")), Checked(check_iec)],
    )


class ProofForm(PortalForm):
    """Where the registry's code shall go."""

    proof = RadioField(_("Send a code to"), validators=[InputRequired(_("Choose one."))])

    def offer(self, email: str, mobile: str) -> None:
        """Offer the registry's addresses, masked."""
        self.proof.choices = choices([(Proof.EMAIL.value, email), (Proof.MOBILE.value, mobile)])


class LetterForm(PortalForm):
    """A document that shows that somebody acts for the firm."""

    file = FileField(_("Letter of the firm, signed by a partner or director: PDF or photo"))


class InviteForm(PortalForm):
    """Whom, and as what."""

    email = TextField(
        _("E-mail"), [InputRequired(_("Type the e-mail address.")), Checked(check_email)]
    )
    name = TextField(_("Name"), [Length(max=120)])
    role = SelectField(_("Role"), choices=choices(ROLES), default=Role.PREPARER.value)


class RoleForm(PortalForm):
    """Another role for a member."""

    role = SelectField(_("Role"), choices=choices(ROLES))


class WhyForm(PortalForm):
    """A reason that others will read."""

    reason = LinesField(_("Why"), [InputRequired(_("Say why.")), Length(max=1000)])
