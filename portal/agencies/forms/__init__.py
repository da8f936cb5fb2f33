"""The forms about agencies."""

from __future__ import annotations

from portal.agencies.forms.desk import (
    AccountForm,
    HolidayForm,
    HoursForm,
)
from portal.agencies.forms.images import (
    ImageForm,
)
from portal.agencies.forms.officers import (
    AssignForm,
    InviteOfficerForm,
    OfficerForm,
    TransferForm,
)
from portal.agencies.forms.offices import (
    AwayForm,
    OfficeForm,
    SealsWithForm,
)
from portal.agencies.forms.people import (
    ApprovalForm,
    RegistrationForm,
    SendBackForm,
)
from portal.agencies.forms.register import (
    AgencyForm,
    ScopeEndForm,
    ScopeForm,
    TakeBackForm,
    TurnForm,
    instant_of,
)
from portal.agencies.forms.uploads import (
    RowForm,
    UploadForm,
)

__all__ = [
    "AccountForm",
    "AgencyForm",
    "ApprovalForm",
    "AssignForm",
    "AwayForm",
    "HolidayForm",
    "HoursForm",
    "ImageForm",
    "InviteOfficerForm",
    "OfficeForm",
    "OfficerForm",
    "RegistrationForm",
    "RowForm",
    "ScopeEndForm",
    "ScopeForm",
    "SealsWithForm",
    "SendBackForm",
    "TakeBackForm",
    "TransferForm",
    "TurnForm",
    "UploadForm",
    "instant_of",
]
