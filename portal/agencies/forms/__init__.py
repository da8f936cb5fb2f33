"""The forms about agencies."""

from __future__ import annotations

from portal.agencies.forms.images import ImageForm
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
    "AwayForm",
    "ImageForm",
    "OfficeForm",
    "RegistrationForm",
    "ScopeEndForm",
    "ScopeForm",
    "SendBackForm",
    "TurnForm",
    "instant_of",
]
