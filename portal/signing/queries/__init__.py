"""What other rooms ask about signatures and about people's credentials."""

from __future__ import annotations

from portal.signing.queries.credentials import (
    CredentialFacts,
    active_credential,
    credential_by_ref,
    credentials_ending,
    credentials_of,
    in_use,
    is_given_up,
    matches,
)
from portal.signing.queries.requests import (
    RequestFacts,
    SignatureFacts,
    by_ref,
    by_txn,
    file_of,
    is_signed_file,
    open_request,
    own_request,
    own_row,
    personal_data_of,
    signature_on,
    signatures_of,
    unproven,
)

__all__ = [
    "CredentialFacts",
    "RequestFacts",
    "SignatureFacts",
    "active_credential",
    "by_ref",
    "by_txn",
    "credential_by_ref",
    "credentials_ending",
    "credentials_of",
    "file_of",
    "in_use",
    "is_given_up",
    "is_signed_file",
    "matches",
    "open_request",
    "own_request",
    "own_row",
    "personal_data_of",
    "signature_on",
    "signatures_of",
    "unproven",
]
