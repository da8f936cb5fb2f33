"""What waits for whoever is signed in; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.agencies.queries import KEY_WARNING, SealEnd
from portal.certificates import queries as certificates
from portal.certificates.rules import OVERDUE, UNSEALED
from portal.core import clock
from portal.core.errors import Missing
from portal.core.permissions import Actor, Permission
from portal.documents import queries as documents
from portal.filing import queries as filing
from portal.filing.lifecycle import Status
from portal.filing.models import Application
from portal.filing.queries import ListRow, QueueRow
from portal.signing.ports import Crls
from portal.signing.queries import CredentialFacts, credentials_ending, unproven
from portal.trade_events import queries as events
from portal.wallet import queries as wallet
from portal.wallet.queries import Balances


@dataclass(frozen=True)
class FirmDesk:
    """A firm's desk: questions first, then drafts, then what is under way.

    `ending` are the person's own signing credentials that end within 30 days.
    """

    questioned: list[ListRow]
    drafts: list[ListRow]
    counts: filing.Counted
    balances: Balances | None
    events: object
    ending: list[CredentialFacts]


@dataclass(frozen=True)
class OfficeDesk:
    """An officer's desk: the files taken, how many wait, and own credentials that end soon."""

    mine: list[QueueRow]
    counts: filing.Counted
    ending: list[CredentialFacts]


@dataclass(frozen=True)
class Overview:
    """What the directorate sees: files by status over all offices, issued today."""

    counts: filing.Counted
    issued_today: int
    day: date


@dataclass(frozen=True)
class Alarms:
    """What endangers seals: `late` certificates have had no long-term data for 20 hours.

    `unsealed` have waited for their office's key for fifteen minutes;
    `signatures_late` are still without when their signer's certificate ends soon or has ended;
    `keys_end` are the offices whose key ends within 30 days.
    """

    unsealed: int
    waiting: int
    late: int
    signatures_late: int
    stale_lists: tuple[str, ...]
    keys_end: tuple[SealEnd, ...]

    @property
    def is_urgent(self) -> bool:
        """Whether somebody has to act today."""
        return self.unsealed > 0 or self.late > 0 or self.signatures_late > 0

    def plain(self) -> dict[str, object]:
        """As JSON: no names of people, no numbers of certificates."""
        ends = [{"office": one.office, "ends_at": one.ends_at.isoformat()} for one in self.keys_end]
        lists = list(self.stale_lists)
        return {
            "unsealed": self.unsealed,
            "waiting": self.waiting,
            "late": self.late,
            "signatures_late": self.signatures_late,
            "stale_lists": lists,
            "keys_end": ends,
        }


class ListsKit(Protocol):
    """The part of the kit that knows the lists of revoked certificates."""

    @property
    def crls(self) -> Crls:
        """The lists."""
        ...


def alarms(db: Session, kit: ListsKit) -> Alarms:
    """What endangers the seals now."""
    now = clock.now()
    return Alarms(
        unsealed=certificates.unsealed_since(db, now - UNSEALED),
        waiting=certificates.unproven_since(db, now),
        late=certificates.unproven_since(db, now - OVERDUE),
        signatures_late=unproven(db),
        stale_lists=tuple(one.url for one in kit.crls.facts() if one.is_stale(now)),
        keys_end=tuple(agencies.seal_ends(db, now + KEY_WARNING)),
    )


def unscanned(db: Session) -> int:
    """How many documents no scanner for malware has looked at."""
    return documents.unscanned(db)


def firm_desk(db: Session, actor: Actor) -> FirmDesk:
    """The desk of the acting firm, or of an agent for its client."""
    reads_wallet = actor.may(Permission.WALLET_READ)
    return FirmDesk(
        questioned=filing.applications(db, actor, Status.QUESTIONED)[:10],
        drafts=filing.applications(db, actor, Status.DRAFT)[:10],
        counts=filing.exporter_counts(db, actor),
        balances=wallet.balances(db, actor) if reads_wallet else None,
        events=events.upcoming(db, clock.today(), 3),
        ending=credentials_ending(db, actor.person_id),
    )


def office_desk(db: Session, actor: Actor) -> OfficeDesk:
    """The desk of the acting officer."""
    mine, counts = filing.queue(db, actor, mine=True)[:10], filing.office_counts(db, actor)
    return OfficeDesk(mine, counts, credentials_ending(db, actor.person_id))


def overview(db: Session, actor: Actor) -> Overview:
    """All offices together. Raises Missing for anybody but the directorate."""
    if not actor.may(Permission.OVERSIGHT_READ):
        raise Missing("overview")
    rows = db.execute(
        select(Application.status, func.count(Application.id))
        .where(Application.status != Status.DRAFT)
        .group_by(Application.status)
    )
    today = clock.today()
    issued = select(func.count(Application.id)).where(
        Application.status == Status.ISSUED, Application.decided_at >= clock.start_of(today)
    )
    return Overview({row[0]: row[1] for row in rows}, db.scalar(issued) or 0, today)
