"""Turns an action into a job that may run twice, fail, or be killed at any line."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from portal.core import outbox
from portal.core.outbox import OutboxRow
from portal.core.tx import write
from portal.kit import Job, Portal

log = structlog.get_logger("jobs.task")


class JobFailed(Exception):
    """A job failed and will be tried again; the log line before it says everything."""


def job(action: Job) -> Callable[[int, str], None]:
    """An RQ function `(task_id, ref)` around `action(db, kit, task_id, ref)`.

    The action marks the outbox row done itself, by `outbox.finish` in the transaction of its
    act. A row that is done already is skipped. Whatever the action raises is rolled back and
    noted in the row, which is tried again later; the job then fails with JobFailed.
    """

    @wraps(action)
    def run(task_id: int, ref: str) -> None:
        portal: Portal = current_app.extensions["portal"]
        name = f"{action.__module__}.{action.__name__}"
        with portal.sessions() as db, structlog.contextvars.bound_contextvars(job=name, ref=ref):
            if not _is_open(db, task_id):
                return
            begun = time.perf_counter()
            try:
                action(db, portal.kit, task_id, ref)
            except Exception as error:
                log.exception("job_failed", task=task_id)
                db.rollback()
                write(db, outbox.postpone, task_id, repr(error))
                raise JobFailed(f"{name} {ref}: {type(error).__name__}") from None
            log.info("job_done", task=task_id, ms=round(1000 * (time.perf_counter() - begun)))

    return run


def _is_open(db: Session, task_id: int) -> bool:
    row = db.get(OutboxRow, task_id)
    return row is not None and row.done_at is None
