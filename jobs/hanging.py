"""Each minute: answers whose job used up its tries are taken up again in time, or end."""

from __future__ import annotations

import structlog

from portal.core import outbox
from portal.core.tx import write
from portal.kit import Portal
from portal.signing import actions

PAUSE_SECONDS = 60.0
JOB = "jobs.signing.finish"

log = structlog.get_logger("jobs.hanging")


def take_up(portal: Portal) -> int:
    """Give the signing jobs that are past their tries a fresh start while that may still help.

    Afterwards the request ends with its reason, so that its signer can begin anew; a signature that
    only lacks its long-term proof stays with the operator. Returns how many were looked at.
    """
    with portal.sessions() as db:
        stuck = [(row.id, row.ref, row.last_error) for row in outbox.stuck(db) if row.job == JOB]
        for task_id, ref, why in stuck:
            became = write(db, actions.take_up, task_id, ref)
            log.error("answer_hangs", request=ref, became=became, why=why[:300])
    return len(stuck)
