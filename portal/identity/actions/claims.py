"""Linking a firm by its IEC: only what reaches the registry's own addresses proves anything."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import DomainError, Forbidden, Missing
from portal.core.permissions import Actor, Permission, Role
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.documents.actions import add_document
from portal.documents.letters import Letter
from portal.identity.actions import codes
from portal.identity.lifecycle import ClaimStatus, CodePurpose, Proof
from portal.identity.models import Firm, IecClaim, Membership
from portal.identity.ports import IecRecord
from portal.identity.rules import masked

MOST_A_DAY = 10
LINKED = "identity.firm_linked"
LETTER_CAME = "identity.claim_by_letter"
DECIDED = "identity.claim_decided"

CLAIMED = audit.Act("identity.firm_claimed", ("claim", "iec"))
JOINED = audit.Act("identity.firm_joined", ("claim", "firm"))
JUDGED = audit.Act("identity.claim_judged", ("claim", "accepted"))


class TooManyClaims(DomainError):
    """Somebody tries one IEC after the other."""

    status = 429


def claim_by_code(db: Session, actor: Actor, record: IecRecord, proof: Proof) -> str:
    """Claim a firm; a code goes to the registry's own e-mail or mobile. Returns the reference."""
    to = record.mobile if proof is Proof.MOBILE else record.email
    row = _claim(db, actor, record, ClaimStatus.CODE_SENT, proof)
    row.sent_to = masked(to)
    codes.ask(db, CodePurpose.IEC, row.ref)
    return row.ref


def ask_code_again(db: Session, actor: Actor, ref: str) -> None:
    """Another code to the same address. Raises TooOften, Missing."""
    codes.ask(db, CodePurpose.IEC, own_claim(db, actor, ref).ref)


def prove(
    db: Session, actor: Actor, ref: str, typed: str, record: IecRecord, secret_key: str
) -> bool:
    """Link the firm if the code fits; `record` is what the registry says now."""
    row = own_claim(db, actor, ref)
    if row.iec != record.iec or not codes.fits(db, CodePurpose.IEC, ref, typed, secret_key):
        return False
    codes.use_up(db, CodePurpose.IEC, ref)
    _link(db, row, record, actor)
    return True


def claim_by_letter(db: Session, actor: Actor, record: IecRecord, key: str, letter: Letter) -> str:
    """Claim a firm by a letter that the directorate judges; its owners hear of it at once.

    `key` is where the letter was written to before.
    """
    row = _claim(db, actor, record, ClaimStatus.JUDGED_LATER, Proof.LETTER)
    add_document(db, actor, key=key, **vars(letter))
    row.letter_key, row.letter_name = key, letter.name
    outbox.announce(db, LETTER_CAME, row.ref)
    return row.ref


def claim_by_credential(db: Session, actor: Actor, record: IecRecord, reason: str) -> str:
    """Link a firm at once: a signing credential of the actor's was found to prove it, as told.

    Whoever calls has judged the credential by the rule of the room that keeps them. The firm's
    owners and the registry's own address hear of it, as of every link.
    """
    row = _claim(db, actor, record, ClaimStatus.LINKED, Proof.CREDENTIAL)
    row.reason = reason
    _link(db, row, record, actor)
    return row.ref


def judge(db: Session, actor: Actor, ref: str, record: IecRecord | None, reason: str) -> None:
    """Accept a claim by letter (`record` is what the registry says) or refuse it (None)."""
    if not actor.may(Permission.CLAIMS_JUDGE):
        raise Forbidden("claims")
    row = db.scalar(select(IecClaim).where(IecClaim.ref == ref).with_for_update())
    if row is None or row.status is not ClaimStatus.JUDGED_LATER:
        raise Missing("claim")
    row.reason, row.decided_by = reason, actor.person_id
    if record is not None:
        _link(db, row, record, actor)
    else:
        row.status, row.decided_at = ClaimStatus.REFUSED, clock.now()
    outbox.announce(db, DECIDED, row.ref)
    stream = f"person:{row.person_id}"
    audit.record(db, stream, JUDGED, actor, claim=row.id, accepted=int(record is not None))


