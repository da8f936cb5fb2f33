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
    ASK_AGAIN = "ask_again"
    RESPOND = "respond"
    RESPOND_BY_TOKEN = "respond_by_token"
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
    # The companion may be asked again; a provider gets a new request instead.
    (Step.ASK_AGAIN, [_S.SENT], _S.SENT, _P.DOCUMENT_SIGN),
    (Step.RESPOND_BY_TOKEN, [_S.SENT], _S.RESPONDED, _P.DOCUMENT_SIGN),
    (Step.RESPOND, [_S.SENT], _S.RESPONDED, _P.SIGNING_PROCESS),
    (Step.SIGN, [_S.RESPONDED], _S.SIGNED, _P.SIGNING_PROCESS),
    (Step.FAIL, [_S.PREPARING, _S.SENT, _S.RESPONDED], _S.FAILED, _P.SIGNING_PROCESS),
    (Step.CANCEL, UNANSWERED, _S.CANCELLED, _P.DOCUMENT_SIGN),
    (Step.EXPIRE, UNANSWERED, _S.EXPIRED, _P.SIGNING_PROCESS),
)


class CredentialStatus(StrEnum):
    """Where a signing credential stands; only an active one counts."""

    CANDIDATE = "candidate"
    REFUSED = "refused"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


# What its holder, or time, or its authority has put out of use.
GIVEN_UP = (CredentialStatus.WITHDRAWN, CredentialStatus.EXPIRED, CredentialStatus.REVOKED)


class CredentialStep(StrEnum):
    """What can happen to a signing credential."""

    OFFER = "offer"
    REFUSE = "refuse"
    USE = "use"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REVOKE = "revoke"


_C, _D = CredentialStatus, CredentialStep

# What was not decided about for good: a test page signed anew opens it again.
UNDECIDED = (_C.CANDIDATE, _C.REFUSED, _C.WITHDRAWN)
# What time or its authority may still end.
WATCHED = (_C.CANDIDATE, _C.ACTIVE)

CREDENTIAL_LIFECYCLE = lifecycle(
    (_D.OFFER, UNDECIDED, _C.CANDIDATE, _P.SIGNING_PROCESS),
    (_D.REFUSE, UNDECIDED, _C.REFUSED, _P.SIGNING_PROCESS),
    (_D.USE, [_C.CANDIDATE], _C.ACTIVE, _P.DOCUMENT_SIGN),
    (_D.WITHDRAW, [_C.CANDIDATE, _C.ACTIVE], _C.WITHDRAWN, _P.DOCUMENT_SIGN),
    (_D.EXPIRE, WATCHED, _C.EXPIRED, _P.SIGNING_PROCESS),
    (_D.REVOKE, WATCHED, _C.REVOKED, _P.SIGNING_PROCESS),
)
