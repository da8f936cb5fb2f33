"""Tables of people, firms and their books, agents, claims, invitations and sign-ins."""

from __future__ import annotations

from portal.identity.models.agents import Agent, AgentMember, Mandate, MandateAgency
from portal.identity.models.books import Branch, Party, Product, Signatory
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
    "Branch",
    "Code",
    "Dispute",
    "Firm",
    "IecClaim",
    "Invitation",
    "Mandate",
    "MandateAgency",
    "Membership",
    "Party",
    "Person",
    "Product",
    "RecoveryCode",
    "Registration",
    "SignIn",
    "SignInTry",
    "Signatory",
    "Staff",
]
