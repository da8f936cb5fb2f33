"""An officer's signature on decisions, one by one or a list by one PIN."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.agencies.rules import SealsWith
from portal.certificates.queries import Decided, to_sign
from portal.core.errors import Forbidden, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.signing import actions as signing
from portal.signing.lifecycle import Means, Purpose

TITLE = N_("Decision on a certificate of origin")
CERTIFICATE = N_("Certificate of origin")


def begin_decisions(db: Session, actor: Actor, numbers: Sequence[str], means: Means) -> list[str]:
    """Ask for the acting officer's signature on decisions; returns the requests' references.

    Numbers that were signed or voided meanwhile are left out. Raises NotOpen where none is left,
    or where the office has set that certificates bear the officer's own token.
    """
    if not actor.may(Permission.CERTIFICATE_APPROVE):
        raise Forbidden("sign")
    agencies.check_seated(db, actor)
    wanted = set(numbers)
    found = [one for one in to_sign(db, actor) if one.number in wanted]
    if not found:
        raise NotOpen(N_("Nothing of that is left to sign."), code="signed_already")
    if means is not Means.TOKEN and any(one.seals_with is SealsWith.OFFICER_TOKEN for one in found):
        raise NotOpen(
            N_("Your office has set that certificates bear your own token's signature."),
            code="token_only",
        )
    return [signing.begin(db, actor, _document(actor, one, means)) for one in found]


def _document(actor: Actor, one: Decided, means: Means) -> signing.Document:
    return signing.Document(
        purpose=Purpose.DECISION,
        subject=one.number,
        title=CERTIFICATE if one.seals_with is SealsWith.OFFICER_TOKEN else TITLE,
        number=one.number,
        fingerprint=one.fingerprint,
        expected_name=actor.name,
        back="/decisions",
        means=means,
    )
