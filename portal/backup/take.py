"""Takes a backup while the portal runs: the database at one instant, then its files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, collate, inspect, select

from portal.backup import rows, shape
from portal.backup.extras import copy_out
from portal.backup.manifest import (
    LISTING,
    Manifest,
    Part,
    StoredFile,
    TablePart,
    Unfit,
    is_plain,
    save,
    writing,
)
from portal.core import clock
from portal.core.db import make_engine
from portal.core.errors import Missing
from portal.kit import Kit, Portal

HEADS = "core_audit_head"
# A table with both names a file of the store in each row.
KEY, SHA = "storage_key", "sha256"


@dataclass
class _Copied:
    """The files of a backup while they are being copied."""

    count: int = 0
    size: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Snapshot:
    """What the database held at one instant."""

    made_at: str
    revision: str
    database: str
    audit_digest: str
    tables: tuple[TablePart, ...]
    parts: tuple[Part, ...]


def take(portal: Portal, target: Path, *, with_secrets: bool = False) -> tuple[Manifest, str]:
    """Write a backup as the folder `target`; returns its manifest and the manifest's SHA-256.

    The folder appears when it is whole. A stored file that is missing or changed doesn't spoil
    the backup of all others: it is named in `manifest.faults`. Raises Unfit, or TryLater if the
    file store doesn't answer.
    """
    if target.exists():
        raise Unfit(f"{target} is there already; a backup never overwrites")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        manifest = _fill(portal, draft, with_secrets)
        digest = save(draft, manifest)
        os.sync()
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest, digest


def audit_digest(connection: Connection, heads: Table) -> str:
    """One SHA-256 over the heads of all audit streams, the same on both databases."""
    stream = heads.c.stream
    order = collate(stream, "C") if connection.dialect.name == "postgresql" else stream
    sha = hashlib.sha256()
    for row in connection.execute(select(stream, heads.c.position, heads.c.digest).order_by(order)):
        sha.update(f"{row.stream} {row.position} {row.digest}\n".encode())
    return sha.hexdigest()


def _fill(portal: Portal, folder: Path, with_secrets: bool) -> Manifest:
    settings = portal.settings
    extras = tuple(copy_out(settings, folder, with_secrets))
    with tempfile.TemporaryFile(dir=folder) as wanted:
        with _one_instant(settings.database_url) as connection:
            shot = _snapshot(connection, folder, wanted)
        wanted.seek(0)
        listing, copied = _copy_files(portal.kit, folder, wanted)
    return Manifest(
        made_at=shot.made_at,
        environment=settings.environment,
        revision=shot.revision,
        database=shot.database,
        audit_digest=shot.audit_digest,
        with_secrets=with_secrets,
        files=copied.count,
        bytes=copied.size,
        tables=shot.tables,
        parts=(*shot.parts, listing, *extras),
        faults=tuple(copied.faults),
    )


@contextmanager
def _one_instant(database_url: str) -> Iterator[Connection]:
    """A transaction that sees one instant and holds nobody up.

    SQLite's write-ahead log gives every reader the state at its first read. PostgreSQL does so in
    REPEATABLE READ; there the tables are locked against migrations (and against nothing else)
    before the first read, as pg_dump does.
    """
    engine = make_engine(database_url)
    try:
        with engine.connect() as connection:
            names = inspect(connection).get_table_names()
            connection.rollback()
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                _hold_still(connection, names)
                yield connection
    finally:
        engine.dispose()


def _hold_still(connection: Connection, names: list[str]) -> None:
    if connection.dialect.name == "postgresql" and names:
        quote = connection.dialect.identifier_preparer.quote
        tables = ", ".join(quote(name) for name in names)
        connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS SHARE MODE")


def _snapshot(connection: Connection, folder: Path, wanted: IO[bytes]) -> _Snapshot:
    revision = shape.revision_of(connection)
    if revision is None:
        raise Unfit("the database holds nothing of the portal")
    made_at = clock.now().isoformat()
    tables = rows.tables_of(connection)
    heads = next(table for table in tables if table.name == HEADS)
    digest = audit_digest(connection, heads)
    written = [_write_table(connection, table, folder, wanted) for table in tables]
    described = tuple(table for table, _ in written)
    parts = tuple(part for _, part in written)
    return _Snapshot(made_at, revision, connection.dialect.name, digest, described, parts)


def _write_table(
    connection: Connection, table: Table, folder: Path, wanted: IO[bytes]
) -> tuple[TablePart, Part]:
    columns = rows.columns_of(table)
    names = [name for name, _ in columns]
    kinds = [rows.KINDS[kind] for _, kind in columns]
    labels = [f"{table.name}.{name}" for name in names]
    at = (names.index(KEY), names.index(SHA)) if {KEY, SHA} <= set(names) else None
    path, count = f"tables/{table.name}.jsonl", 0
    with writing(folder, path) as out:
        for row in rows.dump(connection, table):
            out.write(rows.pack(kinds, labels, row))
            count += 1
            if at:
                wanted.write(json.dumps([row[at[0]], row[at[1]]]).encode() + b"\n")
    return TablePart(table.name, count, columns), out.part(path)


def _copy_files(kit: Kit, folder: Path, wanted: IO[bytes]) -> tuple[Part, _Copied]:
    copied = _Copied()
    with writing(folder, LISTING) as listing:
        for line in wanted:
            key, sha256 = json.loads(line)
            if key:
                file = _copy_file(kit, folder, key, sha256)
                listing.write(json.dumps(asdict(file)).encode() + b"\n")
                copied.count += not file.fault
                copied.size += file.size
                copied.faults += [file.fault] if file.fault else []
    return listing.part(LISTING), copied


def _copy_file(kit: Kit, folder: Path, key: str, sha256: str) -> StoredFile:
    if not is_plain(key):
        return StoredFile(key, sha256, 0, f"file {key!r} has no plain name")
    try:
        content = kit.store.get(key)
    except Missing:
        return StoredFile(key, sha256, 0, f"file {key} is missing")
    if hashlib.sha256(content).hexdigest() != sha256:
        return StoredFile(key, sha256, 0, f"file {key} was changed")
    file = StoredFile(key, sha256, len(content))
    with writing(folder, file.path) as out:
        out.write(content)
    return file