def give_up(db: Session, actor: Actor, ref: str) -> None:
    """Give up a claim that is open."""
    row = own_claim(db, actor, ref)
    row.status, row.decided_at = ClaimStatus.GIVEN_UP, clock.now()


def own_claim_iec(db: Session, actor: Actor, ref: str) -> str:
    """Which IEC an open claim of the actor is about. Raises Missing."""
    return own_claim(db, actor, ref).iec


def claimed_iec(db: Session, ref: str) -> str:
    """Which IEC a claim that waits for judgement is about. Raises Missing."""
    waiting = (IecClaim.ref == ref, IecClaim.status == ClaimStatus.JUDGED_LATER)
    found = db.scalar(select(IecClaim.iec).where(*waiting))
    if found is None:
        raise Missing("claim")
    return found


def own_claim(db: Session, actor: Actor, ref: str) -> IecClaim:
    """An open claim of the actor. Raises Missing."""
    row = db.scalar(
        select(IecClaim)
        .where(IecClaim.ref == ref, IecClaim.person_id == actor.person_id)
        .with_for_update()
    )
    if row is None or row.status not in (ClaimStatus.CODE_SENT, ClaimStatus.JUDGED_LATER):
        raise Missing("claim")
    return row


def refresh_firm(db: Session, record: IecRecord) -> None:
    """Keep what the registry says of a firm that is linked here."""
    row = db.scalar(select(Firm).where(Firm.iec == record.iec).with_for_update())
    if row is not None:
        _take_over(row, record)


def _claim(
    db: Session, actor: Actor, record: IecRecord, status: ClaimStatus, proof: Proof
) -> IecClaim:
    since = clock.now() - timedelta(days=1)
    mine = (IecClaim.person_id == actor.person_id, IecClaim.claimed_at > since)
    if (db.scalar(select(func.count(IecClaim.id)).where(*mine)) or 0) >= MOST_A_DAY:
        raise TooManyClaims(
            N_("Ten IECs were tried today. Go on tomorrow, or write to the helpdesk."),
            code="claims_too_many",
        )
    row = IecClaim(
        ref=random_ref(16),
        person_id=actor.person_id,
        iec=record.iec,
        firm_name=record.name,
        status=status,
        proof=proof,
        claimed_at=clock.now(),
    )
    db.add(row)
    db.flush()
    stream = f"person:{actor.person_id}"
    audit.record(db, stream, CLAIMED, actor, claim=row.id, iec=record.iec)
    return row


def _link(db: Session, row: IecClaim, record: IecRecord, actor: Actor) -> None:
    """The registry's own address answered, or the directorate did: this is an owner."""
    firm = db.scalar(select(Firm).where(Firm.iec == record.iec).with_for_update())
    if firm is None:
        firm = Firm(iec=record.iec, pan=record.pan, created_at=clock.now())
        _take_over(firm, record)
        db.add(firm)
        db.flush()
    _take_over(firm, record)
    _make_owner(db, row.person_id, firm.id)
    row.status, row.decided_at = ClaimStatus.LINKED, clock.now()
    outbox.announce(db, LINKED, row.ref)
    audit.record(db, f"firm:{firm.id}", JOINED, actor, claim=row.id, firm=firm.id)


def _make_owner(db: Session, person_id: int, firm_id: int) -> None:
    here = (Membership.person_id == person_id, Membership.firm_id == firm_id)
    held = db.scalars(select(Membership).where(*here, Membership.ended_at.is_(None))).all()
    if any(row.role is Role.OWNER for row in held):
        return
    now = clock.now()
    for row in held:
        row.ended_at = now
    db.add(Membership(person_id=person_id, firm_id=firm_id, role=Role.OWNER, started_at=now))


def _take_over(firm: Firm, record: IecRecord) -> None:
    for name in ("name", "gstin", "address", "city", "state", "pin", "status"):
        setattr(firm, name, getattr(record, name))
    firm.checked_at = clock.now()
