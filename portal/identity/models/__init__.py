"""Tables of people, firms, agents, memberships, claims, invitations and sign-ins."""

from __future__ import annotations

from portal.identity.models.agents import Agent, AgentMember, Mandate, MandateAgency
from portal.identity.models.firms import Dispute, Firm, IecClaim, Membership, Staff
from portal.identity.models.people import (
    Code,
    Invitation,
    Person,
    RecoveryCode,
    Registration,
    SignIn,
    SignInTry,
)

__all__ = [
    "Agent",
    "AgentMember",
    "Code",
    "Dispute",
    "Firm",
    "IecClaim",
    "Invitation",
    "Mandate",
    "MandateAgency",
    "Membership",
    "Person",
    "RecoveryCode",
    "Registration",
    "SignIn",
    "SignInTry",
    "Staff",
]
