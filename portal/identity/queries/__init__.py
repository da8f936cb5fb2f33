"""Who somebody is, where they may sit, and whose session a token is."""

from __future__ import annotations

from portal.identity.queries.account import AccountFacts, OwnSession, account, own_sessions
from portal.identity.queries.claims import (
    ClaimFacts,
    DisputeFacts,
    claim_letter,
    claims_on_firm,
    claims_to_judge,
    disputes,
    own_claims,
)
from portal.identity.queries.firms import (
    FirmFacts,
    Standing,
    firm,
    firm_by_iec,
    firm_name,
    names,
    person_name,
    standing,
)
from portal.identity.queries.links import SeatWords, linked_by, seat_words
from portal.identity.queries.people import (
    WHY_NOT,
    InvitationFacts,
    MayNotFile,
    MemberFacts,
    check_may_file,
    invitations,
    is_disputed,
    member,
    members,
)
from portal.identity.queries.personal import personal_data_of
from portal.identity.queries.seats import (
    SeatSource,
    all_seats,
    directorate_seats,
    firm_seats,
    person_seat,
    person_seats,
)
from portal.identity.queries.sessions import ABSOLUTE, IDLE, LiveSession, session_for, token_hash

__all__ = [
    "ABSOLUTE",
    "IDLE",
    "WHY_NOT",
    "AccountFacts",
    "ClaimFacts",
    "DisputeFacts",
    "FirmFacts",
    "InvitationFacts",
    "LiveSession",
    "MayNotFile",
    "MemberFacts",
    "OwnSession",
    "SeatSource",
    "SeatWords",
    "Standing",
    "account",
    "all_seats",
    "check_may_file",
    "claim_letter",
    "claims_on_firm",
    "claims_to_judge",
    "directorate_seats",
    "disputes",
    "firm",
    "firm_by_iec",
    "firm_name",
    "firm_seats",
    "invitations",
    "is_disputed",
    "linked_by",
    "member",
    "members",
    "names",
    "own_claims",
    "own_sessions",
    "person_name",
    "person_seat",
    "person_seats",
    "personal_data_of",
    "seat_words",
    "session_for",
    "standing",
    "token_hash",
]
