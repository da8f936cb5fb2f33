"""Where an agency's fees are paid to: typed twice, then never shown again."""

from __future__ import annotations

import json

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.agencies.models import Account
from portal.agencies.queries.officers import check_seated
from portal.core import audit, clock
from portal.core.errors import Forbidden
from portal.core.permissions import Actor, Permission
from portal.core.sealed import seal

ENTERED = audit.Act("agencies.account_entered", ("account",))


def enter_account(
    db: Session, actor: Actor, number: str, ifsc: str, holder: str, secret_key: str
) -> None:
    """Keep the account, sealed; the one before it is replaced."""
    if actor.agency_id is None or not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("account")
    check_seated(db, actor)
    now = clock.now()
    mine = (Account.agency_id == actor.agency_id, Account.replaced_at.is_(None))
    db.execute(update(Account).where(*mine).values(replaced_at=now))
    text = json.dumps({"number": number, "ifsc": ifsc, "holder": holder})
    row = Account(
        agency_id=actor.agency_id,
        sealed=seal(secret_key, text),
        last_digits=number[-4:],
        entered_at=now,
        person_id=actor.person_id,
    )
    db.add(row)
    db.flush()
    audit.record(db, f"agency:{actor.agency_id}", ENTERED, actor, account=row.id)
