"""Who belongs to a firm, in which role; disputes about it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import DomainError, Forbidden, Invalid, Missing
from portal.core.permissions import SYSTEM, Actor, Permission, Role, SeatKind
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.identity.actions.codes import subject_of_link
from portal.identity.actions.invitations import invite, resend_invitation, withdraw_invitation
from portal.identity.actions.sessions import end_seat
from portal.identity.lifecycle import CodePurpose
from portal.identity.models import Dispute, Firm, IecClaim, Invitation, Membership

FIRM_ROLES = (Role.OWNER, Role.SIGNATORY, Role.PREPARER, Role.FINANCE, Role.VIEWER)
REMOVED_FACT = "identity.member_removed"
DISPUTED_FACT = "identity.member_disputed"
SETTLED_FACT = "identity.dispute_settled"

ROLE_CHANGED = audit.Act("identity.role_changed", ("member", "role"))
REMOVED = audit.Act("identity.member_removed", ("member",))
DISPUTED = audit.Act("identity.member_disputed", ("member", "dispute"))
SETTLED = audit.Act("identity.dispute_settled", ("dispute", "upheld"))


class LastOwner(DomainError):
    """A firm without an owner could not be managed by anybody."""


def invite_member(db: Session, actor: Actor, role: Role, email: str, name: str = "") -> str:
    """Invite somebody to the acting firm. Returns the invitation's reference."""
    firm_id = _managed(actor)
    if role not in FIRM_ROLES:
        raise Invalid(N_("Choose one of the roles."), code="role", field="role")
    return invite(db, actor, SeatKind.FIRM, firm_id, role, email, name)


def resend_to_member(db: Session, actor: Actor, ref: str) -> None:
    """Another link to somebody who was invited to the acting firm."""
    resend_invitation(db, SeatKind.FIRM, _managed(actor), ref)


def withdraw_from_member(db: Session, actor: Actor, ref: str) -> None:
    """Withdraw an invitation to the acting firm."""
    withdraw_invitation(db, actor, SeatKind.FIRM, _managed(actor), ref)


def take_firm_seat(db: Session, invitation: Invitation, person_id: int) -> None:
    """Become a member by an invitation; a role held before ends."""
    _end_memberships(db, person_id, invitation.seat_id, keep_last_owner=True)
    db.add(
        Membership(
            person_id=person_id,
            firm_id=invitation.seat_id,
            role=invitation.role,
            started_at=clock.now(),
        )
    )


def change_role(db: Session, actor: Actor, person_id: int, role: Role) -> None:
    """Another role for a member from now on; their sessions for the firm end."""
    firm_id = _managed(actor)
    row = _membership(db, firm_id, person_id)
    if role not in FIRM_ROLES:
        raise Invalid(N_("Choose one of the roles."), code="role", field="role")
    if row.role is role:
        return
    if row.role is Role.OWNER:
        _check_other_owner(db, firm_id, person_id)
    now = clock.now()
    row.ended_at = now
    db.flush()
    db.add(Membership(person_id=person_id, firm_id=firm_id, role=role, started_at=now))
    end_seat(db, person_id, SeatKind.FIRM, firm_id)
    facts = {"member": person_id, "role": role.value}
    audit.record(db, f"firm:{firm_id}", ROLE_CHANGED, actor, **facts)


def remove_member(db: Session, actor: Actor, person_id: int) -> None:
    """Somebody doesn't belong to the firm any more; drafts stay the firm's, sessions end."""
    _remove(db, actor, _managed(actor), person_id)


def leave(db: Session, actor: Actor) -> None:
    """Leave the acting firm. Raises LastOwner."""
    if actor.firm_id is None or actor.person_id is None:
        raise Missing("firm")
    _remove(db, actor, actor.firm_id, actor.person_id)


def dispute(db: Session, actor: Actor, person_id: int, reason: str) -> str:
    """Say that a member doesn't belong to the firm: they file nothing until that is settled."""
    return open_dispute(db, _managed(actor), person_id, reason, actor)


