"""Tables of the register, of offices and of the people there."""

from __future__ import annotations

from portal.agencies.models.offices import (
    Holiday,
    Hours,
    Image,
    Office,
    Officer,
    Series,
)
from portal.agencies.models.people import (
    Account,
    Administrator,
    Registration,
)
from portal.agencies.models.register import (
    Agency,
    Change,
    Listing,
    Scope,
)
from portal.agencies.models.uploads import (
    Upload,
    UploadRow,
)

__all__ = [
    "Account",
    "Administrator",
    "Agency",
    "Change",
    "Holiday",
    "Hours",
    "Image",
    "Listing",
    "Office",
    "Officer",
    "Registration",
    "Scope",
    "Series",
    "Upload",
    "UploadRow",
]
