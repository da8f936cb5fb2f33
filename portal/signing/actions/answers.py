"""The portal's side: the prepared file, the provider's answer, the signed file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.permissions import SYSTEM
from portal.core.steps import take
from portal.signing.actions.requests import stream
from portal.signing.esign_xml import Answer
from portal.signing.lifecycle import RELEASED, FileKind, Status, Step
from portal.signing.models import SignFile, SignRequest
from portal.signing.preparing import Prepared
from portal.signing.queries import file_of
from portal.signing.rules.outcomes import Outcome, outcome_of
from portal.signing.sealing import CertificateFacts

SIGNED = audit.Act("signing.signed", ("request", "sha256", "certificate"))
LASTING = audit.Act("signing.made_lasting", ("request", "sha256", "based_on_sha256"))
UNPROVEN = audit.Act("signing.left_unproven", ("request", "why"))
FAILED = audit.Act("signing.failed", ("request", "outcome"))
RESPONDED = "signing.{}_responded"
SIGNED_FACT = "signing.{}_signed"


@dataclass(frozen=True)
class SignedFile:
    """A signed file that was judged and written under `key`, and who signed it."""

    key: str
    content: bytes
    signer: CertificateFacts


def keep_prepared(db: Session, task_id: int, ref: str, prepared: Prepared, key: str) -> None:
    """The file is ready to be signed; again without change, and not where it was given up."""
    outbox.finish(db, task_id)
    row = _locked(db, ref)
    if row.status is not Status.PREPARING:
        return
    _keep(db, row, FileKind.PREPARED, key, prepared.content)
    facts = {
        "digest": prepared.digest.hex(),
        "room_from": prepared.room_from,
        "room_to": prepared.room_to,
    }
    take(db, row, Step.PREPARE, SYSTEM, "", **facts)


def take_answer(db: Session, answer: Answer, message: str) -> str:
    """Note a provider's answer whose signature held; a job looks into it. Returns the reference.

    Empty where nobody waits for it: an answer that comes twice, too late or after giving up
    changes nothing. A refusal ends the request at once, with its reason.
    """
    row = db.scalar(select(SignRequest).where(SignRequest.txn == answer.txn).with_for_update())
    if row is None:
        return ""
    if row.status is not Status.SENT or answer.status == 2:
        return row.ref
    if row.expires_at <= clock.now():
        _fail(db, row, Outcome.NO_ANSWER, "")
    elif answer.status == 0:
        _refuse(db, row, answer, message)
    else:
        take(db, row, Step.RESPOND, SYSTEM, response=message)
        outbox.announce(db, RESPONDED.format(row.purpose.value), row.ref)
    return row.ref


def keep_signed(db: Session, ref: str, signed: SignedFile) -> None:
    """The signature counts from now on, unless another try was first."""
    row = _locked(db, ref)
    if row.status is not Status.RESPONDED:
        return
    file = _keep(db, row, FileKind.SIGNED, signed.key, signed.content)
    facts = {
        "signed_at": clock.now(),
        "signer_name": signed.signer.common_name[:200],
        "signer_serial": signed.signer.serial[:64],
        "signer_sha256": signed.signer.sha256,
        "signer_ends_at": signed.signer.not_after,
    }
    take(db, row, Step.SIGN, SYSTEM, "", **facts)
    outbox.announce(db, SIGNED_FACT.format(row.purpose.value), ref)
    proven = {"sha256": file.sha256, "certificate": row.signer_sha256}
    audit.record(db, stream(row), SIGNED, SYSTEM, request=ref, **proven)


def keep_lasting(
    db: Session, task_id: int, ref: str, *, based_on: int, key: str, content: bytes
) -> bool:
    """Put the version with long-term data beside the signed file `based_on`.

    In one transaction and once: False if that file has a successor already; the file of this try
    is then an orphan that the nightly sweep removes.
    """
    outbox.finish(db, task_id)
    row = _locked(db, ref)
    newest = file_of(db, row, *RELEASED)
    if newest.id != based_on:
        return False
    file = _keep(db, row, FileKind.LASTING, key, content, based_on)
    facts = {"request": ref, "sha256": file.sha256, "based_on_sha256": newest.sha256}
    audit.record(db, stream(row), LASTING, SYSTEM, **facts)
    return True


def leave_unproven(db: Session, task_id: int, ref: str, why: str) -> None:
    """Note that a signature can't get its long-term proof any more, and why."""
    outbox.finish(db, task_id)
    row = _locked(db, ref)
    audit.record(db, stream(row), UNPROVEN, SYSTEM, request=ref, why=why[:400])


def fail(db: Session, task_id: int, ref: str, outcome: Outcome, said: str = "") -> None:
    """End a request without a signature, with the reason for the signer."""
    outbox.finish(db, task_id)
    row = _locked(db, ref)
    if row.status in (Status.PREPARING, Status.RESPONDED):
        _fail(db, row, outcome, said)


def take_up(db: Session, task_id: int, ref: str) -> Status:
    """Let a job past its tries begin anew while the request's time lasts; else end the request.

    What is signed already stays so, and its job with the operator. Returns the status.
    """
    row = _locked(db, ref)
    if row.expires_at > clock.now():
        outbox.revive(db, task_id)
    elif row.status is Status.RESPONDED:
        outbox.finish(db, task_id)
        _fail(db, row, Outcome.NOT_FINISHED, "")
    return row.status


def _refuse(db: Session, row: SignRequest, answer: Answer, message: str) -> None:
    outcome = outcome_of(answer.err_code)
    said = " ".join(part for part in (answer.err_code, answer.err_msg) if part)
    _fail(db, row, outcome, said, response=message)


def _fail(db: Session, row: SignRequest, outcome: Outcome, said: str, **facts: object) -> None:
    take(db, row, Step.FAIL, SYSTEM, "", outcome=outcome, outcome_said=said[:400], **facts)
    audit.record(db, stream(row), FAILED, SYSTEM, request=row.ref, outcome=outcome.value)


def _keep(
    db: Session,
    row: SignRequest,
    kind: FileKind,
    key: str,
    content: bytes,
    based_on: int | None = None,
) -> SignFile:
    file = SignFile(
        request_id=row.id,
        kind=kind,
        storage_key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        made_at=clock.now(),
        based_on_id=based_on,
    )
    db.add(file)
    return file


def _locked(db: Session, ref: str) -> SignRequest:
    query = select(SignRequest).where(SignRequest.ref == ref).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()
