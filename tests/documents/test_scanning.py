"""Uploads meet a scanner that speaks clamd's wire: found, clean, away, talking rubbish."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from portal.adapters.clamd import ClamdScanner
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import TryLater
from portal.core.outbox import OutboxRow
from portal.documents.models import Document, Scan
from portal.documents.scanning import WAIT
from portal.filing.actions.exporter import missing
from portal.sandbox.papers import plain_pdf
from portal.sandbox.scanner import ScannerFault, eicar_string
from tests.build import Stage
from tests.conftest import Outside
from tests.filing.test_documents import errors_of, facts_of, held, send

PDF = plain_pdf("SPECIMEN", "clean")
HARMFUL = PDF + b"\n% " + eicar_string() + b"\n"


@pytest.fixture
def scanner(outside: Outside) -> Iterator[ClamdScanner]:
    outside.world.reset()
    yield ClamdScanner(f"tcp://127.0.0.1:{outside.port + 2}")
    outside.world.reset()


def test_the_wire_of_clamd_is_spoken(scanner: ClamdScanner) -> None:
    assert scanner.is_up()
    assert scanner.scan(PDF) == ""
    assert scanner.scan(b"") == ""
    assert scanner.scan(HARMFUL) == "Eicar-Test-Signature"
    # Across the border of two pieces of 64 kB.
    assert scanner.scan(b" " * (64 * 1024 - 30) + eicar_string()) == "Eicar-Test-Signature"


@pytest.mark.parametrize("fault", [ScannerFault.OUTAGE, ScannerFault.GARBAGE])
def test_a_scanner_that_is_away_or_talks_rubbish_is_asked_again_later(
    scanner: ClamdScanner, outside: Outside, fault: ScannerFault
) -> None:
    outside.world.scanner.fault = fault
    with pytest.raises(TryLater):
        scanner.scan(PDF)
    assert not scanner.is_up()


def test_nobody_listening_is_asked_again_later(tmp_path: Path) -> None:
    for url in ("tcp://127.0.0.1:1", f"unix://{tmp_path / 'none'}"):
        with pytest.raises(TryLater):
            ClamdScanner(url).scan(PDF)
        assert not ClamdScanner(url).is_up()


@pytest.mark.parametrize(
    "said", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"x" * 5000, b"stream: OKAY\0"]
)
def test_any_other_answer_over_a_socket_is_no_answer(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def once() -> None:
            wire, _ = listening.accept()
            with wire:
                wire.recv(100)
                wire.sendall(said)

        answering = threading.Thread(target=once)
        answering.start()
        with pytest.raises(TryLater):
            ClamdScanner(f"unix://{path}").scan(PDF)
        answering.join(timeout=5)


def test_malware_is_refused_with_its_name_and_nothing_is_kept(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    before = held(stage, ref)
    said = errors_of(send(client, ref, "invoice", ("invoice.pdf", HARMFUL)))
    assert "found malware in this file (Eicar-Test-Signature)" in said
    assert held(stage, ref) == before
    assert send(client, ref, "invoice", ("invoice.pdf", PDF)).status_code == 303
    (invoice, _) = facts_of(stage, ref).attachments
    assert invoice.was_scanned and not invoice.finding


def test_while_the_scanner_is_away_an_upload_is_kept_marked_and_scanned_later(
    stage: Stage, outside: Outside
) -> None:
    ref, client = stage.draft(), stage.client("owner")
    outside.world.scanner.fault = ScannerFault.OUTAGE
    assert send(client, ref, "invoice", ("invoice.pdf", PDF)).status_code == 303
    page = client.get(f"/applications/{ref}/documents").text
    assert "not scanned for malware" in page
    stage.run_jobs()
    row = waiting(stage)
    assert row.done_at is None and row.tries == 0
    assert timedelta() < row.due_at - clock.now() <= WAIT
    outside.world.reset()
    make_due(stage)
    stage.run_jobs()
    (invoice, _) = facts_of(stage, ref).attachments
    assert invoice.was_scanned and not invoice.finding
    assert waiting(stage).done_at is not None


def test_malware_found_later_is_handed_to_nobody_and_the_file_counts_as_without(
    stage: Stage, outside: Outside
) -> None:
    ref, client = stage.draft(), stage.client("owner")
    outside.world.scanner.fault = ScannerFault.OUTAGE
    assert send(client, ref, "invoice", ("invoice.pdf", HARMFUL)).status_code == 303
    (invoice, _) = facts_of(stage, ref).attachments
    address = f"/applications/{ref}/documents/{invoice.ref}"
    assert client.get(address).status_code == 200
    outside.world.reset()
    for _ in range(2):
        stage.run_jobs()
        make_due(stage)
    refused = client.get(address)
    assert refused.status_code == 409 and "Eicar-Test-Signature" in refused.text
    assert b"EICAR" not in refused.data
    facts = facts_of(stage, ref)
    with stage.db() as db:
        assert [gap.field for gap in missing(db, facts)] == ["invoice"]
        query = select(AuditRow.act).where(AuditRow.stream == f"document:{invoice.ref}")
        assert list(db.scalars(query)) == ["documents.scanned"]
        assert len(list(db.scalars(select(Scan)))) == 1
    assert "malware found" in client.get(f"/applications/{ref}/documents").text


def test_operators_see_whether_uploads_are_scanned(stage: Stage, outside: Outside) -> None:
    public, directorate = stage.client(), stage.client("directorate")

    def health() -> object:
        return (public.get("/healthz").json or {})["scanner"]

    assert health() == "up"
    assert "scanner for malware" not in directorate.get("/dashboard").text
    outside.world.scanner.fault = ScannerFault.OUTAGE
    assert health() == "away"
    assert "The scanner for malware is away" in directorate.get("/dashboard").text
    stage.portal.kit.__dict__["scanner"] = None
    assert health() == "off"
    stage.draft()
    with stage.db() as db:
        count = len(list(db.scalars(select(Document))))
    assert f"no scanner is set (CLAMD_URL). {count} documents" in directorate.get("/dashboard").text


def waiting(stage: Stage) -> OutboxRow:
    with stage.db() as db:
        query = select(OutboxRow).where(OutboxRow.job == "jobs.documents.scan")
        row: OutboxRow = db.scalars(query).one()
        return row


def make_due(stage: Stage) -> None:
    with stage.db() as db:
        db.execute(update(OutboxRow).values(due_at=clock.now() - timedelta(seconds=1)))
        db.commit()
