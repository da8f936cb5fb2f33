"""Backups come back whole, on either database, or are refused before anything changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Table, inspect, select, text

from portal.backup import manifest as manifests
from portal.backup import rows, shape
from portal.backup.manifest import Manifest, Part, Unfit
from portal.backup.put_back import put_back
from portal.backup.take import take
from portal.certificates import actions as certificates
from portal.certificates.models import Certificate, CertificateFile
from portal.config import ROOT, Settings
from portal.core import clock
from portal.core.db import make_engine, make_sessions
from portal.core.errors import Refused
from portal.documents.models import Document
from portal.filing import actions as filing
from portal.kit import Kit, Portal
from portal.migrations.run import BrokenReferences, head_is_current, load_models, upgrade
from portal.proof import all_faults
from portal.wallet import actions as wallet
from tests import databases
from tests.build import Stage
from tests.conftest import SECRETS
from tests.databases import Bed, PostgresBed

ODD = "₹ 10\u2028·\ud7ff 𝄞 \\N \\. \t“q” ' e\u0301\r\nनमस्ते \x7f"
Elsewhere = Callable[[str], Portal]
_APPLICATIONS, _DOCUMENTS = "tables/filing_application.jsonl", "files/documents/**/*"
LAST_SERIES = "SELECT kind, last FROM agencies_series ORDER BY kind"


@pytest.fixture
def elsewhere(
    settings: Settings, beds: Callable[[str], Bed], tmp_path: Path
) -> Iterator[Elsewhere]:
    """A new installation without tables or files on a database of the kind asked for."""
    made: list[Portal] = []

    def install(kind: str) -> Portal:
        data = tmp_path / "other"
        url = f"sqlite:///{data / 'ecoo.sqlite3'}"
        if kind == databases.POSTGRESQL:
            bed = beds(kind)
            assert isinstance(bed, PostgresBed)
            bed.server.create("restored")
            url = bed.server.url("restored")
        given = Settings.from_env({"DATA_DIR": str(data), "DATABASE_URL": url, **SECRETS})
        (data / "fonts").parent.mkdir(parents=True, exist_ok=True)
        (data / "fonts").symlink_to(settings.data_dir / "fonts")
        portal = Portal(given, Kit(given), make_sessions(make_engine(url)))
        made.append(portal)
        return portal

    yield install
    for portal in made:
        portal.sessions.kw["bind"].dispose()


@pytest.fixture
def small(stage: Stage, tmp_path: Path) -> Path:
    """A backup of the stage with one draft and its two documents."""
    stage.draft()
    take(stage.portal, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.mark.parametrize("kind", databases.chosen())
def test_all_comes_back_on_either_database_and_work_goes_on(
    stage: Stage,
    elsewhere: Elsewhere,
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _fill(stage)
    manifest, _digest = take(stage.portal, tmp_path / "backup", with_secrets=True)
    target = elsewhere(kind)
    restored = put_back(target, tmp_path / "backup")
    assert restored.faults == () and manifest.faults == ()
    assert _contents(target) == _contents(stage.portal)
    assert _files(target) == _files(stage.portal)
    before, issued = _series(target), _numbers(target)
    monkeypatch.setitem(stage.app.extensions, "portal", target)
    _file, number = stage.issued()
    after = _series(target)
    assert after == {kind: last + 1 for kind, last in before.items()} and len(after) == 2
    assert number not in issued
    with target.sessions() as db:
        assert list(all_faults(db, target.kit)) == []


def test_a_backup_taken_while_people_work_is_of_one_instant(
    stage: Stage, elsewhere: Elsewhere, backend: str, tmp_path: Path
) -> None:
    actor, begun, enough = stage.actor("owner"), threading.Event(), threading.Event()

    def work() -> None:
        for turn in range(2000):
            stage.do(wallet.add_specimen_credit, actor, f"k{turn}", sandbox=True)
            begun.set()
            if enough.is_set():
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert begun.wait(10)
        manifest, _digest = take(stage.portal, tmp_path / "backup")
    finally:
        enough.set()
        worker.join()
    target = elsewhere(backend)
    assert put_back(target, tmp_path / "backup").faults == ()
    transfers = next(t.rows for t in manifest.tables if t.name == "wallet_transfer")
    assert 0 < transfers <= len(_contents(stage.portal)["wallet_transfer"])


DAMAGES: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("filing_application.jsonl was changed", lambda b: _change(b / _APPLICATIONS)),
    ("filing_application.jsonl can't be read", lambda b: (b / _APPLICATIONS).unlink()),
    ("files/documents/.* was changed", lambda b: _change(_first(b, _DOCUMENTS))),
    ("files/documents/.* can't be read", lambda b: _first(b, _DOCUMENTS).unlink()),
    ("files.jsonl was changed", lambda b: _change(b / "files.jsonl")),
    ("differs from manifest.sha256", lambda b: _change(b / "manifest.json")),
    ("no whole backup", lambda b: (b / "manifest.json").unlink()),
    ("format 2", lambda b: _rewrite(b, format=2)),
    ("no revision 9999", lambda b: _rewrite(b, revision="9999")),
    ("is of production", lambda b: _rewrite(b, environment="production")),
    ("names 2 files", lambda b: _rewrite(b, files=3)),
    ("no place inside", lambda b: _rewrite(b, parts=(Part("../x", "", 0), *_parts(b)))),
)


def test_a_damaged_backup_is_refused_before_anything_changes(
    small: Path, elsewhere: Elsewhere, backend: str
) -> None:
    target = elsewhere(backend)
    for turn, (words, damage) in enumerate(DAMAGES):
        backup = small.with_name(f"damaged-{turn}")
        shutil.copytree(small, backup)
        damage(backup)
        with pytest.raises(Unfit, match=words):
            put_back(target, backup)
    assert _is_bare(target)
    assert list(target.kit.store.keys()) == []


@pytest.mark.parametrize(
    ("words", "damage"),
    [
        ("heads of the audit trail", lambda b: _rewrite(b, audit_digest="0" * 64)),
        ("has 0 rows", lambda b: _replace_table(b, "filing_attachment", b"")),
        ("agencies_office", lambda b: _replace_table(b, "agencies_office", b"", 0)),
    ],
)
def test_what_only_the_database_can_tell_leaves_it_bare(
    small: Path, elsewhere: Elsewhere, backend: str, words: str, damage: Callable[[Path], None]
) -> None:
    damage(small)
    target = elsewhere(backend)
    with pytest.raises((Unfit, BrokenReferences), match=words):
        put_back(target, small)
    assert _is_bare(target)


def test_a_database_with_a_row_is_never_written_over(stage: Stage, small: Path) -> None:
    before = _contents(stage.portal)
    with pytest.raises(Unfit, match="isn't empty"):
        put_back(stage.portal, small)
    assert _contents(stage.portal) == before


def test_an_empty_database_of_the_same_shape_is_filled(
    small: Path, stage: Stage, elsewhere: Elsewhere, backend: str
) -> None:
    target = elsewhere(backend)
    upgrade(target.settings.database_url)
    _empty(target)
    assert put_back(target, small).faults == ()
    assert _contents(target) == _contents(stage.portal)


@pytest.mark.parametrize("point", ["restore.after_files", "restore.before_commit"])
def test_a_restore_that_is_killed_leaves_the_database_bare_and_can_be_repeated(
    small: Path, stage: Stage, elsewhere: Elsewhere, backend: str, point: str, tmp_path: Path
) -> None:
    target = elsewhere(backend)
    env = {"DIE_AT": f"{point}={tmp_path / 'died'}"}
    assert _flask(target, "restore", str(small), **env).returncode == -signal.SIGKILL
    assert _is_bare(target)
    again = _flask(target, "restore", str(small))
    assert again.returncode == 0, again.stderr
    assert "audit trail, ledger and files are sound" in again.stdout
    assert _contents(target) == _contents(stage.portal)


def test_a_file_that_lies_there_with_another_content_stops_the_restore(
    small: Path, elsewhere: Elsewhere, backend: str
) -> None:
    target = elsewhere(backend)
    key = next(manifests.listing(small)).key
    target.kit.store.put_back(key, b"something else")
    with pytest.raises(Refused, match="another content"):
        put_back(target, small)
    assert _is_bare(target)
    assert target.kit.store.get(key) == b"something else"


def test_a_missing_or_changed_file_is_named_and_all_others_are_kept(
    stage: Stage, elsewhere: Elsewhere, backend: str, tmp_path: Path
) -> None:
    for _ in range(2):
        stage.draft()
    with stage.db() as db:
        gone, changed, *_rest = [row.storage_key for row in db.scalars(select(Document))]
    stage.portal.kit.store.remove(gone)
    (stage.portal.settings.data_dir / "files" / changed).write_bytes(b"%PDF-")
    done = stage.app.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert done.exit_code == 1
    assert f"file {gone} is missing" in done.output
    assert f"file {changed} was changed" in done.output
    restored = put_back(elsewhere(backend), tmp_path / "backup")
    assert restored.manifest.files == 2
    assert set(restored.faults) == {f"file {gone} is missing", f"file {changed} is missing"}


def test_a_backup_of_an_older_shape_is_restored_and_brought_forward(
    app: Flask, elsewhere: Elsewhere, backend: str, beds: Callable[[str], Bed], tmp_path: Path
) -> None:
    portal = _at_first_shape(app, beds, backend, tmp_path)
    manifest, _digest = take(portal, tmp_path / "backup")
    portal.sessions.kw["bind"].dispose()
    target = elsewhere(backend)
    assert put_back(target, tmp_path / "backup").faults == ()
    assert manifest.revision == "0001"
    assert head_is_current(target.sessions.kw["bind"])
    with target.sessions() as db:
        names = db.scalars(text("SELECT name FROM identity_firm")).all()
    assert names == [ODD]


def test_a_backup_holds_no_secret_unless_a_sandbox_asks_for_it(
    stage: Stage, tmp_path: Path
) -> None:
    stage.draft()
    take(stage.portal, tmp_path / "plain")
    take(stage.portal, tmp_path / "whole", with_secrets=True)
    assert not (tmp_path / "plain" / "extras").exists()
    assert list((tmp_path / "whole" / "extras" / "seal-keys").glob("*.p12"))
    assert list((tmp_path / "whole" / "extras" / "trust").glob("*.pem"))
    for file in (path for path in (tmp_path / "plain").rglob("*") if path.is_file()):
        assert not any(secret.encode() in file.read_bytes() for secret in SECRETS.values())
    portal = stage.portal
    real = dataclasses.replace(portal.settings, environment="production")
    with pytest.raises(Unfit, match="sandbox"):
        take(Portal(real, portal.kit, portal.sessions), tmp_path / "real", with_secrets=True)


def test_another_key_in_the_way_is_renamed_and_not_lost(
    stage: Stage, elsewhere: Elsewhere, backend: str, tmp_path: Path
) -> None:
    take(stage.portal, tmp_path / "backup", with_secrets=True)
    target = elsewhere(backend)
    root = target.settings.trust_dir / "specimen-root.pem"
    root.parent.mkdir(parents=True)
    root.write_text("an older one")
    put_back(target, tmp_path / "backup")
    assert root.read_bytes() == (stage.portal.settings.trust_dir / root.name).read_bytes()
    assert [f.read_text() for f in root.parent.glob("*.before-*")] == ["an older one"]


def test_a_backup_is_whole_or_not_there(stage: Stage, tmp_path: Path) -> None:
    take(stage.portal, tmp_path / "one")
    with pytest.raises(Unfit, match="never overwrites"):
        take(stage.portal, tmp_path / "one")
    bare = Portal(stage.portal.settings, Kit(stage.portal.settings), stage.portal.sessions)
    stage.draft()
    folder = stage.portal.settings.data_dir / "files"
    folder.rename(folder.with_name("gone"))
    folder.write_text("a file where the folder was")
    with pytest.raises(OSError, match="files"):
        take(bare, tmp_path / "two")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one"]


def test_the_commands_say_what_they_did(small: Path, stage: Stage, tmp_path: Path) -> None:
    runner = stage.app.test_cli_runner()
    done = runner.invoke(args=["backup"])
    assert done.exit_code == 0 and "every file has its digest" in done.output
    (made,) = (stage.portal.settings.data_dir / "backups").iterdir()
    assert (made / "manifest.json").stat().st_size and made.stat().st_mode & 0o077 == 0
    refused = runner.invoke(args=["restore", str(made)])
    assert refused.exit_code == 1 and "isn't empty" in refused.output


def test_every_column_has_a_form_in_a_backup_and_files_are_found(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        tables = {table.name: rows.columns_of(table) for table in rows.tables_of(connection)}
    engine.dispose()
    assert set(tables) == set(load_models().tables)
    for name, columns in tables.items():
        stored = {column for column, _ in columns if "storage" in column}
        assert stored <= {"storage_key"} and (not stored or ("sha256", "text") in columns), name


def _fill(stage: Stage) -> None:
    """Issued, void, questioned, rejected and draft files, credit, and text with odd characters."""
    stage.do(wallet.add_specimen_credit, stage.actor("owner"), "k1", sandbox=True)
    stage.issued()
    number, _void = stage.approved()
    stage.do(certificates.void, stage.actor("supervisor"), number, "the key is lost")
    stage.do(filing.reject, stage.actor("officer"), stage.in_scrutiny(), "not of India")
    stage.questioned(vessel="", port_of_discharge=ODD[:20])
    stage.draft(consignee_address=ODD, lines=3)


def _contents(portal: Portal) -> dict[str, list[bytes]]:
    """Every row of every table as sorted lines, columns by name (their order may differ)."""
    engine = make_engine(portal.settings.database_url)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted(_lines(connection, table))
                for table in rows.tables_of(connection)
            }
    finally:
        engine.dispose()


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    columns = rows.columns_of(table)
    kinds = [rows.KINDS[kind] for _, kind in columns]
    order = sorted(range(len(columns)), key=lambda at: columns[at])
    for row in rows.dump(connection, table):
        line = json.loads(rows.pack(kinds, [name for name, _ in columns], row))
        yield json.dumps([line[at] for at in order]).encode()


def _files(portal: Portal) -> dict[str, bytes]:
    with portal.sessions() as db:
        found = [*db.scalars(select(Document)), *db.scalars(select(CertificateFile))]
        return {row.storage_key: portal.kit.store.get(row.storage_key) for row in found}


def _series(portal: Portal) -> dict[str, int]:
    with portal.sessions() as db:
        return {str(kind): int(last) for kind, last in db.execute(text(LAST_SERIES))}


def _numbers(portal: Portal) -> list[str]:
    with portal.sessions() as db:
        return list(db.scalars(select(Certificate.number)))


def _is_bare(portal: Portal) -> bool:
    """Whether the database has no table at all."""
    engine = make_engine(portal.settings.database_url)
    try:
        return inspect(engine).get_table_names() == []
    finally:
        engine.dispose()


def _empty(portal: Portal) -> None:
    """Remove what migrations put into a new database."""
    with portal.sessions() as db:
        for table in reversed(rows.tables_of(db.connection())):
            db.execute(table.delete())
        db.commit()


def _rewrite(backup: Path, **changes: object) -> None:
    """Change facts of the manifest, its digest, too."""
    manifest = dataclasses.replace(manifests.read(backup), **changes)  # type: ignore[arg-type]
    manifests.save(backup, manifest)


def _replace_table(backup: Path, name: str, content: bytes, count: int | None = None) -> None:
    path = f"tables/{name}.jsonl"
    (backup / path).write_bytes(content)
    manifest: Manifest = manifests.read(backup)
    new = Part(path, hashlib.sha256(content).hexdigest(), len(content))
    parts = tuple(new if part.path == path else part for part in manifest.parts)
    tables = tuple(
        dataclasses.replace(t, rows=count) if t.name == name and count is not None else t
        for t in manifest.tables
    )
    _rewrite(backup, parts=parts, tables=tables)


def _parts(backup: Path) -> tuple[Part, ...]:
    return manifests.read(backup).parts


def _change(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _first(folder: Path, pattern: str) -> Path:
    return next(path for path in sorted(folder.glob(pattern)) if path.is_file())


def _at_first_shape(app: Flask, beds: Callable[[str], Bed], backend: str, folder: Path) -> Portal:
    """An installation of long ago with one firm."""
    url = f"sqlite:///{folder / 'old.sqlite3'}"
    if backend == databases.POSTGRESQL:
        bed = beds(backend)
        assert isinstance(bed, PostgresBed)
        bed.server.create("old")
        url = bed.server.url("old")
    settings = dataclasses.replace(app.extensions["portal"].settings, database_url=url)
    engine = make_engine(url)
    with engine.begin() as connection:
        shape.bring_to(connection, "0001")
        firm = next(t for t in rows.tables_of(connection) if t.name == "identity_firm")
        values = {c.name: "" for c in firm.columns if rows.kind_of(c).name == "text"}
        values |= {"name": ODD, "iec": "0000000001"}
        connection.execute(firm.insert(), [{**values, "id": 1, "created_at": clock.now()}])
    return Portal(settings, Kit(settings), make_sessions(engine))


def _flask(portal: Portal, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    where = {
        "DATA_DIR": str(portal.settings.data_dir),
        "DATABASE_URL": portal.settings.database_url,
    }
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env={**kept, **where, **SECRETS, **extra},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
