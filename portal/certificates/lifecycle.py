"""Statuses and steps of a certificate's number."""

from __future__ import annotations

from enum import StrEnum

from portal.core.permissions import Permission
from portal.core.steps import lifecycle


class Status(StrEnum):
    """Where a certificate stands. `cancelled` gets its step later."""

    ALLOTTED = "allotted"
    SEALED = "sealed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    VOID = "void"


class Level(StrEnum):
    """What a file carries: the seal alone, or also what proves it for years (PAdES B-LTA)."""

    SEALED = "sealed"
    LASTING = "lasting"


class Step(StrEnum):
    """What can be done with a certificate."""

    SEAL = "seal"
    ISSUE = "issue"
    VOID = "void"
    SUPERSEDE = "supersede"
    GIVE_UP = "give_up"


LIFECYCLE = lifecycle(
    (Step.SEAL, [Status.ALLOTTED], Status.SEALED, Permission.ISSUE),
    (Step.ISSUE, [Status.SEALED], Status.ISSUED, Permission.ISSUE),
    (Step.VOID, [Status.ALLOTTED], Status.VOID, Permission.CERTIFICATE_VOID),
    # By the issue of the certificate in lieu of it, in the same transaction.
    (Step.SUPERSEDE, [Status.ISSUED], Status.SUPERSEDED, Permission.ISSUE),
    # By the portal itself, where what a number was to replace can't be replaced any more.
    (Step.GIVE_UP, [Status.ALLOTTED], Status.VOID, Permission.ISSUE),
)
