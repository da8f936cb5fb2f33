"""Numbers of an office: one series per kind and financial year, without gaps."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.agencies.models import Series
from portal.core import refs
from portal.core.clock import financial_year
from portal.core.db import is_sqlite


class NumberedOffice(Protocol):
    """What a number needs to know of its office."""

    @property
    def id(self) -> int:
        """The office's row."""
        ...

    @property
    def agency_code(self) -> str:
        """The agency's code, the first part of a number."""
        ...

    @property
    def code(self) -> str:
        """The office's code, the second part."""
        ...


def next_number(db: Session, office: NumberedOffice, prefix: str, instant: datetime) -> str:
    """Allot the next number of `office` (`prefix` NP for files, empty for certificates).

    The row stays locked until the transaction ends: a number that is rolled back is given again.
    """
    year = financial_year(instant)
    kind = prefix or "CoO"
    insert = sqlite_insert if is_sqlite(db) else postgresql_insert
    fresh = insert(Series).values(office_id=office.id, kind=kind, year=year, last=0)
    db.execute(fresh.on_conflict_do_nothing())
    serial = db.execute(
        update(Series)
        .where(Series.office_id == office.id, Series.kind == kind, Series.year == year)
        .values(last=Series.last + 1)
        .returning(Series.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return refs.numbered(prefix, office.agency_code, office.code, year, serial)
