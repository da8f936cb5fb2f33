"""What is done once a day in India, by whichever worker comes first."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import structlog

from jobs.credentials import check_credentials
from jobs.lasting import read_seal_keys
from jobs.registry import refresh_firms
from jobs.sweeps import forget_drafts, forget_lists, forget_old_tries, sweep_orphans
from portal.core import audit, clock, heartbeat
from portal.core.tx import write
from portal.kit import Portal

PAUSE_SECONDS = 60.0

NightlyAct = Callable[[Portal, date], object]

log = structlog.get_logger("jobs.nightly")


def seal_audit_heads(portal: Portal, today: date) -> None:
    """Seal the heads of all audit streams for yesterday; the digest goes to a file as well.

    `DATA_DIR/audit-heads/<day>.txt` is for keeping elsewhere: it shows a trail that was cut off
    together with its seals. A repeated run adds a line and removes none.
    """
    yesterday = today - timedelta(days=1)
    with portal.sessions() as db:
        digest = write(db, audit.seal_day, yesterday)
    folder = portal.settings.data_dir / "audit-heads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{yesterday}.txt").open("a") as file:
        file.write(f"{clock.now().isoformat(timespec='seconds')} {digest}\n")
        file.flush()
        os.fsync(file.fileno())


# In this order; each gets the portal and the present day in India, and may run twice.
NIGHTLY: tuple[NightlyAct, ...] = (
    seal_audit_heads,
    sweep_orphans,
    forget_drafts,
    forget_old_tries,
    forget_lists,
    refresh_firms,
    read_seal_keys,
    check_credentials,
)


def run_nightly(portal: Portal, acts: Sequence[NightlyAct] = NIGHTLY) -> bool:
    """Do the nightly work of the present day unless somebody did or does; True if it was done.

    An act that fails is logged and doesn't keep the others back; the day stays open then, and
    after ten minutes somebody does all of it again.
    """
    today = clock.today()
    with portal.sessions() as db:
        if not write(db, heartbeat.claim_night, today):
            return False
    sound = [_is_done(portal, today, act) for act in acts]
    if not all(sound):
        return False
    with portal.sessions() as db:
        write(db, heartbeat.end_night, today)
    log.info("nightly_done", day=str(today), acts=len(sound))
    return True


def _is_done(portal: Portal, today: date, act: NightlyAct) -> bool:
    try:
        act(portal, today)
    except Exception:
        log.exception("nightly_failed", act=getattr(act, "__name__", repr(act)))
        return False
    return True
