"""What happens to certificates; each act is one short transaction."""

from __future__ import annotations

from portal.certificates.actions.decisions import begin_decisions
from portal.certificates.actions.register import (
    Addresses,
    Version,
    approve,
    ask_for_proof,
    issue,
    keep_lasting,
    seal_signed,
    void,
)

__all__ = [
    "Addresses",
    "Version",
    "approve",
    "ask_for_proof",
    "begin_decisions",
    "issue",
    "keep_lasting",
    "seal_signed",
    "void",
]
