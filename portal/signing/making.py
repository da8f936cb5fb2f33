"""The long acts around a signature: make the file ready, and make the signed file of an answer."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.signing import actions, esign_xml, preparing
from portal.signing.actions.answers import SignedFile
from portal.signing.judging import Fault, SigningKit, read_answer, signed_file
from portal.signing.lifecycle import FileKind, Means, Status
from portal.signing.models import SignRequest
from portal.signing.queries import by_ref, file_of
from portal.signing.rules.outcomes import Outcome

log = structlog.get_logger("signing")


# The document of a request, or nothing where it is no longer what was meant.
Render = Callable[[SignRequest], bytes | None]


def make_ready(
    db: Session,
    kit: SigningKit,
    task_id: int,
    ref: str,
    render: Render,
    *,
    certifies: bool = False,
) -> None:
    """Render the document, leave room for a signature, keep it; may run twice, die at any line.

    With `certifies` the signature will allow no change afterwards.
    """
    row = by_ref(db, ref)
    if row.status is not Status.PREPARING:
        db.rollback()
        write(db, outbox.finish, task_id)
        return
    pdf = render(row)
    facts = {"name": row.expected_name, "reason": row.title, "location": "India"}
    is_token = row.means is Means.TOKEN
    db.rollback()
    if pdf is None:
        write(db, actions.fail, task_id, ref, Outcome.CHANGED_MEANWHILE)
        return
    reach("signing.after_render")
    prepared = preparing.prepare(pdf, **facts, at=clock.now(), pades=is_token, certifies=certifies)
    key = kit.store.put("signing", prepared.content)
    write(db, actions.keep_prepared, task_id, ref, prepared, key)


def finish(db: Session, kit: SigningKit, task_id: int, ref: str) -> None:
    """Judge what the provider answered, and keep the signed file or the reason against it.

    May run twice and die at any line: nothing counts before the last act, which looks again.
    After a signature the task stays open: it ends with the long-term proof (`archiving`).
    """
    row = by_ref(db, ref)
    if row.status is not Status.RESPONDED:
        db.rollback()
        return
    prepared = file_of(db, row, FileKind.PREPARED)
    db.expunge_all()
    db.rollback()
    try:
        signed, signer = signed_file(kit, row, prepared)
    except Fault as fault:
        write(db, actions.fail, task_id, ref, fault.outcome, fault.said)
        return
    reach("signing.after_embed")
    key = kit.store.put("signing", signed)
    reach("signing.after_store")
    write(db, actions.keep_signed, ref, SignedFile(key, signed, signer))
    reach("signing.after_commit")


def look_after(db: Session, kit: SigningKit, task_id: int, ref: str) -> None:
    """Ask the provider about a request that waits for its answer; end one whose time has passed.

    While neither is so, the same job comes again some minutes later.
    """
    row = by_ref(db, ref)
    # A token has nobody who could be asked, so it has no transaction.
    status, txn, is_over = row.status, row.txn or "", row.expires_at <= clock.now()
    db.rollback()
    if status is Status.SENT and txn:
        _ask(db, kit, txn)
    write(db, actions.end_or_wait, task_id, ref, is_over=is_over)


def _ask(db: Session, kit: SigningKit, txn: str) -> None:
    """Take what the provider says of a transaction; one that can't be reached or proven, later."""
    try:
        message = kit.esign.status(esign_xml.status_xml(txn, clock.now(), kit.asp_key))
        answer = read_answer(kit.provider, message)
        if answer.txn == txn:
            write(db, actions.take_answer, answer, message.decode())
    except (TryLater, Refused, UnicodeDecodeError) as problem:
        log.warning("provider_not_asked", why=str(problem))
