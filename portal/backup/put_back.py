"""Restores a backup: checks all of it, then files, then the database in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, delete, inspect, select
from sqlalchemy.engine import make_url

from portal.backup import manifest as manifests
from portal.backup import rows, shape
from portal.backup.extras import copy_back
from portal.backup.manifest import Manifest, TablePart, Unfit
from portal.backup.take import HEADS, audit_digest
from portal.config import Settings
from portal.core import clock
from portal.core.db import IMMEDIATE, make_engine
from portal.core.failpoints import reach
from portal.kit import Kit, Portal
from portal.proof import all_faults


@dataclass(frozen=True)
class Restored:
    """What came of it: the backup's manifest and every fault that the proof found."""

    manifest: Manifest
    faults: tuple[str, ...]


def put_back(portal: Portal, source: Path) -> Restored:
    """Restore the backup in the folder `source` and prove the result.

    Only into a database that holds no row at all (best: no table), and only in the environment
    that the backup is from. Nothing changes unless every part has its digest. A restore that
    was cut off leaves the database as it was; it can be started again. Raises Unfit, Refused
    where the store holds another file under a key, TryLater if it doesn't answer.
    """
    settings = portal.settings
    manifest = manifests.read(source)
    _refuse_foreign(settings, manifest)
    manifests.check(source, manifest)
    _refuse_full(settings.database_url)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    copy_back(settings, source, manifest, f"{clock.now():%Y%m%dT%H%M%SZ}")
    _put_files(portal.kit, source)
    reach("restore.after_files")
    _fill_database(settings.database_url, source, manifest)
    with portal.sessions() as db:
        return Restored(manifest, tuple(all_faults(db, portal.kit)))


def _refuse_foreign(settings: Settings, manifest: Manifest) -> None:
    if manifest.environment != settings.environment:
        raise Unfit(f"this is {settings.environment}, the backup is of {manifest.environment}")
    if not shape.is_known(manifest.revision):
        raise Unfit(f"this code knows no revision {manifest.revision}: restore with newer code")


def _refuse_full(database_url: str) -> None:
    """Look before anything is written; the transaction that fills the database looks again."""
    path = make_url(database_url).database
    if database_url.startswith("sqlite") and path and not Path(path).exists():
        return
    engine = make_engine(database_url)
    try:
        with engine.connect() as connection:
            _refuse_rows(connection)
    finally:
        engine.dispose()


def _refuse_rows(connection: Connection) -> None:
    if shape.revision_of(connection) is None:
        if inspect(connection).get_table_names():
            raise Unfit("the database holds tables of something else")
        return
    for table in rows.tables_of(connection):
        if connection.execute(select(1).select_from(table).limit(1)).first():
            raise Unfit(
                f"the database isn't empty ({table.name} has rows); "
                "restore only into a new one, nothing is overwritten"
            )


def _put_files(kit: Kit, source: Path) -> None:
    for file in manifests.listing(source):
        if not file.fault:
            kit.store.put_back(file.key, (source / file.path).read_bytes())


def _fill_database(database_url: str, source: Path, manifest: Manifest) -> None:
    path = make_url(database_url).database
    if database_url.startswith("sqlite") and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(database_url)
    try:
        with engine.connect() as connection:
            shape.prepare(connection)
            connection = connection.execution_options(**{IMMEDIATE: True})
            with connection.begin():
                _fill(connection, source, manifest)
                reach("restore.before_commit")
    finally:
        engine.dispose()


def _fill(connection: Connection, source: Path, manifest: Manifest) -> None:
    """The shape of the backup, its rows, then forward to the shape of this code."""
    shape.be_alone(connection)
    _refuse_rows(connection)
    _give_shape(connection, manifest.revision)
    tables = {table.name: table for table in rows.tables_of(connection)}
    _refuse_other_tables(tables, manifest)
    for part in manifest.tables:
        _fill_table(connection, tables[part.name], part, source)
    if audit_digest(connection, tables[HEADS]) != manifest.audit_digest:
        raise Unfit("the heads of the audit trail are not those of the backup")
    shape.bring_to(connection, shape.HEAD)
    shape.check_references(connection)


def _give_shape(connection: Connection, revision: str) -> None:
    found = shape.revision_of(connection)
    if found is None:
        shape.bring_to(connection, revision)
        for table in reversed(rows.tables_of(connection)):
            # What a migration put there comes from the backup, as it was then.
            connection.execute(delete(table))
    elif found != revision:
        raise Unfit(
            f"the empty database has shape {found}, the backup {revision}: "
            "restore into a database without tables"
        )


def _refuse_other_tables(tables: Mapping[str, Table], manifest: Manifest) -> None:
    if set(tables) != {part.name for part in manifest.tables}:
        odd = sorted(set(tables) ^ {part.name for part in manifest.tables})
        raise Unfit(f"backup and database differ in their tables: {', '.join(odd)}")
    for part in manifest.tables:
        if sorted(rows.columns_of(tables[part.name])) != sorted(part.columns):
            raise Unfit(f"backup and database differ in the columns of {part.name}")


def _fill_table(connection: Connection, table: Table, part: TablePart, source: Path) -> None:
    names = [name for name, _ in part.columns]
    count = rows.load(connection, table, names, _rows(source, part))
    if count != part.rows:
        raise Unfit(f"{part.path} has {count} rows, the manifest says {part.rows}")
    rows.go_on_counting(connection, table)


def _rows(source: Path, part: TablePart) -> Iterator[list[object]]:
    kinds = [rows.KINDS[kind] for _, kind in part.columns]
    with (source / part.path).open("rb") as lines:
        for line in lines:
            yield rows.unpack(kinds, line)
