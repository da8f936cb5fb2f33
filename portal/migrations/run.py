"""Brings a database to the newest shape: one process at a time, all of it or nothing."""

from __future__ import annotations

import fcntl
import os
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.engine import make_url

from portal.core.db import IMMEDIATE, Model, make_engine

FOLDER = Path(__file__).parent
# Any number will do, as long as it stays the same: the name of the lock in PostgreSQL.
LOCK = 2_026_110_001


class BrokenReferences(Exception):
    """After a migration rows point to rows that don't exist; the migration was undone."""


def upgrade(database_url: str) -> bool:
    """Apply what is missing, in one transaction; returns whether anything was.

    Processes that start together wait for the first. A SQLite file that holds data is copied
    beside itself before it changes, as `<file>.at-<revision>`.
    """
    engine = make_engine(database_url)
    try:
        with _alone(database_url), engine.connect() as connection:
            _lift_foreign_keys(connection)
            connection = connection.execution_options(**{IMMEDIATE: True})
            return _upgrade(connection)
    finally:
        engine.dispose()


def head_is_current(engine: Engine) -> bool:
    """Whether the database has the newest shape that this code knows."""
    with engine.connect() as connection:
        return _revision(connection) == _newest()


def load_models() -> MetaData:
    """The metadata with every table of the portal in it."""
    for module in pkgutil.iter_modules([str(FOLDER.parent / "core")], "portal.core."):
        import_module(module.name)
    for room in pkgutil.iter_modules([str(FOLDER.parent)], "portal."):
        if room.ispkg and find_spec(f"{room.name}.models"):
            import_module(f"{room.name}.models")
    return Model.metadata


def _upgrade(connection: Connection) -> bool:
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before = _revision(connection)
        if before == _newest():
            return False
        if before is not None and connection.dialect.name == "sqlite":
            _keep_copy(connection, before)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_references(connection)
    return True


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _alone(database_url: str) -> Iterator[None]:
    """Hold the lock file of a SQLite database; PostgreSQL locks inside the transaction."""
    path = make_url(database_url).database
    if not database_url.startswith("sqlite") or not path:
        yield
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lift_foreign_keys(connection: Connection) -> None:
    """Batch mode rebuilds tables, which SQLite allows only with its checks off (asked for later).

    The pragma does nothing inside a transaction, so it goes to the driver before the first one.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA foreign_keys=OFF")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if broken:
            raise BrokenReferences(str(broken))


def _keep_copy(connection: Connection, revision: str) -> None:
    path = connection.engine.url.database
    if not path or path == ":memory:":
        return
    copy = Path(f"{path}.at-{revision}")
    draft = copy.with_name(f"{copy.name}.draft")
    draft.unlink(missing_ok=True)
    source, target = sqlite3.connect(path), sqlite3.connect(draft)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    os.replace(draft, copy)