def open_dispute(db: Session, firm_id: int, person_id: int, reason: str, actor: Actor) -> str:
    """The dispute itself; also for whoever holds the registry's own address. Once at a time."""
    _membership(db, firm_id, person_id)
    open_now = select(Dispute).where(
        Dispute.firm_id == firm_id, Dispute.person_id == person_id, Dispute.settled_at.is_(None)
    )
    found = db.scalar(open_now)
    if found is not None:
        return found.ref
    row = Dispute(
        ref=random_ref(16),
        firm_id=firm_id,
        person_id=person_id,
        raised_by=actor.person_id,
        reason=reason,
        raised_at=clock.now(),
    )
    db.add(row)
    db.flush()
    outbox.announce(db, DISPUTED_FACT, row.ref)
    facts = {"member": person_id, "dispute": row.id}
    audit.record(db, f"firm:{firm_id}", DISPUTED, actor, **facts)
    return row.ref


def dispute_by_link(db: Session, token: str, reason: str, secret_key: str) -> str:
    """The registry's own address, which holds the link of a letter, disputes who was linked."""
    ref = subject_of_link(db, CodePurpose.DISPUTE, token, secret_key)
    row = db.scalar(select(IecClaim).where(IecClaim.ref == ref)) if ref else None
    if row is None:
        raise Missing("link")
    firm_id = db.scalar(select(Firm.id).where(Firm.iec == row.iec))
    assert firm_id is not None
    return open_dispute(db, firm_id, row.person_id, reason, SYSTEM)


def settle(db: Session, actor: Actor, ref: str, *, upheld: bool, outcome: str) -> None:
    """The directorate settles a dispute: upheld, the member is out; else they may file again."""
    if not actor.may(Permission.CLAIMS_JUDGE):
        raise Forbidden("disputes")
    row = db.scalar(select(Dispute).where(Dispute.ref == ref).with_for_update())
    if row is None or row.settled_at is not None:
        raise Missing("dispute")
    row.settled_at, row.settled_by = clock.now(), actor.person_id
    row.is_upheld, row.outcome = upheld, outcome
    if upheld:
        _end_memberships(db, row.person_id, row.firm_id)
        end_seat(db, row.person_id, SeatKind.FIRM, row.firm_id)
    outbox.announce(db, SETTLED_FACT, row.ref)
    facts = {"dispute": row.id, "upheld": int(upheld)}
    audit.record(db, f"firm:{row.firm_id}", SETTLED, actor, **facts)


def _remove(db: Session, actor: Actor, firm_id: int, person_id: int) -> None:
    row = _membership(db, firm_id, person_id)
    if row.role is Role.OWNER:
        _check_other_owner(db, firm_id, person_id)
    row.ended_at = clock.now()
    end_seat(db, person_id, SeatKind.FIRM, firm_id)
    outbox.announce(db, REMOVED_FACT, f"{firm_id}:{person_id}")
    audit.record(db, f"firm:{firm_id}", REMOVED, actor, member=person_id)


def _end_memberships(
    db: Session, person_id: int, firm_id: int, *, keep_last_owner: bool = False
) -> None:
    here = (Membership.person_id == person_id, Membership.firm_id == firm_id)
    for row in db.scalars(select(Membership).where(*here, Membership.ended_at.is_(None))):
        if keep_last_owner and row.role is Role.OWNER:
            _check_other_owner(db, firm_id, person_id)
        row.ended_at = clock.now()
    db.flush()


def _membership(db: Session, firm_id: int, person_id: int) -> Membership:
    here = (Membership.person_id == person_id, Membership.firm_id == firm_id)
    query = select(Membership).where(*here, Membership.ended_at.is_(None)).with_for_update()
    row = db.scalars(query).first()
    if row is None:
        raise Missing("member")
    return row


def _check_other_owner(db: Session, firm_id: int, person_id: int) -> None:
    # The firm's row is locked first, so that two owners who leave together can't both do so.
    db.scalar(select(Firm.id).where(Firm.id == firm_id).with_for_update())
    others = select(Membership.id).where(
        Membership.firm_id == firm_id,
        Membership.role == Role.OWNER,
        Membership.ended_at.is_(None),
        Membership.person_id != person_id,
    )
    if db.scalars(others).first() is None:
        raise LastOwner(
            N_("This is the firm's last owner. Make somebody else an owner first."),
            code="last_owner",
        )


def _managed(actor: Actor) -> int:
    if actor.firm_id is None or not actor.may(Permission.FIRM_MANAGE):
        raise Forbidden("firm")
    return actor.firm_id
