"""At which offices somebody who decides could sign by a token of their own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Office, Officer
from portal.agencies.queries.officers import DECIDERS
from portal.agencies.rules import SealsWith
from portal.signing.queries import CredentialFacts, credentials_in_use
from portal.signing.rules.matching import fits_agency


def armed(db: Session, office_ids: Iterable[int] | None = None) -> set[int]:
    """Of some offices (or all whose officers sign by tokens), those where somebody can.

    A credential counts that is in use, and is personal or the agency's own. Two statements.
    """
    query = (
        select(Officer.office_id, Officer.person_id, Agency.name)
        .join(Office, Office.id == Officer.office_id)
        .join(Agency, Agency.id == Office.agency_id)
        .where(Officer.ended_at.is_(None), Officer.role.in_(DECIDERS))
    )
    if office_ids is None:
        query = query.where(Office.seals_with == SealsWith.OFFICER_TOKEN)
    else:
        query = query.where(Officer.office_id.in_(list(office_ids)))
    seated = db.execute(query).all()
    held: dict[int, list[CredentialFacts]] = {}
    for one in credentials_in_use(db, {row.person_id for row in seated}):
        held.setdefault(one.person_id, []).append(one)
    return {
        row.office_id
        for row in seated
        if any(
            fits_agency(one.binding, one.organisation, row.name)
            for one in held.get(row.person_id, ())
        )
    }
