"""Migrations: one at a time, a copy first, and the tables that the models describe."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from portal.core.db import make_engine
from portal.migrations import run
from tests import databases
from tests.databases import Bed


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


def bring(url: str, revision: str) -> None:
    """Give a database an earlier shape."""
    config, engine = Config(), make_engine(url)
    config.set_main_option("script_location", str(run.FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def brought_to(path: Path, revision: str) -> sqlite3.Connection:
    """A SQLite database of an earlier shape."""
    bring(f"sqlite:///{path}", revision)
    return sqlite3.connect(path)


def test_of_two_seats_at_one_office_the_newer_stays(tmp_path: Path) -> None:
    path = tmp_path / "seats.sqlite3"
    file = brought_to(path, "0022")
    file.executescript(SEATS)
    assert run.upgrade(f"sqlite:///{path}") is True
    ends = file.execute("SELECT id, ended_at FROM agencies_officer ORDER BY id").fetchall()
    assert ends == [(1, "2026-02-02 00:00:00"), (2, None)]
    file.close()


FILES = """
INSERT INTO certificates_certificate (id, number, check_code, qr_id, application_id, office_id,
    status, sheet, officer_id, seal_key_id, allotted_at, issued_at, void_reason)
    VALUES (1, 'N', 'c', 'q', 1, 1, 'issued', '{}', 1, 'k', '2026-01-01', '2026-01-01', '');
INSERT INTO certificates_file (id, certificate_id, storage_key, sha256, size, made_at)
    VALUES (1, 1, 'certificates/1', 'x', 9, '2026-01-01');
"""
SECOND = """
INSERT INTO certificates_file (certificate_id, storage_key, sha256, size, made_at, level,
    based_on_id) VALUES (1, ?, 'y', 9, '2026-01-02', ?, ?)
"""


def test_files_from_before_there_were_proofs_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "files.sqlite3"
    file = brought_to(path, "0040")
    file.execute("PRAGMA foreign_keys = OFF")  # the rows that these refer to are of no interest
    file.executescript(FILES)
    file.close()
    file = brought_to(path, "0041")
    rows = file.execute("SELECT level, based_on_id FROM certificates_file").fetchall()
    assert rows == [("sealed", None)]
    assert file.execute("SELECT proven_until FROM certificates_certificate").fetchall() == [(None,)]
    for change in (
        "UPDATE certificates_file SET level = 'lasting'",
        "DELETE FROM certificates_file",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            file.execute(change)
    file.execute(SECOND, ("certificates/2", "lasting", 1))
    for key, level, based_on in (("3", "lasting", 1), ("4", "lasting", None), ("5", "other", None)):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(SECOND, (key, level, based_on))
    file.close()


SIGNED = """
INSERT INTO signing_request (id, ref, means, purpose, subject, title, number, fingerprint,
    person_id, seat, expected_name, back, status, made_at, expires_at, digest, room_from, room_to,
    consent, consented_at, address, request, response, outcome, outcome_said, signed_at,
    signer_name, signer_serial, signer_sha256)
    VALUES (1, 'r', 'esign', 'test', 's', 't', 'n', 'f', 1, '', 'Invented', '/', 'signed',
    '2026-01-01', '2026-01-01', 'd', 1, 2, 'c', '2026-01-01', 'a', 'q', 'p', '', '', '2026-01-01',
    'Invented', '1', 'z');
INSERT INTO signing_file (id, request_id, kind, storage_key, sha256, size, made_at)
    VALUES (1, 1, 'prepared', 'signing/1', 'x', 9, '2026-01-01'),
           (2, 1, 'signed', 'signing/2', 'y', 9, '2026-01-02');
"""
NEXT = """
INSERT INTO signing_file (request_id, kind, storage_key, sha256, size, made_at, based_on_id)
    VALUES (1, ?, ?, 'z', 9, '2026-01-03', ?)
