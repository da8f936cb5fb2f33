"""What an office still lacks before exporters are offered it; computed at each request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.agencies.models import Account, Hours, Image, Office, Officer
from portal.agencies.queries.credentials import armed
from portal.agencies.queries.officers import DECIDERS
from portal.agencies.queries.register import NotListed, check_takes_files
from portal.agencies.rules import SealsWith
from portal.core import clock
from portal.core.permissions import Actor
from portal.core.words import N_


@dataclass(frozen=True)
class Lack:
    """Something missing: in words, where it is put right, and whether it keeps exporters out."""

    code: str
    words: str
    endpoint: str
    blocks: bool
    days: int = 0


@dataclass(frozen=True)
class Readiness:
    """How far an office is."""

    code: str
    name: str
    city: str
    state: str
    is_away: bool
    lacks: tuple[Lack, ...]

    @property
    def is_ready(self) -> bool:
        """Whether exporters are offered it, unless it is away."""
        return not any(lack.blocks for lack in self.lacks)


KEY_WARNING = timedelta(days=30)
LISTING = Lack("listing", N_("The agency is not listed today"), "agencies.show", True)
SEAL = Lack("seal", N_("The seal key is being made"), "agencies.office", True)
OFFICER = Lack("officer", N_("Nobody sits there who may decide"), "agencies.officers", True)
HOURS = Lack("hours", N_("No opening hours"), "agencies.hours", True)
STAMP = Lack(
    "stamp", N_("No stamp: certificates are printed without one"), "agencies.images", False
)
SIGNATURE = Lack("signature", N_("An officer has no signature image"), "agencies.images", False)
SEAL_ENDS = Lack("seal_ends", N_("The seal key ends in %(days)s days"), "agencies.office", False)
SEAL_ENDED = Lack("seal_ended", N_("The seal key has ended"), "agencies.office", True)
# Nobody can register a credential for somebody else, so no page of the agency puts this right.
CREDENTIAL = Lack(
    "credential",
    N_(
        "Decisions are signed by tokens, and no officer has a signing credential in use: each "
        "officer registers one from the page of the account"
    ),
    "agencies.show",
    True,
)
NO_TOKENS = Lack(
    "no_tokens",
    N_("No officer has a signing credential; only needed where decisions are signed by tokens"),
    "agencies.show",
    False,
)
ACCOUNT = Lack("account", N_("No settlement account yet"), "agencies.account", False)


def readiness(db: Session, actor: Actor) -> list[Readiness]:
    """Every open office of the acting agency, or the manager's own, with what it lacks."""
    query = select(Office).where(Office.closed_at.is_(None)).order_by(Office.name)
    if actor.agency_id is not None:
        query = query.where(Office.agency_id == actor.agency_id)
    else:
        query = query.where(Office.id == (actor.office_id or 0))
    found = list(db.scalars(query))
    facts = _Facts.of(db, found)
    return [
        Readiness(
            row.code,
            row.name,
            row.city,
            row.state,
            row.away_until is not None and row.away_until > clock.today(),
            tuple(facts.lacks(row)),
        )
        for row in found
    ]


@dataclass(frozen=True)
class _Facts:
    """What is known of some offices at once, in a fixed number of statements."""

    unlisted: set[int]
    officers: dict[int, set[int]]
    with_hours: set[int]
    stamped: set[int]
    signed: set[int]
    with_account: set[int]
    armed: set[int]

    @classmethod
    def of(cls, db: Session, offices: list[Office]) -> _Facts:
        ids = [office.id for office in offices]
        agencies = {office.agency_id for office in offices}
        officers: dict[int, set[int]] = {}
        seated = select(Officer.office_id, Officer.id).where(
            Officer.office_id.in_(ids), Officer.ended_at.is_(None), Officer.role.in_(DECIDERS)
        )
        for office_id, officer_id in db.execute(seated):
            officers.setdefault(office_id, set()).add(officer_id)
        present = select(Image.office_id, Image.officer_id).where(
            Image.office_id.in_(ids), Image.replaced_at.is_(None)
        )
        images = db.execute(present).all()
        accounts = select(Account.agency_id).where(
            Account.agency_id.in_(agencies), Account.replaced_at.is_(None)
        )
        hours = select(func.distinct(Hours.office_id)).where(Hours.office_id.in_(ids))
        return cls(
            {agency for agency in agencies if _is_unlisted(db, offices, agency)},
            officers,
            set(db.scalars(hours)),
            {row.office_id for row in images if row.officer_id is None},
            {row.officer_id for row in images if row.officer_id is not None},
            set(db.scalars(accounts)),
            armed(db, ids),
        )

    def lacks(self, office: Office) -> list[Lack]:
        """What one office lacks, what keeps exporters out first."""
        officers = self.officers.get(office.id, set())
        by_token = office.seals_with is SealsWith.OFFICER_TOKEN
        is_unarmed = office.id not in self.armed
        checks = (
            (LISTING, office.agency_id in self.unlisted),
            (SEAL, not office.seal_key_id),
            (OFFICER, not officers),
            (CREDENTIAL, by_token and is_unarmed),
            (HOURS, office.id not in self.with_hours),
            (STAMP, office.id not in self.stamped),
            (SIGNATURE, bool(officers - self.signed)),
            (ACCOUNT, office.agency_id not in self.with_account),
            (NO_TOKENS, not by_token and is_unarmed),
        )
        found = [lack for lack, is_missing in checks if is_missing]
        return found + [lack for lack in (_seal_end(office),) if lack is not None]


def _seal_end(office: Office) -> Lack | None:
    """A key that ends within 30 days, or has ended."""
    if office.seal_ends_at is None:
        return None
    left = office.seal_ends_at - clock.now()
    if left <= timedelta():
        return SEAL_ENDED
    return replace(SEAL_ENDS, days=left.days) if left <= KEY_WARNING else None


def _is_unlisted(db: Session, offices: list[Office], agency_id: int) -> bool:
    first = next(office for office in offices if office.agency_id == agency_id)
    try:
        check_takes_files(db, first.id, clock.now())
    except NotListed:
        return True
    return False


def account_digits(db: Session, agency_id: int | None) -> str:
    """The last four digits of an agency's account, or nothing."""
    query = select(Account.last_digits).where(
        Account.agency_id == agency_id, Account.replaced_at.is_(None)
    )
    return db.scalar(query) or ""
