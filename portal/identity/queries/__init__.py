"""Who somebody is, where they may sit, and whose session a token is."""

from __future__ import annotations

from portal.identity.queries.agents import (
    AgentFacts,
    agent,
    agent_named,
    agent_people,
    agent_seats,
    live_at,
)
from portal.identity.queries.books import (
    Entry,
    book_sizes,
    chosen,
    consignees,
    entries,
    entry,
    signatories,
)
from portal.identity.queries.firms import FirmFacts, firm, names, person_name
from portal.identity.queries.mandates import (
    ClientFacts,
    LiveMandate,
    MandateEnded,
    MandateFacts,
    agencies_of,
    clients_of,
    mandate_for,
    mandates_of,
)
from portal.identity.queries.personal import personal_data_of
from portal.identity.queries.seats import SeatSource, all_seats, directorate_seats, firm_seats
from portal.identity.queries.sessions import ABSOLUTE, IDLE, LiveSession, session_for, token_hash

__all__ = [
    "ABSOLUTE",
    "IDLE",
    "AgentFacts",
    "ClientFacts",
    "Entry",
    "FirmFacts",
    "LiveMandate",
    "LiveSession",
    "MandateEnded",
    "MandateFacts",
    "SeatSource",
    "agencies_of",
    "agent",
    "agent_named",
    "agent_people",
    "agent_seats",
    "all_seats",
    "book_sizes",
    "chosen",
    "clients_of",
    "consignees",
    "directorate_seats",
    "entries",
    "entry",
    "firm",
    "firm_seats",
    "live_at",
    "mandate_for",
    "mandates_of",
    "names",
    "person_name",
    "personal_data_of",
    "session_for",
    "signatories",
    "token_hash",
]
