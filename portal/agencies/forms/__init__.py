"""The forms about agencies."""

from __future__ import annotations

from portal.agencies.forms.register import (
    AgencyForm,
    ScopeEndForm,
    ScopeForm,
    TurnForm,
    instant_of,
)

__all__ = ["AgencyForm", "ScopeEndForm", "ScopeForm", "TurnForm", "instant_of"]
