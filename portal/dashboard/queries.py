"""What waits for whoever is signed in; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.permissions import Actor, Permission
from portal.filing import queries as filing
from portal.filing.lifecycle import Status
from portal.filing.models import Application
from portal.filing.queries import ListRow, QueueRow
from portal.trade_events import queries as events
from portal.wallet import queries as wallet
from portal.wallet.queries import Balances


@dataclass(frozen=True)
class FirmDesk:
    """A firm's desk: questions first, then drafts, then what is under way."""

    questioned: list[ListRow]
    drafts: list[ListRow]
    counts: filing.Counted
    balances: Balances | None
    events: object


@dataclass(frozen=True)
class OfficeDesk:
    """An officer's desk: the files taken, and how many wait."""

    mine: list[QueueRow]
    counts: filing.Counted


@dataclass(frozen=True)
class Overview:
    """What the directorate sees: files by status over all offices, issued today."""

    counts: filing.Counted
    issued_today: int
    day: date


def firm_desk(db: Session, actor: Actor) -> FirmDesk:
    """The desk of the acting firm, or of an agent for its client."""
    reads_wallet = actor.may(Permission.WALLET_READ)
    return FirmDesk(
        questioned=filing.applications(db, actor, Status.QUESTIONED)[:10],
        drafts=filing.applications(db, actor, Status.DRAFT)[:10],
        counts=filing.exporter_counts(db, actor),
        balances=wallet.balances(db, actor) if reads_wallet else None,
        events=events.upcoming(db, clock.today(), 3),
    )


def office_desk(db: Session, actor: Actor) -> OfficeDesk:
    """The desk of the acting officer."""
    return OfficeDesk(filing.queue(db, actor, mine=True)[:10], filing.office_counts(db, actor))


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
