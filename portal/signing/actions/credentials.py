"""What happens to a person's signing credentials; each act is one short transaction."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import Missing, NotOpen
from portal.core.permissions import SYSTEM, Actor
from portal.core.refs import random_ref
from portal.core.steps import take
from portal.core.words import N_
from portal.identity import actions as identity
from portal.identity.ports import IecRecord
from portal.signing.binding import read_holder
from portal.signing.lifecycle import UNDECIDED, WATCHED, CredentialStatus, CredentialStep, Means
from portal.signing.models import SigningCredential, SignRequest
from portal.signing.rules.credentials import Holder, Judgement, warning_due
from portal.signing.rules.matching import match

# How long after it was judged a candidate may be taken into use.
DECIDE_WITHIN = timedelta(days=1)
# How long ago the lists may have been asked when a credential proves a firm: one night missed.
FRESH = timedelta(days=2)

REVOKED_FACT = "signing.credential_revoked"
ENDED_FACT = "signing.credential_ended"
ENDS_FACT = "signing.credential_ends"

OFFERED = audit.Act("signing.credential_offered", ("credential", "request", "faults"))
USED = audit.Act("signing.credential_used", ("credential", "sha256"))
WITHDRAWN = audit.Act("signing.credential_withdrawn", ("credential",))
REVOKED = audit.Act("signing.credential_revoked", ("credential", "revoked_at"))
ENDED = audit.Act("signing.credential_ended", ("credential",))
WARNED = audit.Act("signing.credential_warned", ("credential", "days"))
PROVED = audit.Act("signing.credential_proved", ("credential", "iec", "by", "claim"))


@dataclass(frozen=True)
class Shown:
    """A certificate (DER) that came with a signature, what came along, and what was found."""

    certificate: bytes
    chain: Sequence[bytes]
    judgement: Judgement


def register_credential(db: Session, task_id: int, request_ref: str, shown: Shown) -> str:
    """Keep the certificate whose key signed a request, as a candidate or with what it lacks.

    The request must be signed by a token, by this very certificate. Returns the credential's
    reference. One that is in use stays so unless a list says that it was revoked.
    """
    outbox.finish(db, task_id)
    request = db.scalars(select(SignRequest).where(SignRequest.ref == request_ref)).one()
    holder = shown.judgement.holder
    if request.means is not Means.TOKEN or request.signer_sha256 != holder.sha256:
        raise NotOpen(N_("This certificate did not sign the request."), code="other_certificate")
    row = _of_person(db, request.person_id, holder.sha256)
    if row is None:
        row = _new(request, shown)
        db.add(row)
        db.flush()
    elif not _judge_again(db, row, request, shown):
        return row.ref
    faults = " ".join(shown.judgement.faults)
    facts = {"credential": row.ref, "request": request_ref, "faults": faults or "none"}
    audit.record(db, stream(row), OFFERED, SYSTEM, **facts)
    return row.ref


def use_credential(db: Session, actor: Actor, ref: str) -> None:
    """Take a candidate into use. Raises NotOpen where it was judged too long ago or has ended."""
    row = _own(db, actor, ref)
    now = clock.now()
    if not (row.valid_from <= now <= row.valid_to and now - row.judged_at <= DECIDE_WITHIN):
        raise NotOpen(
            N_("This certificate was checked more than a day ago. Sign the test page again."),
            code="judged_too_old",
        )
    take(db, row, CredentialStep.USE, actor, registered_at=now)
    outbox.announce(db, identity.ALERT, f"{row.person_id}:credential_on")
    audit.record(db, stream(row), USED, actor, credential=ref, sha256=row.sha256)


def withdraw_credential(db: Session, actor: Actor, ref: str) -> None:
    """Use it no more, from now on; a test page signed anew offers it again."""
    row = _own(db, actor, ref)
    take(db, row, CredentialStep.WITHDRAW, actor)
    audit.record(db, stream(row), WITHDRAWN, actor, credential=ref)


def prove_firm(db: Session, actor: Actor, ref: str, record: IecRecord) -> str:
    """Make the actor an owner of the firm that an active credential of theirs matches.

    `record` is what the registry says now. Returns the claim's reference. Raises NotOpen with the
    reason where the credential isn't in use, wasn't checked lately, or matches another firm.
    """
    row = _own(db, actor, ref)
    check_counts(row)
    found = match(holder_of(row), record)
    if found.by is None:
        raise NotOpen(found.why, code="no_match")
    claim = identity.claim_by_credential(db, actor, record, f"{found.why} ({row.sha256[:16]})")
    facts = {"credential": ref, "iec": record.iec, "by": found.by.value, "claim": claim}
    audit.record(db, stream(row), PROVED, actor, **facts)
    return claim


def check_counts(row: SigningCredential) -> None:
    """Raise NotOpen unless a credential is in use, in its time, and was checked lately."""
    now = clock.now()
    if row.status is not CredentialStatus.ACTIVE or not row.valid_from <= now <= row.valid_to:
        raise NotOpen(N_("This credential is not in use."), code="credential_not_in_use")
    if now - row.judged_at > FRESH:
        raise NotOpen(
            N_("The lists of revoked certificates were not read lately. Sign the test page again."),
            code="not_checked_lately",
        )


def note_judged(db: Session, credential_id: int, judgement: Judgement, at: datetime) -> str:
    """What the night found: revoked, ended, or sound (and perhaps ending soon).

    Returns what was done in one word. A list that could not be read changes nothing.
    """
    row = db.get(SigningCredential, credential_id, with_for_update=True)
    if row is None or row.status not in WATCHED:
        return "left"
    if judgement.revoked_at is not None:
        return _revoke(db, row, judgement.revoked_at)
    if row.valid_to < at:
        return _end(db, row)
    if judgement.is_good:
        row.judged_at = at
    return _warn(db, row, at)


def holder_of(row: SigningCredential) -> Holder:
    """What a kept certificate says."""
    return read_holder(b64decode(row.certificate))


def kept_ders(row: SigningCredential) -> tuple[bytes, tuple[bytes, ...]]:
    """A kept certificate and its chain (DER)."""
    return b64decode(row.certificate), tuple(map(b64decode, row.chain.split()))


def stream(row: SigningCredential) -> str:
    """The audit stream of a credential: its holder's."""
    return f"person:{row.person_id}"


