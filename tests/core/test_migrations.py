"""Migrations: one at a time, a copy first, and the tables that the models describe."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session, sessionmaker

from portal.core.db import make_engine
from portal.migrations import run


def revisions() -> list[str]:
    """Oldest first; raises if the line ever forks."""
    config = Config()
    config.set_main_option("script_location", str(run.FOLDER))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][
        ::-1
    ]


@pytest.fixture
def old(tmp_path: Path) -> str:
    """A SQLite database of the first shape, with one row in place."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(run.FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revisions()[0])
        connection.exec_driver_sql("INSERT INTO core_audit_head VALUES ('file:1', 0, 'x')")
    engine.dispose()
    return url


def test_the_tables_are_those_of_the_models(sessions: sessionmaker[Session]) -> None:
    with sessions.kw["bind"].connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, run.load_models()) == []


def test_a_fresh_database_is_current(sessions: sessionmaker[Session]) -> None:
    assert run.head_is_current(sessions.kw["bind"])


def test_an_old_file_is_copied_before_it_changes(old: str, tmp_path: Path) -> None:
    assert run.upgrade(old) is True
    assert run.upgrade(old) is False
    for name in ("old.sqlite3", f"old.sqlite3.at-{revisions()[0]}"):
        copy = sqlite3.connect(tmp_path / name)
        assert copy.execute("SELECT stream FROM core_audit_head").fetchall() == [("file:1",)]
        copy.close()


def test_a_file_that_was_altered_keeps_its_checks(old: str, tmp_path: Path) -> None:
    """SQLite makes tables anew where Alembic alters them, and forgets what it isn't told."""
    run.upgrade(old)
    fresh = sqlite3.connect(tmp_path / "old.sqlite3")
    for table, least in (("filing_application", 7), ("identity_session", 2)):
        query = "SELECT sql FROM sqlite_master WHERE name = ?"
        (text,) = fresh.execute(query, (table,)).fetchone()
        assert text.count("CHECK") >= least, table
        assert "REFERENCES identity_mandate" in text
    query = "SELECT sql FROM sqlite_master WHERE name = 'agencies_officer'"
    (text,) = fresh.execute(query).fetchone()
    assert text.count("CHECK") == 2 and "officer_or_supervisor" not in text
    fresh.close()


SEATS = """
INSERT INTO identity_person (id, email, name, password_hash, created_at)
    VALUES (1, 'a@nowhere.example', 'Invented Person', 'x', '2026-01-01 00:00:00');
INSERT INTO agencies_agency (id, name, city, state, is_invented, slug, category, serial, email)
    VALUES (1, 'Specimen Chamber', 'Delhi', 'Delhi', 1, 'specimen', 'chamber', '', '');
INSERT INTO agencies_office (id, agency_id, code, name, address, city, state, seal_key_id)
    VALUES (1, 1, 'DEL', 'Delhi office', '1 Invented Road', 'Delhi', 'Delhi', '');
INSERT INTO agencies_officer (id, person_id, office_id, role, designation, started_at)
    VALUES (1, 1, 1, 'officer', 'x', '2026-01-01 00:00:00'),
           (2, 1, 1, 'supervisor', 'x', '2026-02-02 00:00:00');
"""


def test_of_two_seats_at_one_office_the_newer_stays(tmp_path: Path) -> None:
    path, config = tmp_path / "seats.sqlite3", Config()
    config.set_main_option("script_location", str(run.FOLDER))
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0022")
    engine.dispose()
    file = sqlite3.connect(path)
    file.executescript(SEATS)
    assert run.upgrade(f"sqlite:///{path}") is True
    ends = file.execute("SELECT id, ended_at FROM agencies_officer ORDER BY id").fetchall()
    assert ends == [(1, "2026-02-02 00:00:00"), (2, None)]
    file.close()


def test_processes_that_start_together_migrate_once(old: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run.upgrade, [old] * 3)) == [False, False, True]
