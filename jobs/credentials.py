"""People's signing credentials, looked after every night."""

from __future__ import annotations

from datetime import date

import structlog

from portal.kit import Portal
from portal.signing import enrolling

log = structlog.get_logger("jobs.credentials")


def check_credentials(portal: Portal, today: date) -> int:
    """Ask the lists about every credential, end what is over, warn; returns how many there are."""
    with portal.sessions() as db:
        done = enrolling.check_all(db, portal.kit)
    log.info("credentials_checked", day=str(today), **done)
    return done.total()
