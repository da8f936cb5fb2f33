"""Forms about people, firms and agents."""

from __future__ import annotations

from portal.identity.forms.agents import AgentForm
from portal.identity.forms.books import BOOK_FORMS
from portal.identity.forms.mandates import FindAgentForm, MandateForm
from portal.identity.forms.sessions import SignInForm

__all__ = ["BOOK_FORMS", "AgentForm", "FindAgentForm", "MandateForm", "SignInForm"]
