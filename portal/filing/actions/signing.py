"""Signing an application: the signature stands for its particulars, whatever its status.

A change afterwards leaves the signature standing for what was signed; the new particulars need one
of their own. So nothing gets stuck in the middle, and a draft stays a draft while it is signed.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.errors import Forbidden, Invalid, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.filing import particulars
from portal.filing.actions.exporter import check_complete
from portal.filing.actions.in_lieu import check_in_lieu
from portal.filing.actions.mandated import check_agency, check_signatory
from portal.filing.lifecycle import EDITABLE
from portal.filing.models import Application
from portal.filing.queries import application_for
from portal.identity.queries import check_may_file
from portal.signing import actions as signing
from portal.signing.lifecycle import Means, Purpose
from portal.signing.queries import by_ref, signature_on

TITLE = N_("Application for a certificate of origin")


def begin_signing(
    db: Session,
    actor: Actor,
    ref: str,
    means: Means = Means.ESIGN,
    *,
    then_hand_in: bool = False,
) -> str:
    """Ask for a signature over a complete application; returns the request's reference.

    `then_hand_in` says that the declaration was made: the way back from the signature goes on to
    the hand-in. Raises Incomplete with every gap, NotOpen where it can't be changed any more.
    """
    if not actor.may(Permission.APPLICATION_SUBMIT):
        raise Forbidden("sign")
    row = application_for(db, actor, ref, lock=True)
    if row.status not in EDITABLE:
        raise NotOpen(N_("This application was handed in already."), code="submitted_already")
    check_may_file(db, actor)
    check_agency(db, actor, row.office_id)
    check_signatory(db, row, row.signatory)
    facts = check_complete(db, row)
    check_in_lieu(db, row)
    document = signing.Document(
        purpose=Purpose.APPLICATION,
        subject=row.ref,
        title=TITLE,
        number=row.public_ref,
        fingerprint=particulars.fingerprint_of(facts),
        expected_name=signer_of(actor, row),
        back=_way_back(row, then_hand_in),
        means=means,
    )
    return signing.begin(db, actor, document)


def was_to_be_handed_in(db: Session, actor: Actor, row: Application, fingerprint: str) -> bool:
    """Whether the acting person declared these particulars and signed them in order to hand in."""
    found = signature_on(db, Purpose.APPLICATION, row.ref, fingerprint)
    if found is None:
        return False
    request = by_ref(db, found.ref)
    return request.person_id == actor.person_id and request.back == _way_back(row, True)


def signer_of(actor: Actor, row: Application) -> str:
    """Whose name the certificate must bear: the signatory's; for an agent its own person's."""
    if actor.client is not None:
        return actor.name
    if not row.signatory:
        raise Invalid(N_("Type the signatory's name."), code="no_signatory", field="signatory")
    return row.signatory


def _way_back(row: Application, then_hand_in: bool) -> str:
    """The page that follows a signature."""
    review = f"/applications/{row.public_ref}"
    return f"{review}/handing-in" if then_hand_in else review
