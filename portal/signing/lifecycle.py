"""Statuses and steps of one request for a signature."""

from __future__ import annotations

from enum import StrEnum

from portal.core.permissions import Permission
from portal.core.steps import lifecycle


class Means(StrEnum):
    """How somebody signs."""

    ESIGN = "esign"
    TOKEN = "token"


class Purpose(StrEnum):
    """What is signed: an application, a decision, or a test page of the diagnostics."""

    APPLICATION = "application"
    DECISION = "decision"
    TEST = "test"


class FileKind(StrEnum):
    """What a file of a request is."""

    PREPARED = "prepared"
    SIGNED = "signed"
    LASTING = "lasting"


# What is given out of a signed request: the newest of these.
RELEASED = (FileKind.SIGNED, FileKind.LASTING)


class Status(StrEnum):
    """Where a request stands; only `signed` released a signed file."""

    PREPARING = "preparing"
    READY = "ready"
    SENT = "sent"
    RESPONDED = "responded"
    SIGNED = "signed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Step(StrEnum):
    """What can happen to a request."""

    PREPARE = "prepare"
    SEND = "send"
    RESPOND = "respond"
    SIGN = "sign"
    FAIL = "fail"
    CANCEL = "cancel"
    EXPIRE = "expire"


_S, _P = Status, Permission

# What its signer may still go on with or give up, and what may still become a signature.
UNANSWERED = (Status.PREPARING, Status.READY, Status.SENT)
OPEN = (*UNANSWERED, Status.RESPONDED)

LIFECYCLE = lifecycle(
    (Step.PREPARE, [_S.PREPARING], _S.READY, _P.SIGNING_PROCESS),
    (Step.SEND, [_S.READY], _S.SENT, _P.DOCUMENT_SIGN),
    (Step.RESPOND, [_S.SENT], _S.RESPONDED, _P.SIGNING_PROCESS),
    (Step.SIGN, [_S.RESPONDED], _S.SIGNED, _P.SIGNING_PROCESS),
    (Step.FAIL, [_S.PREPARING, _S.SENT, _S.RESPONDED], _S.FAILED, _P.SIGNING_PROCESS),
    (Step.CANCEL, UNANSWERED, _S.CANCELLED, _P.DOCUMENT_SIGN),
    (Step.EXPIRE, UNANSWERED, _S.EXPIRED, _P.SIGNING_PROCESS),
)
