"""Appendix 2E, the offices and who sits there, and what an administrator sees."""

from __future__ import annotations

from portal.agencies.queries.offices import (
    OfficeFacts,
    OfficerFacts,
    agency_seats,
    designation,
    office,
    office_ids,
    office_seats,
    officers,
    offices,
    own_offices,
)
from portal.agencies.queries.personal import personal_data_of
from portal.agencies.queries.register import (
    PAGE,
    AgencyFacts,
    AgencyRow,
    ChangeFacts,
    ListingFacts,
    NotListed,
    ScopeFacts,
    agencies,
    agency,
    agency_by_id,
    changes,
    check_takes_files,
    ended_by,
    known_notices,
    states,
)

__all__ = [
    "PAGE",
    "AgencyFacts",
    "AgencyRow",
    "ChangeFacts",
    "ListingFacts",
    "NotListed",
    "OfficeFacts",
    "OfficerFacts",
    "ScopeFacts",
    "agencies",
    "agency",
    "agency_by_id",
    "agency_seats",
    "changes",
    "check_takes_files",
    "designation",
    "ended_by",
    "known_notices",
    "office",
    "office_ids",
    "office_seats",
    "officers",
    "offices",
    "own_offices",
    "personal_data_of",
    "states",
]
