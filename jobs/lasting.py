"""Every ten minutes: lists fetched, certificates found whose proof is due, alarms logged."""

from __future__ import annotations

from datetime import date, datetime

import structlog

from portal.agencies import actions as agencies
from portal.agencies.queries import KEY_WARNING, sealing_offices
from portal.certificates import actions, queries
from portal.certificates.rules import RENEWAL
from portal.core import clock
from portal.core.errors import Refused, TryLater
from portal.core.tx import write
from portal.dashboard.queries import alarms
from portal.kit import Portal
from portal.signing.stamping import certificate_ends

PAUSE_SECONDS = 600.0
JOB = "jobs.certificates.make_lasting"
MOST = 500
# A key with so few days left is logged as an error.
DAYS_LEFT = 7

log = structlog.get_logger("jobs.lasting")


def look_after(portal: Portal) -> int:
    """Refresh the lists and ask for the proofs that are due and that nobody waits for.

    This takes in certificates that were issued before there were such proofs, and renews those
    whose time stamper's certificate ends within 90 days. Returns how many were asked for.
    """
    at = clock.now()
    portal.kit.crls.refresh(at)
    with portal.sessions() as db:
        due = queries.due_for_proof(db, JOB, _renewed_before(portal, at), MOST)
        if due:
            write(db, actions.ask_for_proof, due)
        found = alarms(db, portal.kit)
    if found.is_urgent or found.stale_lists:
        log.warning(
            "proof_alarm",
            late=found.late,
            signatures=found.signatures_late,
            stale_lists=list(found.stale_lists),
        )
    return len(due)


def read_seal_keys(portal: Portal, today: date) -> int:
    """Note when the key of each open office ends, nightly; returns how many could be read."""
    from portal.signing.sealing import certificate_facts

    read = 0
    with portal.sessions() as db:
        for office in sealing_offices(db):
            try:
                key = portal.kit.seal_keys.load(office.seal_key_id)
            except (Refused, TryLater) as problem:
                log.warning("seal_key_unread", key=office.seal_key_id, why=str(problem))
                continue
            ends_at = certificate_facts(key.certificate).not_after
            write(db, agencies.note_seal_end, office.id, office.seal_key_id, ends_at)
            days = (ends_at - clock.now()).days
            if days <= KEY_WARNING.days:
                warn = log.error if days <= DAYS_LEFT else log.warning
                warn("seal_key_ends", key=office.seal_key_id, days=days)
            read += 1
    return read


def _renewed_before(portal: Portal, at: datetime) -> datetime | None:
    """Proofs that end before this are renewed: in 90 days, unless the time stamper ends sooner."""
    try:
        ends_at = certificate_ends(portal.kit.timestamper.sample())
    except TryLater as problem:
        log.warning("time_stamper_away", why=str(problem))
        return None
    return min(at + RENEWAL, ends_at)
