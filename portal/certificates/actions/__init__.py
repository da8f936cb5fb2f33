"""What happens to certificates; each act is one short transaction."""

from __future__ import annotations

from portal.certificates.actions.decisions import begin_decisions
from portal.certificates.actions.drafts import (
    MadeDraft,
    ask_for_draft,
    forget_drafts,
    keep_draft,
)
from portal.certificates.actions.in_lieu import apply_in_lieu
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
    "MadeDraft",
    "Version",
    "apply_in_lieu",
    "approve",
    "ask_for_draft",
    "ask_for_proof",
    "begin_decisions",
    "forget_drafts",
    "issue",
    "keep_draft",
    "keep_lasting",
    "seal_signed",
    "void",
]