"""


def test_signed_files_from_before_stay_and_may_get_a_lasting_version(tmp_path: Path) -> None:
    path = tmp_path / "signed.sqlite3"
    file = brought_to(path, "0041")
    file.execute(
        "PRAGMA foreign_keys = OFF"
    )  # the person that the request refers to is of no interest
    file.executescript(SIGNED)
    file.close()
    file = brought_to(path, "0042")
    rows = file.execute("SELECT id, kind, storage_key, sha256, based_on_id FROM signing_file")
    assert rows.fetchall() == [
        (1, "prepared", "signing/1", "x", None),
        (2, "signed", "signing/2", "y", None),
    ]
    for change in ("UPDATE signing_file SET kind = 'signed'", "DELETE FROM signing_file"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            file.execute(change)
    file.execute(NEXT, ("lasting", "signing/3", 2))
    for kind, key, base in (
        ("lasting", "4", 2),
        ("lasting", "5", None),
        ("signed", "6", 3),
        ("other", "7", None),
        ("signed", "signing/2", None),
    ):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(NEXT, (kind, key, base))
    file.close()


CREDENTIAL = """
INSERT INTO signing_credential (person_id, ref, sha256, name, serial, issuer, organisation, grade,
    valid_from, valid_to, binding, bound_to, status, faults, made_at, judged_at, registered_at,
    revoked_at, warned_days, request_id, certificate, chain)
    VALUES (1, :ref, :ref, 'n', '1', 'i', '', 3, '2026-01-01', :to, :binding, :bound_to, :status,
    :faults, '2026-01-01', '2026-01-01', :registered, :revoked, :warned, 1, 'x', '')
"""
SOUND: dict[str, str | int | None] = {
    "to": "2028-01-01",
    "binding": "pan",
    "bound_to": "x",
    "status": "active",
    "faults": "",
    "registered": "2026-01-01",
    "revoked": None,
    "warned": 0,
}


def test_offices_seal_as_before_and_credentials_have_their_facts(tmp_path: Path) -> None:
    path = tmp_path / "credentials.sqlite3"
    file = brought_to(path, "0041")
    file.executescript(SEATS.replace("(2, 1, 1", "(2, 1, 2"))
    file.close()
    file = brought_to(path, "0045")
    assert file.execute("SELECT seals_with FROM agencies_office").fetchall() == [("office_key",)]
    with pytest.raises(sqlite3.IntegrityError):
        file.execute("UPDATE agencies_office SET seals_with = 'nothing'")
    file.execute("PRAGMA foreign_keys = OFF")
    file.execute(CREDENTIAL, {**SOUND, "ref": "good"})
    for place, (name, value) in enumerate(
        (
            ("registered", None),
            ("binding", None),
            ("bound_to", ""),
            ("faults", "class"),
            ("status", "refused"),
            ("status", "revoked"),
            ("revoked", "2026-01-01"),
            ("warned", 12),
            ("to", "2025-01-01"),
            ("status", "anything"),
        )
    ):
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(CREDENTIAL, {**SOUND, "ref": str(place), name: value})
    file.execute(
        "INSERT INTO signing_credential_event (subject_id, step, before, after, at, seat, note)"
        " VALUES (1, 'use', 'candidate', 'active', '2026-01-01', '', '')"
    )
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        file.execute("DELETE FROM signing_credential_event")
    file.close()


@pytest.fixture
def bare_url(backend: str, beds: Callable[[str], Bed], tmp_path: Path) -> str:
    """The address of a database without tables, the test's own."""
    if backend == databases.SQLITE:
        return f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    bed = beds(backend)
    assert isinstance(bed, databases.PostgresBed)
    bed.server.create("bare")
    return bed.server.url("bare")


