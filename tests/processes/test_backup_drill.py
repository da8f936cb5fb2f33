"""The drill: a served portal is backed up while it runs, wiped, restored, and verifies again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.certificates.models import Certificate
from portal.certificates.tokens import QrKeys
from portal.config import ROOT
from portal.core.db import make_engine, make_sessions
from portal.sandbox import demo
from portal.sandbox.visitor import Visitor
from tests import databases
from tests.databases import Bed, PostgresBed
from tests.processes.evidence import LAST, is_done
from tests.processes.filed import Office
from tests.processes.running import Running, until

START_SECONDS = 90.0

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


@pytest.fixture
def running(backend: str, beds: Callable[[str], Bed], tmp_path: Path) -> Iterator[Running]:
    """An installation in a folder of its own, on a database of its own."""
    found = Running(tmp_path / "var")
    if backend == databases.POSTGRESQL:
        found.extra["DATABASE_URL"] = _new_database(beds)
    _give_fonts(found)
    yield found
    for pid in found.pids():
        os.kill(pid, signal.SIGKILL)
    if found.process:
        found.process.wait(timeout=5)


@dataclass(frozen=True)
class Issued:
    """A certificate as people hold it: numbers, check code, QR link (without host), and its PDF
    as it was issued and with the proof that came a little later."""

    file: str
    number: str
    code: str
    link: str
    first: bytes
    lasting: bytes


def test_a_wiped_portal_comes_back_with_its_certificate(
    running: Running, backend: str, beds: Callable[[str], Bed], tmp_path: Path
) -> None:
    _start(running)
    issued = _issue(running)
    done = _flask(running, "backup", str(tmp_path / "backup"), "--with-secrets")
    assert done.returncode == 0, done.stdout + done.stderr
    assert running.is_well()
    running.signal(signal.SIGINT)
    assert running.end() == 0
    shutil.rmtree(running.data_dir)
    if backend == databases.POSTGRESQL:
        _new_database(beds)
    _give_fonts(running)
    for words in (("restore", str(tmp_path / "backup")), ("verify-all",)):
        done = _flask(running, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "audit trail, ledger and files are sound" in done.stdout
    _start(running)
    _verify(running, issued)


def _issue(running: Running) -> Issued:
    """One certificate over real HTTP."""
    with _office(running) as office:
        shipment = office.shipment()
        file = office.claimed(shipment)
        office.approve(shipment, file)
        exporter = office.visitor(shipment.exporter)
        first = demo.await_certificate(exporter, file)
        until(lambda: is_done(office, file, LAST), 30, "the row of the lasting job done")
        lasting = demo.await_certificate(exporter, file)
        number, code = demo.read_certificate(exporter, file)
        with office.sessions() as db:
            row = db.scalars(select(Certificate).where(Certificate.number == number)).one()
    token = QrKeys.parse(running.settings.qr_keys).token(row.qr_id)
    return Issued(file, number, code, f"/q/{token}", first, lasting)


def _verify(running: Running, issued: Issued) -> None:
    """The public verifies it three ways, the exporter downloads it, byte for byte."""
    public = Visitor(f"http://127.0.0.1:{running.port}")
    page, typed = public.get("/verify"), {"number": issued.number, "code": issued.code}
    assert "Valid:" in public.send(page, "/verify", typed).text
    assert "Valid:" in public.get(issued.link).text
    assert issued.lasting.startswith(issued.first) and issued.lasting != issued.first
    for pdf in (issued.first, issued.lasting):
        files = {"file": ("certificate.pdf", pdf)}
        assert "Valid:" in public.send(page, "/verify/file", files=files).text
    with _office(running) as office:
        exporter = office.visitor(office.shipment().exporter)
        assert demo.await_certificate(exporter, issued.file) == issued.lasting


@contextmanager
def _office(running: Running) -> Iterator[Office]:
    engine = make_engine(running.settings.database_url)
    yield Office(running, make_sessions(engine))
    engine.dispose()


def _new_database(beds: Callable[[str], Bed]) -> str:
    bed = beds(databases.POSTGRESQL)
    assert isinstance(bed, PostgresBed)
    bed.server.create("drill")
    return bed.server.url("drill")


def _give_fonts(running: Running) -> None:
    """The typeface is made once for all tests; it is no part of a backup."""
    fonts = ROOT / "var" / "tests" / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    running.data_dir.mkdir(parents=True, exist_ok=True)
    (running.data_dir / "fonts").symlink_to(fonts)


def _start(running: Running) -> None:
    running.start()
    until(running.is_well, START_SECONDS, "the portal answers")


def _flask(running: Running, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=running.env,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
