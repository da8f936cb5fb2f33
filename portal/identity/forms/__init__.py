"""Forms about people, firms and agents."""

from __future__ import annotations

from portal.identity.forms.sessions import SignInForm

__all__ = ["SignInForm"]
