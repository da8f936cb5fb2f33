"""The signer's side: ask for a signature, go to the provider, give up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import Forbidden, NotOpen, Refused
from portal.core.permissions import SYSTEM, Actor, Permission
from portal.core.refs import random_ref
from portal.core.steps import take
from portal.core.words import N_
from portal.signing.lifecycle import UNANSWERED, Means, Purpose, Status, Step
from portal.signing.models import SignRequest
from portal.signing.queries import own_row
from portal.signing.rules.outcomes import Outcome

# As long as a provider's certificate lives.
LIFE = timedelta(minutes=30)
# Changes with every change of the wording in templates/signing/show.html.
CONSENT_VERSION = "2026-11"

# How long to wait before the provider is asked, and between two times of asking.
PATIENCE = timedelta(minutes=4)
WAITS = "signing.waits"

BEGUN = audit.Act("signing.begun", ("request", "purpose", "means"))
SENT = audit.Act("signing.sent", ("request", "consent"))
CANCELLED = audit.Act("signing.cancelled", ("request",))


@dataclass(frozen=True)
class Document:
    """What shall be signed. `fingerprint` is the content that the signature stands for."""

    purpose: Purpose
    subject: str
    title: str
    number: str
    fingerprint: str
    expected_name: str
    back: str
    means: Means = Means.ESIGN


def begin(db: Session, actor: Actor, document: Document) -> str:
    """Ask for a signature; a job makes the file ready. Returns the request's reference.

    A request for the same content that still waits here is gone on with, back to where the person
    came from now; another one of this
    person for this subject is given up, so that two tabs never sign two things.
    """
    if actor.person_id is None or not actor.may(Permission.DOCUMENT_SIGN):
        raise Forbidden("sign")
    for row in _waiting(db, actor.person_id, document):
        if row.status in (Status.PREPARING, Status.READY) and _is_for(row, document):
            row.back = document.back
            return row.ref
        take(db, row, Step.CANCEL, actor, outcome=Outcome.CANCELLED)
    now = clock.now()
    row = SignRequest(
        ref=random_ref(),
        person_id=actor.person_id,
        seat=actor.seat.token,
        made_at=now,
        expires_at=now + LIFE,
        **vars(document),
    )
    db.add(row)
    outbox.announce(db, f"signing.{document.purpose.value}_begun", row.ref)
    outbox.announce(db, WAITS, row.ref, now + PATIENCE)
    facts = {"request": row.ref, "purpose": document.purpose.value, "means": row.means.value}
    audit.record(db, stream(row), BEGUN, actor, **facts)
    return row.ref


def send(db: Session, actor: Actor, ref: str, address: str, request: bytes, txn: str) -> None:
    """Note the consent and the message that now goes to the provider through the browser.

    Raises NotOpen where the request isn't ready, or its time has passed.
    """
    row = own_row(db, actor, ref, lock=True)
    if row.expires_at <= clock.now():
        raise NotOpen(N_("This took too long. Begin to sign anew."), code="over")
    facts = {
        "txn": txn,
        "request": request.decode(),
        "consent": CONSENT_VERSION,
        "consented_at": clock.now(),
        "address": address,
        "expires_at": clock.now() + LIFE,
    }
    take(db, row, Step.SEND, actor, "", **facts)
    audit.record(db, stream(row), SENT, actor, request=ref, consent=CONSENT_VERSION)


def cancel(db: Session, actor: Actor, ref: str) -> None:
    """Give a request up; what comes back afterwards is not used."""
    row = own_row(db, actor, ref, lock=True)
    take(db, row, Step.CANCEL, actor, outcome=Outcome.CANCELLED)
    audit.record(db, stream(row), CANCELLED, actor, request=ref)


def end_or_wait(db: Session, task_id: int, ref: str, *, is_over: bool) -> None:
    """End a request whose time has passed, or look again in some minutes; over ones are left."""
    outbox.finish(db, task_id)
    row = db.scalar(select(SignRequest).where(SignRequest.ref == ref).with_for_update())
    if row is None or row.status not in UNANSWERED:
        return
    if is_over:
        take(db, row, Step.EXPIRE, SYSTEM, outcome=Outcome.NO_ANSWER)
    else:
        outbox.announce(db, WAITS, ref, clock.now() + PATIENCE)


def new_txn(asp_id: str) -> str:
    """A transaction id that nobody can guess: at most 64 characters, letters, digits, hyphens."""
    if len(asp_id) > 20:
        raise Refused("the id at the provider is longer than 20 characters")
    return f"{asp_id}-{clock.now():%Y%m%d%H%M%S}-{secrets.token_hex(12)}"


def stream(row: SignRequest) -> str:
    """The audit stream of a request: that of its subject."""
    return f"signing:{row.ref}"


def _waiting(db: Session, person_id: int, document: Document) -> list[SignRequest]:
    query = (
        select(SignRequest)
        .where(SignRequest.person_id == person_id, SignRequest.purpose == document.purpose)
        .where(SignRequest.subject == document.subject)
        .where(SignRequest.status.in_(UNANSWERED))
        .with_for_update()
    )
    return list(db.scalars(query))


def _is_for(row: SignRequest, document: Document) -> bool:
    same = all(
        getattr(row, name) == getattr(document, name)
        for name in ("fingerprint", "expected_name", "means")
    )
    return same and row.expires_at > clock.now()
