"""How Alembic runs here: on the connection that `run.upgrade` gives, or on DATABASE_URL."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from portal.config import Settings
from portal.core.db import make_engine
from portal.core.types import UtcDateTime
from portal.migrations.run import load_models


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run what the command asks for, all in one transaction (SQLite rolls DDL back, too)."""
    context.configure(
        connection=connection,
        target_metadata=load_models(),
        render_as_batch=True,
        render_item=render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_by_url() -> None:
    """For `make migration`, which compares the models with a database that is up to date."""
    engine = make_engine(Settings.from_env().database_url)
    try:
        with engine.connect() as connection:
            migrate(connection)
    finally:
        engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    migrate_by_url()
else:
    migrate(given)
