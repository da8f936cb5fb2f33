"""One-time codes and links: made here, sent at once, and known to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.tx import write
from portal.core.words import N_
from portal.identity import actions as identity
from portal.identity.lifecycle import CodePurpose, Proof
from portal.identity.models import Code, IecClaim, Person, Registration
from portal.notifications.actions.sending import done, mail, text_message

if TYPE_CHECKING:
    from portal.kit import Kit

BY_TEXT = N_("eCoO code: %(code)s. Good for 15 minutes. Nobody from the portal asks for it.")
LINKS = (CodePurpose.PASSWORD, CodePurpose.DISPUTE)


def send_code(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make and send the code or link of a row; one that is wanted no more is passed by."""
    row = db.get(Code, int(ref))
    make = identity.make_link if row and row.purpose in LINKS else identity.make_code
    made = write(db, make, int(ref), kit.settings.secret_key)
    if made is not None:
        _send(db, kit, *made)
    done(db, task_id)


def send_known_email(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Somebody registered with an e-mail that has an account: its owner reads how to get in."""
    row = db.scalar(select(Registration).where(Registration.ref == ref))
    if row is not None:
        db.rollback()
        mail(kit, row.email, "known_email")
    done(db, task_id)


def _send(db: Session, kit: Kit, row: Code, secret: str) -> None:
    purpose, subject = row.purpose, row.subject
    if purpose in (CodePurpose.EMAIL, CodePurpose.MOBILE):
        _to_newcomer(db, kit, purpose, subject, secret)
    elif purpose is CodePurpose.IEC:
        _to_registry(db, kit, subject, secret)
    elif purpose is CodePurpose.DISPUTE:
        _linked(db, kit, subject, secret)
    else:
        person = db.get_one(Person, int(subject))
        db.rollback()
        mail(kit, person.email, "password", token=secret, name=person.name)


def _to_newcomer(db: Session, kit: Kit, purpose: CodePurpose, ref: str, code: str) -> None:
    found = db.scalar(select(Registration).where(Registration.ref == ref))
    db.rollback()
    if found is None:
        return
    if purpose is CodePurpose.EMAIL:
        mail(kit, found.email, "email_code", code=code, name=found.name)
    else:
        text_message(kit, found.mobile, BY_TEXT % {"code": code})


def _to_registry(db: Session, kit: Kit, ref: str, code: str) -> None:
    """The address is asked for at this moment: it is the registry's, never what was typed."""
    claim = db.scalar(select(IecClaim).where(IecClaim.ref == ref))
    person = db.get_one(Person, claim.person_id) if claim else None
    db.rollback()
    record = kit.registry.look_up(claim.iec) if claim else None
    if claim is None or person is None or record is None:
        return
    if claim.proof is Proof.MOBILE:
        text_message(kit, record.mobile, BY_TEXT % {"code": code})
    else:
        facts = {"code": code, "firm": record.name, "iec": record.iec, "person": person.name}
        mail(kit, record.email, "iec_code", **facts)


def _linked(db: Session, kit: Kit, ref: str, token: str) -> None:
    claim = db.scalar(select(IecClaim).where(IecClaim.ref == ref))
    person = db.get_one(Person, claim.person_id) if claim else None
    db.rollback()
    record = kit.registry.look_up(claim.iec) if claim else None
    if claim is not None and person is not None and record is not None:
        facts = {"token": token, "firm": record.name, "iec": record.iec, "person": person.name}
        how = {
            "by_letter": claim.proof is Proof.LETTER,
            "by_credential": claim.proof is Proof.CREDENTIAL,
        }
        mail(kit, record.email, "firm_linked", **facts, **how)
