"""A token's way: what goes to the companion, and what it signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import NotOpen
from portal.core.permissions import Actor
from portal.core.steps import take
from portal.core.words import N_
from portal.signing.actions.answers import RESPONDED
from portal.signing.actions.requests import CONSENT_VERSION, SENT, stream
from portal.signing.lifecycle import Means, Status, Step
from portal.signing.models import SignRequest
from portal.signing.queries import own_row


def ask_token(db: Session, actor: Actor, refs: Sequence[str], address: str, request: str) -> None:
    """Note the consent and the message that now goes to the companion, for all of `refs` or none.

    May be done again while no signature came: PINs are mistyped, tokens pulled out. Raises NotOpen.
    """
    for row in _locked(db, actor, refs):
        facts = {"request": request, "consent": CONSENT_VERSION, "consented_at": clock.now()}
        step = Step.SEND if row.status is Status.READY else Step.ASK_AGAIN
        take(db, row, step, actor, "", address=address, **facts)
        audit.record(db, stream(row), SENT, actor, request=row.ref, consent=CONSENT_VERSION)


def take_signatures(
    db: Session, actor: Actor, certificate: bytes, signatures: Mapping[str, bytes]
) -> None:
    """Note what the token made, by reference; a job looks into it.

    One that was noted before is left as it was: an answer may come twice.
    """
    for row in _locked(db, actor, sorted(signatures), over_too=True):
        if row.status is not Status.SENT:
            continue
        given = {"certificate": _text(certificate), "signature": _text(signatures[row.ref])}
        take(db, row, Step.RESPOND_BY_TOKEN, actor, response=json.dumps(given))
        outbox.announce(db, RESPONDED.format(row.purpose.value), row.ref)


def _locked(
    db: Session, actor: Actor, refs: Sequence[str], *, over_too: bool = False
) -> list[SignRequest]:
    rows = [own_row(db, actor, ref, lock=True) for ref in sorted(set(refs))]
    for row in rows:
        if row.means is not Means.TOKEN:
            raise NotOpen(N_("This is not signed with a token."), code="other_means")
        if not over_too and row.expires_at <= clock.now():
            raise NotOpen(N_("This took too long. Begin to sign anew."), code="over")
    return rows


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