def _new(request: SignRequest, shown: Shown) -> SigningCredential:
    holder, good = shown.judgement.holder, shown.judgement.is_good
    return SigningCredential(
        ref=random_ref(),
        person_id=request.person_id,
        sha256=holder.sha256,
        name=holder.name[:200],
        serial=holder.serial[:64],
        issuer=holder.issuer[:200],
        organisation=holder.organisation[:200],
        grade=holder.grade,
        valid_from=holder.valid_from,
        valid_to=holder.valid_to,
        binding=holder.binding,
        bound_to=holder.bound_to[:200],
        status=CredentialStatus.CANDIDATE if good else CredentialStatus.REFUSED,
        made_at=clock.now(),
        certificate=b64encode(shown.certificate).decode(),
        **_found(request, shown),
    )


def _found(request: SignRequest, shown: Shown) -> dict[str, Any]:
    """What each judgement writes anew."""
    return {
        "faults": " ".join(shown.judgement.faults),
        "judged_at": clock.now(),
        "request_id": request.id,
        "chain": "\n".join(b64encode(one).decode() for one in shown.chain),
    }


def _judge_again(db: Session, row: SigningCredential, request: SignRequest, shown: Shown) -> bool:
    """Open a credential again, or note that one in use is sound or revoked; False if left."""
    judgement = shown.judgement
    if row.status in UNDECIDED:
        step = CredentialStep.OFFER if judgement.is_good else CredentialStep.REFUSE
        take(db, row, step, SYSTEM, **_found(request, shown))
        return True
    if row.status is CredentialStatus.ACTIVE and judgement.revoked_at is not None:
        _revoke(db, row, judgement.revoked_at)
    elif row.status is CredentialStatus.ACTIVE and judgement.is_good:
        row.judged_at = clock.now()
    return False


def _revoke(db: Session, row: SigningCredential, revoked_at: datetime) -> str:
    take(db, row, CredentialStep.REVOKE, SYSTEM, revoked_at=revoked_at)
    outbox.announce(db, REVOKED_FACT, row.ref)
    said = revoked_at.isoformat(timespec="seconds")
    audit.record(db, stream(row), REVOKED, SYSTEM, credential=row.ref, revoked_at=said)
    return "revoked"


def _end(db: Session, row: SigningCredential) -> str:
    was_used = row.status is CredentialStatus.ACTIVE
    take(db, row, CredentialStep.EXPIRE, SYSTEM)
    if was_used:
        outbox.announce(db, ENDED_FACT, row.ref)
    audit.record(db, stream(row), ENDED, SYSTEM, credential=row.ref)
    return "ended"


def _warn(db: Session, row: SigningCredential, at: datetime) -> str:
    days = warning_due(row.valid_to, at, row.warned_days)
    if not days or row.status is not CredentialStatus.ACTIVE:
        return "sound"
    row.warned_days = days
    outbox.announce(db, ENDS_FACT, row.ref)
    audit.record(db, stream(row), WARNED, SYSTEM, credential=row.ref, days=days)
    return "warned"


def _own(db: Session, actor: Actor, ref: str) -> SigningCredential:
    query = select(SigningCredential).where(
        SigningCredential.ref == ref, SigningCredential.person_id == (actor.person_id or 0)
    )
    row = db.scalar(query.with_for_update())
    if row is None:
        raise Missing("credential")
    return row


def _of_person(db: Session, person_id: int, sha256: str) -> SigningCredential | None:
    query = select(SigningCredential).where(
        SigningCredential.person_id == person_id, SigningCredential.sha256 == sha256
    )
    return db.scalar(query.with_for_update())
