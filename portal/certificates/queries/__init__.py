"""What is asked about certificates."""

from __future__ import annotations

from portal.certificates.queries.decisions import Decided, decision_signature, to_sign
from portal.certificates.queries.drafts import DraftState, draft_state
from portal.certificates.queries.links import Linked, Links, Replaceable, links_of, replaceable
from portal.certificates.queries.register import (
    CertificateFacts,
    NewestVersion,
    SealedFile,
    Unsealed,
    by_number,
    by_qr_id,
    by_sha256,
    certificates_of,
    due_for_proof,
    file_of,
    issued_numbers,
    live_certificate,
    newest_version,
    number_of_file,
    personal_data_of,
    unproven_since,
    unsealed,
    unsealed_since,
)

__all__ = [
    "CertificateFacts",
    "Decided",
    "DraftState",
    "Linked",
    "Links",
    "NewestVersion",
    "Replaceable",
    "SealedFile",
    "Unsealed",
    "by_number",
    "by_qr_id",
    "by_sha256",
    "certificates_of",
    "decision_signature",
    "draft_state",
    "due_for_proof",
    "file_of",
    "issued_numbers",
    "links_of",
    "live_certificate",
    "newest_version",
    "number_of_file",
    "personal_data_of",
    "replaceable",
    "to_sign",
    "unproven_since",
    "unsealed",
    "unsealed_since",
]
