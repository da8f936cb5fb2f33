"""Rows as text that belongs to no database: one JSON array a line, each value of a named kind."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import (
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    TypeEngine,
)

from portal.backup.manifest import Unfit

REVISION_TABLE = "alembic_version"
BATCH = 500


@dataclass(frozen=True)
class Kind:
    """How values of one kind are written and read; `python` is what the database gives."""

    name: str
    column: type[TypeEngine[Any]]
    python: type
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _write_instant(value: datetime) -> str:
    """SQLite keeps UTC without saying so; PostgreSQL gives the zone of its session."""
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("boolean", Boolean, bool, _same, _same),
        Kind("integer", Integer, int, _same, _same),
        Kind("instant", DateTime, datetime, _write_instant, datetime.fromisoformat),
        Kind("date", Date, date, date.isoformat, date.fromisoformat),
        Kind("bytes", LargeBinary, bytes, lambda v: b64encode(v).decode(), b64decode),
        Kind("text", String, str, _same, _same),
    )
}


def kind_of(column: Column[Any]) -> Kind:
    """The kind of a column. Raises Unfit for a type that no backup has a form for."""
    for kind in KINDS.values():
        if isinstance(column.type, kind.column):
            return kind
    raise Unfit(f"{column.table.name}.{column.name}: no form for {column.type!r} in a backup")


def tables_of(connection: Connection) -> list[Table]:
    """Every table as the database has it, pointed-to before pointing. Raises Unfit for circles."""
    look = inspect(connection)
    *ordered, (_, circles) = look.get_sorted_table_and_fkc_names()
    if circles:
        raise Unfit(f"tables point to each other in a circle: {circles}")
    names = [name for name, _ in ordered if name and name != REVISION_TABLE]
    metadata = MetaData()
    return [_table(look, metadata, name) for name in names]


def columns_of(table: Table) -> tuple[tuple[str, str], ...]:
    """Names and kinds of the columns, as the manifest lists them."""
    return tuple((column.name, kind_of(column).name) for column in table.columns)


def dump(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in the order of its key, read bit by bit."""
    key = list(table.primary_key.columns) or list(table.columns)
    options = {"stream_results": True, "yield_per": BATCH}
    result = connection.execute(select(table).order_by(*key), execution_options=options)
    for row in result:
        yield tuple(row)


def pack(kinds: Iterable[Kind], names: Iterable[str], row: Iterable[Any]) -> bytes:
    """One line. Raises Unfit where a value isn't of its column's kind (SQLite lets that pass)."""
    values = [_pack(*each) for each in zip(kinds, names, row, strict=True)]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def unpack(kinds: Iterable[Kind], line: bytes) -> list[Any]:
    """The values of one line."""
    pairs = zip(kinds, json.loads(line), strict=True)
    return [None if value is None else kind.read(value) for kind, value in pairs]


def load(connection: Connection, table: Table, names: list[str], rows: Iterator[list[Any]]) -> int:
    """Insert rows; returns how many. Raises Unfit where the database refuses one.

    PostgreSQL gets one COPY a table: it checks foreign keys at the end of it, so that rows may
    point to later rows of their own table. SQLite checks all of them before the commit.
    """
    driver = connection.dialect.loaded_dbapi
    try:
        if connection.dialect.name == "postgresql":
            return _copy(connection, table, names, rows)
        return _insert(connection, table, names, rows)
    except (DBAPIError, driver.Error) as error:
        raise Unfit(f"{table.name}: the database refuses a row: {error}") from error


def go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's own counter of a key go on after the highest one; SQLite needs nothing."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        quoted = connection.dialect.identifier_preparer.format_table(table)
        ask = text("SELECT pg_get_serial_sequence(:table, :column)")
        counter = connection.scalar(ask, {"table": quoted, "column": column.name})
        if counter:
            last = connection.scalar(select(func.max(column))) or 0
            move = text("SELECT setval(CAST(:counter AS regclass), :next, false)")
            connection.execute(move, {"counter": counter, "next": last + 1})


def _table(look: Any, metadata: MetaData, name: str) -> Table:
    key = look.get_pk_constraint(name)["constrained_columns"]
    columns = [
        Column(found["name"], found["type"], primary_key=found["name"] in key)
        for found in look.get_columns(name)
        if not found.get("computed")
    ]
    return Table(name, metadata, *columns)


def _pack(kind: Kind, name: str, value: Any) -> Any:
    if value is None:
        return None
    if type(value) is not kind.python:
        raise Unfit(f"{name} holds {value!r}, which is no {kind.name}")
    return kind.write(value)


def _copy(connection: Connection, table: Table, names: list[str], rows: Iterator[list[Any]]) -> int:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    count = 0
    cursor: Any = connection.connection.cursor()  # psycopg's own, for SQLAlchemy knows no COPY
    with cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert(
    connection: Connection, table: Table, names: list[str], rows: Iterator[list[Any]]
) -> int:
    count = 0
    while batch := list(islice(rows, BATCH)):
        connection.execute(table.insert(), [dict(zip(names, r, strict=True)) for r in batch])
        count += len(batch)
    return count
