"""The only way to change the database: one short transaction around one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from portal.core.db import IMMEDIATE
from portal.core.failpoints import reach

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
# PostgreSQL: serialization failure, deadlock, lock not available.
_CONTENTION = {"40001", "40P01", "55P03"}


def write(
    db: Session, action: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run `action(db, …)` in a transaction of its own and commit it.

    Ends the read transaction that the request holds, and refuses if the unit of work has unsaved
    changes. On a lock time-out or deadlock everything is rolled back and the action runs again,
    three times at most; it must therefore re-read whatever it decides on.
    """
    if db.new or db.dirty or db.deleted:
        raise RuntimeError("unsaved changes before write(): do them inside the action")
    for attempt in range(1, ATTEMPTS + 1):
        db.rollback()
        db.expire_all()
        try:
            db.connection(execution_options={IMMEDIATE: True})
            result = action(db, *args, **kwargs)
            _reach(db, "before_commit")
            db.commit()
            _reach(db, "after_commit")
            return result
        except OperationalError as error:
            db.rollback()
            if attempt == ATTEMPTS or not _is_contention(error):
                raise
        except BaseException:
            db.rollback()
            raise
    raise AssertionError("unreachable")


def _reach(db: Session, moment: str) -> None:
    """Sessions of web requests say so in their `info`; jobs have points of their own."""
    if "process" in db.info:
        reach(f"{db.info['process']}.{moment}")


def _is_contention(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _CONTENTION:
        return True
    return "database is locked" in str(error.orig)
