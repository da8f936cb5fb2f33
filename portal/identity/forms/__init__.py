"""Forms about people, firms and agents."""

from __future__ import annotations

from portal.identity.forms.agents import AgentForm
from portal.identity.forms.mandates import FindAgentForm, MandateForm
from portal.identity.forms.sessions import SignInForm

__all__ = ["AgentForm", "FindAgentForm", "MandateForm", "SignInForm"]
