"""Pages about signatures: requests, a token's way, signing credentials."""

from __future__ import annotations

from portal.signing.pages import credentials, requests, tokens
from portal.signing.pages.requests import answer
from portal.signing.pages.shared import bp, means_chosen

__all__ = ["answer", "bp", "credentials", "means_chosen", "requests", "tokens"]
