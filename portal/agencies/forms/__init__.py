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
from portal.agencies.forms.offices import (
    AwayForm,
    OfficeForm,
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
    "AwayForm",
    "HolidayForm",
    "HoursForm",
    "ImageForm",
    "OfficeForm",
    "RegistrationForm",
    "RowForm",
    "ScopeEndForm",
    "ScopeForm",
    "SendBackForm",
    "TurnForm",
    "UploadForm",
    "instant_of",
]
