"""What the night throws away: files that no row names, old sign-in tries and ended sessions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.agencies.models import Image
from portal.certificates.actions import forget_drafts as forget_draft_sheets
from portal.certificates.models import CertificateFile, DraftSheet
from portal.core import clock
from portal.core.tx import write
from portal.documents.models import Document
from portal.filing.models import Sheaf
from portal.identity.models import Code, Registration, SignIn, SignInTry
from portal.kit import Portal
from portal.signing.models import SignFile

ORPHAN_SECONDS = 24 * 3600.0
MOST_FILES = 500
TRIES_KEPT, SESSIONS_KEPT = timedelta(days=1), timedelta(days=30)
# Registrations that nobody finished, and codes and links that ended.
BEGUN_KEPT = timedelta(days=7)
# Lists of goods lines or applications of which nothing waits any more.
LISTS_KEPT = timedelta(days=90)
Forgettable = SignIn | SignInTry | Registration | Code | Sheaf
BATCH, MOST_BATCHES = 500, 200

# Which column names the files of a kind. A kind that isn't here is never swept.
NAMED_BY: Mapping[str, InstrumentedAttribute[str]] = {
    "documents": Document.storage_key,
    "certificates": CertificateFile.storage_key,
    "drafts": DraftSheet.storage_key,
    "images": Image.storage_key,
    "signing": SignFile.storage_key,
}

log = structlog.get_logger("jobs.sweeps")


def sweep_orphans(portal: Portal, today: date) -> int:
    """Remove files older than 24 hours that no row names, 500 a night; returns how many.

    Such a file is what a killed upload or a job that lost a race leaves behind. The age is the
    store's own, whatever the portal's clock says, so a file whose row is just being written is
    safe. If a kind has more orphans than files with a row, the database rather than the store is
    wrong (an older copy, another installation's): nothing of that kind is removed then.
    """
    removed = 0
    with portal.sessions() as db:
        for kind, column in NAMED_BY.items():
            named, orphans = _sorted_out(db, column, _old_keys(portal, kind))
            if len(orphans) > named:
                log.error("sweep_refused", kind=kind, orphans=len(orphans), named=named)
                continue
            for key in orphans[: MOST_FILES - removed]:
                with contextlib.suppress(FileNotFoundError):
                    portal.kit.store.remove(key)
                log.info("orphan_removed", key=key)
                removed += 1
    return removed


def forget_drafts(portal: Portal, today: date) -> int:
    """Remove the sheets of drafts that were changed or handed in since; how many.

    The row goes first: a file that a killed sweep leaves behind is an orphan.
    """
    total = 0
    with portal.sessions() as db:
        for _ in range(MOST_BATCHES):
            keys = write(db, forget_draft_sheets)
            for key in keys:
                with contextlib.suppress(FileNotFoundError):
                    portal.kit.store.remove(key)
            total += len(keys)
            if not keys:
                break
    log.info("drafts_forgotten", sheets=total)
    return total


def forget_old_tries(portal: Portal, today: date) -> int:
    """Delete old sign-in tries, sessions over for 30 days, and what nobody finished; how many.

    A session that nobody ended is over an hour after its last use, so 30 days without use do.
    """
    now = clock.now()
    over = (SignIn.ended_at < now - SESSIONS_KEPT) | (SignIn.last_seen_at < now - SESSIONS_KEPT)
    with portal.sessions() as db:
        tries = _forgotten(db, SignInTry, SignInTry.at < now - TRIES_KEPT)
        sessions = _forgotten(db, SignIn, over)
        begun = _forgotten(db, Registration, Registration.created_at < now - BEGUN_KEPT)
        codes = _forgotten(db, Code, Code.expires_at < now - BEGUN_KEPT)
    log.info("forgotten", tries=tries, sessions=sessions, registrations=begun, codes=codes)
    return tries + sessions + begun + codes


def forget_lists(portal: Portal, today: date) -> int:
    """Delete lists that were taken or put aside 90 days ago; how many. What was taken stays."""
    with portal.sessions() as db:
        lists = _forgotten(db, Sheaf, Sheaf.done_at < clock.now() - LISTS_KEPT)
    log.info("lists_forgotten", lists=lists)
    return lists


def _old_keys(portal: Portal, kind: str) -> Iterator[str]:
    for key, age_seconds in portal.kit.store.keys():  # noqa: SIM118 (not a mapping)
        if key.startswith(f"{kind}/") and age_seconds > ORPHAN_SECONDS:
            yield key


def _sorted_out(
    db: Session, column: InstrumentedAttribute[str], keys: Iterable[str]
) -> tuple[int, list[str]]:
    """How many of `keys` a row names, and those that none names."""
    named, orphans, rest = 0, list[str](), iter(keys)
    while batch := list(islice(rest, BATCH)):
        known = set(db.scalars(select(column).where(column.in_(batch))))
        db.rollback()
        named += len(known)
        orphans += [key for key in batch if key not in known]
    return named, orphans


def _forgotten(db: Session, model: type[Forgettable], over: ColumnElement[bool]) -> int:
    """Delete in short transactions, so that nobody who signs in waits for it."""
    total = 0
    for _ in range(MOST_BATCHES):
        count = write(db, _delete_some, model, over)
        total += count
        if count < BATCH:
            break
    return total


def _delete_some(db: Session, model: type[Forgettable], over: ColumnElement[bool]) -> int:
    some = select(model.id).where(over).limit(BATCH).scalar_subquery()
    query = delete(model).where(model.id.in_(some)).execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", db.execute(query)).rowcount
