"""What the portal keeps about a person, table by table, for the person to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from portal.core.db import Model

# Never handed out, not even to the person: they would let somebody sign in.
SECRET = frozenset({"password_hash", "token_hash", "code_hash", "totp_secret", "sealed"})
MOST_ROWS = 1000

PersonalData = Mapping[str, list[dict[str, Any]]]


def rows_about(
    db: Session, person_id: int, *tables: tuple[type[Model], Iterable[str]]
) -> PersonalData:
    """The rows of each (table, columns that name a person), without secrets, as plain values.

    At most 1,000 rows a table, the oldest first.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for model, names in tables:
        table = cast(Table, model.__table__)
        about = or_(*[table.c[name] == person_id for name in names])
        query = select(table).where(about).order_by(*table.primary_key).limit(MOST_ROWS)
        rows = db.execute(query).mappings()
        found[table.name] = [_plain(row) for row in rows]
    return found


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
        if name not in SECRET
    }
