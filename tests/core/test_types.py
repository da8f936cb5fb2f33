"""Column types: instants keep their moment on both databases, enumerations their values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session
from sqlalchemy.schema import Column, CreateTable, MetaData, Table

from portal.core import outbox
from portal.core.outbox import OutboxRow
from portal.core.tx import write
from portal.core.types import BigInt, UtcDateTime, text_enum

ZONES = st.integers(min_value=-12 * 60, max_value=14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
INSTANTS = st.datetimes(
    min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1), timezones=ZONES
)


@how(max_examples=15)
@given(instant=INSTANTS)
def test_an_instant_comes_back_as_the_same_moment_in_utc(db: Session, instant: datetime) -> None:
    write(db, outbox.announce, "test.fact", "A1", due_at=instant)
    stored = db.query(OutboxRow).order_by(OutboxRow.id.desc()).limit(1).one()
    db.refresh(stored)
    assert stored.due_at == instant
    assert stored.due_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(db: Session) -> None:
    with pytest.raises(StatementError, match="needs its time zone"):
        write(db, outbox.announce, "test.fact", "A1", due_at=datetime(2026, 11, 23))


def test_no_instant_is_no_instant() -> None:
    kind = UtcDateTime()
    assert kind.process_bind_param(None, sqlite.dialect()) is None
    assert kind.process_result_value(None, sqlite.dialect()) is None


class Colour(StrEnum):
    """Two values."""

    RED = "red"
    DARK_BLUE = "dark_blue"


def test_an_enumeration_is_text_with_a_named_check() -> None:
    table = Table("test_thing", MetaData(), Column("colour", text_enum(Colour, "colour")))
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        made = str(CreateTable(table).compile(dialect=dialect))
        assert "VARCHAR(32)" in made
        assert "CONSTRAINT colour CHECK (colour IN ('red', 'dark_blue'))" in made


def test_keys_are_big_where_the_database_has_big_ones() -> None:
    assert str(BigInt.compile(dialect=postgresql.dialect())) == "BIGINT"  # type: ignore[no-untyped-call]
    assert str(BigInt.compile(dialect=sqlite.dialect())) == "INTEGER"


def test_foreign_keys_are_enforced(db: Session) -> None:
    from sqlalchemy.exc import IntegrityError

    statement = text(
        "INSERT INTO core_outbox (fact_id, fact, job, ref, created_at, due_at, tries, last_error)"
        " VALUES (999, 'f', 'j', 'r', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0, '')"
    )
    with pytest.raises(IntegrityError):
        write(db, lambda s: s.execute(statement))
