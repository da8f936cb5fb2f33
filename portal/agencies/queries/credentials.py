"""At which offices somebody who decides could sign by a token of their own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Office, Officer
from portal.agencies.queries.officers import DECIDERS
from portal.agencies.rules import SealsWith
from portal.signing.models import SigningCredential
from portal.signing.queries import in_use
from portal.signing.rules.matching import fits_agency


def armed(db: Session, office_ids: Iterable[int] | None = None) -> set[int]:
    """Of some offices (or all whose officers sign by tokens), those where somebody can.

    A credential counts that is in use, and is personal or the agency's own. One statement.
    """
    query = (
        select(
            Officer.office_id,
            SigningCredential.binding,
            SigningCredential.organisation,
            Agency.name,
        )
        .join(SigningCredential, SigningCredential.person_id == Officer.person_id)
        .join(Office, Office.id == Officer.office_id)
        .join(Agency, Agency.id == Office.agency_id)
        .where(Officer.ended_at.is_(None), Officer.role.in_(DECIDERS), *in_use())
    )
    if office_ids is None:
        query = query.where(Office.seals_with == SealsWith.OFFICER_TOKEN)
    else:
        query = query.where(Officer.office_id.in_(list(office_ids)))
    found = db.execute(query)
    return {row.office_id for row in found if fits_agency(row.binding, row.organisation, row.name)}
