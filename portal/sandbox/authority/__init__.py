"""Makes a SPECIMEN public key infrastructure, with keys and names that nobody can mistake.

Root; below it the authorities for offices' seals, for e-sign and for tokens, and one time stamper.
"""

from portal.sandbox.authority.chain import (
    CA,
    authority_certificate,
    ensure_authority,
    ensure_chain,
)
from portal.sandbox.authority.offices import issue_office_key
from portal.sandbox.authority.revocation import crl, revoke
from portal.sandbox.authority.tokens import IEC_NAME, Flaw, TokenFacts, issue_token_certificate

__all__ = [
    "CA",
    "IEC_NAME",
    "Flaw",
    "TokenFacts",
    "authority_certificate",
    "crl",
    "ensure_authority",
    "ensure_chain",
    "issue_office_key",
    "issue_token_certificate",
    "revoke",
]
