"""Tables of the register, of offices and of the people there."""

from __future__ import annotations

from portal.agencies.models.offices import Administrator, Office, Officer, Series
from portal.agencies.models.register import Agency, Change, Listing, Scope

__all__ = [
    "Administrator",
    "Agency",
    "Change",
    "Listing",
    "Office",
    "Officer",
    "Scope",
    "Series",
]
