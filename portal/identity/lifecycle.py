"""States of firms, claims and codes."""

from __future__ import annotations

from enum import StrEnum


class IecStatus(StrEnum):
    """What the registry says of an IEC; only an active one may file."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    DENIED = "denied"


class ClaimStatus(StrEnum):
    """How far somebody came who says that they belong to a firm."""

    CODE_SENT = "code_sent"
    JUDGED_LATER = "judged_later"
    LINKED = "linked"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class Proof(StrEnum):
    """By what somebody proves that they belong to a firm."""

    EMAIL = "email"
    MOBILE = "mobile"
    LETTER = "letter"
    CREDENTIAL = "credential"


class CodePurpose(StrEnum):
    """What a one-time code is for; its subject says for whom."""

    EMAIL = "email"
    MOBILE = "mobile"
    IEC = "iec"
    PASSWORD = "password"
    DISPUTE = "dispute"
