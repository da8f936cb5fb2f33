"""Statuses and steps of an application."""

from __future__ import annotations

from enum import StrEnum

from portal.core.permissions import Permission
from portal.core.steps import lifecycle


class Status(StrEnum):
    """Where an application stands. `signing` and `awaiting_payment` get their steps later."""

    DRAFT = "draft"
    SIGNING = "signing"
    AWAITING_PAYMENT = "awaiting_payment"
    SUBMITTED = "submitted"
    IN_SCRUTINY = "in_scrutiny"
    QUESTIONED = "questioned"
    APPROVED = "approved"
    ISSUED = "issued"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Step(StrEnum):
    """What can be done with an application."""

    SUBMIT = "submit"
    DISCARD = "discard"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    CLAIM = "claim"
    RELEASE = "release"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    REOPEN = "reopen"
    ISSUE = "issue"
    GIVE_BACK = "give_back"
    SEND_BACK = "send_back"


_S, _P = Status, Permission

LIFECYCLE = lifecycle(
    (Step.SUBMIT, [_S.DRAFT], _S.SUBMITTED, _P.APPLICATION_SUBMIT),
    (Step.DISCARD, [_S.DRAFT], _S.WITHDRAWN, _P.APPLICATION_PREPARE),
    (
        Step.WITHDRAW,
        [_S.SUBMITTED, _S.IN_SCRUTINY, _S.QUESTIONED],
        _S.WITHDRAWN,
        _P.APPLICATION_SUBMIT,
    ),
    (Step.ANSWER, [_S.QUESTIONED], _S.IN_SCRUTINY, _P.APPLICATION_SUBMIT),
    (Step.CLAIM, [_S.SUBMITTED], _S.IN_SCRUTINY, _P.APPLICATION_SCRUTINISE),
    (Step.RELEASE, [_S.IN_SCRUTINY], _S.SUBMITTED, _P.APPLICATION_SCRUTINISE),
    (Step.ASK, [_S.IN_SCRUTINY], _S.QUESTIONED, _P.APPLICATION_SCRUTINISE),
    (Step.APPROVE, [_S.IN_SCRUTINY], _S.APPROVED, _P.CERTIFICATE_APPROVE),
    (Step.REJECT, [_S.IN_SCRUTINY], _S.REJECTED, _P.CERTIFICATE_APPROVE),
    (Step.REOPEN, [_S.APPROVED], _S.IN_SCRUTINY, _P.CERTIFICATE_VOID),
    (Step.ISSUE, [_S.APPROVED], _S.ISSUED, _P.ISSUE),
    # By the portal itself, where the certificate can't be issued in lieu of another any more.
    (Step.SEND_BACK, [_S.APPROVED], _S.IN_SCRUTINY, _P.ISSUE),
    # By the portal itself, when an agency is struck off and the rule says so; by an officer only
    # where nobody of the office may decide the file, which the act looks at.
    (
        Step.GIVE_BACK,
        [_S.SUBMITTED, _S.IN_SCRUTINY, _S.QUESTIONED],
        _S.WITHDRAWN,
        _P.APPLICATION_SCRUTINISE,
    ),
)

# The exporter may change the application only here.
EDITABLE = (Status.DRAFT, Status.QUESTIONED)
# What an office sees in its queue, the work of today first.
OPEN_AT_OFFICE = (Status.SUBMITTED, Status.IN_SCRUTINY, Status.QUESTIONED, Status.APPROVED)
# What an officer has and hasn't decided.
ON_A_DESK = (Status.IN_SCRUTINY, Status.QUESTIONED)
# What came to its end without a certificate.
CLOSED = (Status.WITHDRAWN, Status.REJECTED, Status.LAPSED)
# What waits for the exporter.
WAITS_FOR_EXPORTER = (Status.DRAFT, Status.QUESTIONED)
