"""The metadata, and an engine that behaves the same on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from sqlalchemy import BigInteger, Engine, Integer, MetaData, Row, Select, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

IMMEDIATE = "portal_begin_immediate"
Filled = TypeVar("Filled")


class Model(DeclarativeBase):
    """Base of every table; constraints get predictable names so that migrations can name them."""

    # Keys and counts are 64 bits wide; SQLite's INTEGER is that already.
    type_annotation_map: ClassVar = {int: BigInteger().with_variant(Integer(), "sqlite")}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def make_engine(url: str) -> Engine:
    """An engine for `url`; SQLite gets WAL, foreign keys, a busy timeout and honest BEGINs."""
    if not url.startswith("sqlite"):
        # Whoever waits longer for a row than this gives up and tries again (core/tx.py).
        return create_engine(
            url, pool_pre_ping=True, connect_args={"options": "-c lock_timeout=10s"}
        )
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that never flush behind a reader's back and keep rows readable after a commit."""
    return sessionmaker(engine, autoflush=True, expire_on_commit=False)


def rows(
    db: Session, query: Select[*tuple[Any, ...]], **values: object
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a query of single columns finds; `values` are for its bound parameters.

    The same as `db.execute`, without the ORM's way of making objects, which costs more than the
    query where a page is asked for all day.
    """
    db.flush()
    return db.connection().execute(query, values).all()


def filled(kind: type[Filled], row: object) -> Filled:
    """An object of a data class, filled from the columns of a row that have its fields' names."""
    names: Mapping[str, object] = vars(kind)["__dataclass_fields__"]
    return kind(**{name: getattr(row, name) for name in names})


def is_sqlite(db: Session) -> bool:
    """Whether this session talks to SQLite."""
    return db.get_bind().dialect.name == "sqlite"


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
