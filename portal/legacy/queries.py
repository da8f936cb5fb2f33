"""Files of eCoO 1.0: for their firm, for their agency, and for whoever verifies."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Office
from portal.core.errors import Missing
from portal.core.permissions import Actor, Permission
from portal.identity.models import Firm
from portal.legacy.models import LegacyFile
from portal.legacy.rules import LegacyRow, LegacyStatus, number

PAGE = 50


def files(db: Session, actor: Actor, text: str = "", status: str = "") -> list[LegacyRow]:
    """The files that the actor's firm or agency has there, newest first, at most 50."""
    query = _scoped(db, actor).order_by(LegacyFile.submitted_on.desc(), LegacyFile.id.desc())
    if text:
        plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        columns = (LegacyFile.file_number, LegacyFile.certificate_number, LegacyFile.exporter)
        query = query.where(or_(*[c.ilike(f"%{plain}%", escape="\\") for c in columns]))
    if status in tuple(LegacyStatus):
        query = query.where(LegacyFile.status == LegacyStatus(status))
    return [_facts(row) for row in db.scalars(query.limit(PAGE))]


def certificate(db: Session, typed: str) -> LegacyRow | None:
    """The file behind a certificate number of eCoO 1.0, for verification."""
    row = db.scalar(select(LegacyFile).where(LegacyFile.certificate_number == number(typed)))
    return _facts(row) if row is not None else None


def is_ours_there(db: Session, actor: Actor, typed: str) -> bool:
    """Whether a number belongs to a file of the actor in eCoO 1.0."""
    plain = number(typed)
    query = _scoped(db, actor).where(
        or_(LegacyFile.file_number == plain, LegacyFile.certificate_number == plain)
    )
    return db.scalar(query) is not None


def _scoped(db: Session, actor: Actor) -> Select[LegacyFile]:
    if actor.firm_id is not None:
        firm = db.get(Firm, actor.firm_id)
        return select(LegacyFile).where(LegacyFile.iec == (firm.iec if firm else ""))
    agency_id = actor.agency_id
    if actor.office_id is not None:
        office = db.get(Office, actor.office_id)
        agency_id = office.agency_id if office else None
    if agency_id is not None:
        agency = db.get(Agency, agency_id)
        return select(LegacyFile).where(LegacyFile.agency == (agency.name if agency else ""))
    if actor.may(Permission.LEGACY_IMPORT):
        return select(LegacyFile)
    raise Missing("legacy files")


def _facts(row: LegacyFile) -> LegacyRow:
    return LegacyRow(**{name: getattr(row, name) for name in LegacyRow.__dataclass_fields__})
