"""What is asked about certificates."""

from __future__ import annotations

from portal.certificates.queries.decisions import Decided, decision_signature, to_sign
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
    "NewestVersion",
    "SealedFile",
    "Unsealed",
    "by_number",
    "by_qr_id",
    "by_sha256",
    "certificates_of",
    "decision_signature",
    "due_for_proof",
    "file_of",
    "issued_numbers",
    "live_certificate",
    "newest_version",
    "number_of_file",
    "personal_data_of",
    "to_sign",
    "unproven_since",
    "unsealed",
    "unsealed_since",
]
