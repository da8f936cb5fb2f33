"""The forms about agencies."""

from __future__ import annotations

from portal.agencies.forms.officers import (
    AssignForm,
    InviteOfficerForm,
    OfficerForm,
    TransferForm,
)
from portal.agencies.forms.offices import AwayForm, OfficeForm
from portal.agencies.forms.people import ApprovalForm, RegistrationForm, SendBackForm
from portal.agencies.forms.register import (
    AgencyForm,
    ScopeEndForm,
    ScopeForm,
    TurnForm,
    instant_of,
)

__all__ = [
    "AgencyForm",
    "ApprovalForm",
    "AssignForm",
    "AwayForm",
    "InviteOfficerForm",
    "OfficeForm",
    "OfficerForm",
    "RegistrationForm",
    "ScopeEndForm",
    "ScopeForm",
    "SendBackForm",
    "TransferForm",
    "TurnForm",
    "instant_of",
]
