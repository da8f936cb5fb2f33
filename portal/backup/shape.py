"""Which shape (Alembic revision) a database has, and how an empty one is brought to another."""

from __future__ import annotations

import sqlite3

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from portal.migrations.run import FOLDER, LOCK, BrokenReferences

HEAD = "head"


def revision_of(connection: Connection) -> str | None:
    """The shape of a database; None where our migrations never ran."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this code has the migration, so that it can make that shape and go on from it."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def bring_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to `revision` in the transaction that is open."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def prepare(connection: Connection) -> None:
    """Before the transaction: SQLite rebuilds tables only while it doesn't check foreign keys."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA foreign_keys=OFF")


def be_alone(connection: Connection) -> None:
    """Keep migrations and other restores out (SQLite: the transaction has the only write lock)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def check_references(connection: Connection) -> None:
    """Raises BrokenReferences where a row of SQLite points to one that doesn't exist."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if broken:
            raise BrokenReferences(str(broken))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