WORK = (
    "INSERT INTO identity_person (id, email, name, password_hash, created_at)"
    " VALUES (1, 'a@nowhere.example', 'Invented Person', 'x', '2026-01-01 00:00:00')",
    "INSERT INTO agencies_agency (id, name, city, state, is_invented, slug, category, serial,"
    " email) VALUES (1, 'Specimen', 'Delhi', 'Delhi', true, 'specimen', 'chamber', '', '')",
    "INSERT INTO agencies_office (id, agency_id, code, name, address, city, state, seal_key_id,"
    " seals_with) VALUES (1, 1, 'DEL', 'Delhi', '1 Road', 'Delhi', 'Delhi', '', 'officer_token'),"
    " (2, 1, 'MUM', 'Mumbai', '1 Road', 'Mumbai', 'Delhi', '', 'office_key')",
    "INSERT INTO identity_firm (id, iec, name, pan, gstin, address, city, state, pin, created_at)"
    " VALUES (1, 'ZZZZZ0000Z', 'Invented', 'ABCPA0001A', '', '1 Road', 'Delhi', 'Delhi', '110001',"
    " '2026-01-01 00:00:00')",
    "INSERT INTO filing_application (id, ref, firm_id, office_id, status, created_at, changed_at,"
    " reason, consignee_name, consignee_address, consignee_country, transport_mode, vessel,"
    " port_of_loading, port_of_discharge, destination_country, invoice_number, currency, incoterm,"
    " signatory, signatory_designation, declaration_place) VALUES (1, 'R', 1, 1, 'draft',"
    " '2026-01-01 00:00:00', '2026-01-01 00:00:00', '', 'Somebody', '', 'KE', '', '', '', '', '',"
    " 'I-1', 'USD', '', '', '', '')",
    "INSERT INTO filing_goods_line (id, application_id, position, hs_code, description, marks,"
    " packages, package_kind, quantity, unit, gross_weight, net_weight, fob_minor, criterion)"
    " VALUES (1, 1, 1, '73239390', 'Pots', '', 1, 'CT', 1000, 'KGS', 1000, 1000, 100, '')",
    "INSERT INTO certificates_certificate (id, number, check_code, qr_id, application_id,"
    " office_id, status, sheet, officer_id, seal_key_id, allotted_at, void_reason, seals_with)"
    " VALUES (1, 'N', 'c', 'q', 1, 1, 'allotted', '{}', 1, 'k', '2026-01-01 00:00:00', '',"
    " 'officer_token')",
)


def test_what_is_under_way_stays_as_it_was_set(bare_url: str) -> None:
    """0045 makes a column anew on SQLite, and 0046 adds what an application in full holds."""
    bring(bare_url, "0044")
    engine = make_engine(bare_url)
    with engine.begin() as connection:
        for statement in WORK:
            connection.exec_driver_sql(statement)
    bring(bare_url, "0046")
    expected = {
        "SELECT seals_with FROM agencies_office ORDER BY id": [("officer_token",), ("office_key",)],
        "SELECT seals_with, supersedes_id FROM certificates_certificate": [("officer_token", None)],
        "SELECT kind, consignee_name, replaces_id, invoice_total, clause FROM filing_application": [
            ("non_preferential", "Somebody", None, None, "")
        ],
        "SELECT producer, invoice, quantity FROM filing_goods_line": [("same", 0, 1000)],
    }
    with engine.begin() as connection:
        for query, rows in expected.items():
            assert [tuple(row) for row in connection.exec_driver_sql(query)] == rows, query
    for table, value, is_known in (
        ("agencies_office", "signed_decision", True),
        ("certificates_certificate", "signed_decision", True),
        ("agencies_office", "nothing", False),
        ("certificates_certificate", "nothing", False),
    ):
        refused = contextlib.nullcontext() if is_known else pytest.raises(IntegrityError)
        with refused, engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {table} SET seals_with = '{value}'")
    engine.dispose()


def test_processes_that_start_together_migrate_once(old: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run.upgrade, [old] * 3)) == [False, False, True]
