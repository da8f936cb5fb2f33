"""Tables of people, firms, memberships and sign-ins."""

from __future__ import annotations

from portal.identity.models.firms import Firm, Membership, Staff
from portal.identity.models.people import Person, SignIn, SignInTry

__all__ = ["Firm", "Membership", "Person", "SignIn", "SignInTry", "Staff"]
