"""The forms about people, firms and sign-ins."""

from __future__ import annotations

from portal.identity.forms.sessions import SignInForm

__all__ = ["SignInForm"]
