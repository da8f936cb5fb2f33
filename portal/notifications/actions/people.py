"""Letters and messages about people, firms and access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.permissions import Role, SeatKind
from portal.core.tx import write
from portal.core.words import N_
from portal.identity import actions as identity
from portal.identity.actions import codes
from portal.identity.lifecycle import ClaimStatus, CodePurpose
from portal.identity.models import Dispute, Firm, IecClaim, Invitation, Membership, Person
from portal.notifications.actions.inbox import post
from portal.notifications.actions.sending import common, done, mail
from portal.notifications.models import Topic
from portal.notifications.wording import letter

if TYPE_CHECKING:
    from portal.kit import Kit

# Where those who invite look after their people.
PATHS = {
    SeatKind.FIRM: "/firm",
    SeatKind.AGENT: "/agent",
    # The administrator's or the manager's own first page.
    SeatKind.OFFICE: "/dashboard",
    SeatKind.AGENCY: "/agency",
}
SECURITY = {
    "password": N_("Your password was changed."),
    "factor_on": N_("A second factor was turned on."),
    "factor_off": N_("The second factor was turned off."),
    "credential_on": N_("A signing credential was taken into use."),
    "recovery_used": N_("Somebody signed in with one of your recovery codes."),
}


def send_invitation(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The link of an invitation, made at this moment."""
    made = write(db, identity.make_invitation_link, ref, kit.settings.secret_key)
    if made is not None:
        row, token = made
        inviter = db.get(Person, row.invited_by) if row.invited_by else None
        db.rollback()
        facts = {"token": token, "role": row.role.value.replace("_", " "), "name": row.name}
        mail(kit, row.email, "invitation", inviter=inviter.name if inviter else "eCoO", **facts)
    done(db, task_id)


def tell_accepted(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Whoever invited reads that it was accepted, and by whom."""
    row = db.scalar(select(Invitation).where(Invitation.ref == ref))
    person = db.get(Person, row.accepted_by) if row and row.accepted_by else None
    if row is None or person is None or row.invited_by is None:
        done(db, task_id)
        return
    facts = {"person": person.name, "email": person.email, "role": row.role.value}
    words = letter("accepted", **common(kit), **facts)
    path = PATHS.get(row.kind, "/dashboard")
    write(db, post, task_id, [row.invited_by], Topic.ACCESS, words, path)


def tell_linked(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The firm's other owners read who came in; the registry's address gets a link to object."""
    claim = _claim(db, ref)
    words = letter("owner_came", **common(kit), **_about(db, claim))
    people = [p for p in _owners(db, claim.iec) if p != claim.person_id]
    db.rollback()
    write(db, _tell_and_ask, task_id, people, words, claim.ref)


def tell_claim_by_letter(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The firm's owners read that somebody wants in by a letter."""
    claim = _claim(db, ref)
    words = letter("claim_by_letter", **common(kit), **_about(db, claim))
    write(db, post, task_id, _owners(db, claim.iec), Topic.SECURITY, words, "/firm")


def tell_claim_decided(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Whoever sent a letter reads how it was judged."""
    claim = _claim(db, ref)
    accepted = claim.status is ClaimStatus.LINKED
    facts: dict[str, object] = {"accepted": accepted, "reason": claim.reason}
    words = letter("claim_decided", **common(kit), **_about(db, claim), **facts)
    path = "/seat" if accepted else "/account/firms"
    write(db, post, task_id, [claim.person_id], Topic.ACCESS, words, path)


def tell_removed(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Somebody reads that they don't act for a firm any more."""
    firm_id, _colon, person_id = ref.partition(":")
    firm = db.get_one(Firm, int(firm_id))
    words = letter("removed", **common(kit), firm=firm.name)
    write(db, post, task_id, [int(person_id)], Topic.ACCESS, words, "/seat")


def tell_dispute(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The disputed person and the other owners read it."""
    _tell_of_dispute(db, kit, task_id, ref, "disputed")


def tell_settled(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The same people read how it was settled."""
    _tell_of_dispute(db, kit, task_id, ref, "settled")


def tell_security(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Somebody reads that their way in has changed."""
    person_id, _colon, what = ref.partition(":")
    words = letter("security", **common(kit), what=SECURITY[what])
    write(db, post, task_id, [int(person_id)], Topic.SECURITY, words, "/account")


def _tell_and_ask(db: Session, task_id: int, people: list[int], words, ref: str) -> None:  # type: ignore[no-untyped-def]
    post(db, task_id, people, Topic.SECURITY, words, "/firm")
    codes.ask(db, CodePurpose.DISPUTE, ref)


def _tell_of_dispute(db: Session, kit: Kit, task_id: int, ref: str, name: str) -> None:
    row = db.scalar(select(Dispute).where(Dispute.ref == ref))
    assert row is not None
    firm, person = db.get_one(Firm, row.firm_id), db.get_one(Person, row.person_id)
    facts = {"firm": firm.name, "person": person.name, "reason": row.reason}
    how: dict[str, object] = {"upheld": bool(row.is_upheld), "outcome": row.outcome}
    words = letter(name, **common(kit), **facts, **how)
    people = [row.person_id, *_owners(db, firm.iec)]
    write(db, post, task_id, people, Topic.ACCESS, words, "/firm")


def _claim(db: Session, ref: str) -> IecClaim:
    found = db.scalar(select(IecClaim).where(IecClaim.ref == ref))
    assert found is not None
    return found


def _about(db: Session, claim: IecClaim) -> dict[str, object]:
    person = db.get_one(Person, claim.person_id)
    return {
        "firm": claim.firm_name,
        "iec": claim.iec,
        "person": person.name,
        "email": person.email,
    }


def _owners(db: Session, iec: str) -> list[int]:
    query = (
        select(Membership.person_id)
        .join(Firm, Firm.id == Membership.firm_id)
        .where(Firm.iec == iec, Membership.role == Role.OWNER, Membership.ended_at.is_(None))
    )
    return list(db.scalars(query))
