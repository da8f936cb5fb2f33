"""What was submitted, and what an answer changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.db import rows
from portal.core.errors import Missing
from portal.filing.models import Version
from portal.filing.particulars import differences
from portal.filing.rules.goods import format_minor, format_scaled
from portal.reference.queries import currency_exponent


@dataclass(frozen=True)
class Change:
    """One difference between the last two versions, in plain text."""

    where: str
    before: str
    after: str


def next_version(db: Session, application_id: int) -> int:
    """The number of the version that is kept when the application is handed in next; 1 at first."""
    count = select(func.count(Version.id)).where(Version.application_id == application_id)
    return (db.scalar(count) or 0) + 1


def handed_in_at(db: Session, application_id: int) -> datetime | None:
    """When the application was handed in last, or None."""
    found: datetime | None = rows(db, _newest_at(), application=application_id)[0][0]
    return found


def changes_since_last(db: Session, application_id: int) -> tuple[Change, ...]:
    """What the newest version changed against the one before it."""
    if next_version(db, application_id) <= 2:
        return ()
    after, before = (json.loads(v.particulars) for v in newest(db, application_id, 2))
    exponents = _exponent(db, before), _exponent(db, after)
    return tuple(changes_between(before, after, exponents))


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any], exponents: tuple[int, int]
) -> Iterator[Change]:
    """What two versions of particulars differ in, figures as people write them.

    `exponents` are the decimals of both currencies.
    """
    for where, old, new in differences(before, after):
        name = where.rpartition(": ")[2]
        yield Change(where, _readable(name, old, exponents[0]), _readable(name, new, exponents[1]))


def latest_particulars(db: Session, application_id: int) -> dict[str, Any]:
    """The particulars as last submitted. Raises Missing before the first submission."""
    last = newest(db, application_id)
    if not last:
        raise Missing("version")
    found: dict[str, Any] = json.loads(last[0].particulars)
    return found


def newest(db: Session, application_id: int, count: int = 1) -> Sequence[Row[Any]]:
    """The newest versions of an application's particulars, with `sha256` and `at`."""
    return rows(db, _versions(), application=application_id, count=count)


@cache
def _versions() -> Select[Any]:
    columns: tuple[Any, ...] = (Version.particulars, Version.sha256, Version.at)
    query = select(*columns).where(Version.application_id == bindparam("application"))
    return query.order_by(Version.number.desc()).limit(bindparam("count"))


@cache
def _newest_at() -> Select[Any]:
    return select(func.max(Version.at)).where(Version.application_id == bindparam("application"))


def _exponent(db: Session, particulars: Mapping[str, Any]) -> int:
    return currency_exponent(db, str(particulars.get("currency") or ""))


def _readable(name: str, text: str, exponent: int) -> str:
    """Figures as people write them; they are kept as whole numbers."""
    if not text.isdigit():
        return text
    if name in ("quantity", "gross_weight", "net_weight"):
        return format_scaled(int(text))
    return format_minor(int(text), exponent) if name in ("fob_minor", "invoice_total") else text
