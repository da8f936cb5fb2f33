"""What the registry of IECs says of the firms that are linked here, asked every night."""

from __future__ import annotations

from datetime import date, timedelta

import structlog
from sqlalchemy import or_, select

from portal.core import clock
from portal.core.errors import TryLater
from portal.core.tx import write
from portal.identity.actions import refresh_firm
from portal.identity.models import Firm
from portal.kit import Portal

MOST_FIRMS = 5000
MOST_FAILURES = 5

log = structlog.get_logger("jobs.registry")


def refresh_firms(portal: Portal, today: date) -> int:
    """Ask for up to 5,000 firms, those asked longest ago first; returns how many answered.

    A registry that fails five times in a row is left in peace until the next night: what it said
    last stays true here.
    """
    before = clock.now() - timedelta(hours=20)
    with portal.sessions() as db:
        old = or_(Firm.checked_at.is_(None), Firm.checked_at < before)
        query = select(Firm.iec).where(old).order_by(Firm.checked_at, Firm.id).limit(MOST_FIRMS)
        codes = list(db.scalars(query))
        db.rollback()
        answered = failures = 0
        for iec in codes:
            try:
                record = portal.kit.registry.look_up(iec)
                failures = 0
            except TryLater as error:
                failures += 1
                log.warning("registry_away", error=str(error), day=str(today))
                if failures >= MOST_FAILURES:
                    break
                continue
            if record is not None:
                write(db, refresh_firm, record)
                answered += 1
    return answered
