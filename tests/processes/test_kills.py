"""Whatever is killed, wherever it stands: one certificate, one number, one capture of Rs 200."""

from __future__ import annotations

import http.client
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from jobs.sweeps import sweep_orphans
from portal.certificates.lifecycle import Status as Seal
from portal.core import clock, outbox
from portal.core.failpoints import POINTS
from portal.filing.lifecycle import Status
from portal.kit import Kit, Portal
from portal.sandbox import demo
from portal.sandbox.papers import plain_pdf
from portal.sandbox.visitor import Answer
from tests import databases
from tests.databases import SQLITE
from tests.processes.evidence import (
    ISSUE,
    age_files,
    application,
    has_failed,
    is_done,
    orphans,
    prove_issued,
    prove_sound,
    seal_of,
    task_of,
    waits,
    was_said,
)
from tests.processes.filed import Office
from tests.processes.running import until
from tests.tools import is_full

JOB_POINTS = tuple(point for point in POINTS if point.startswith(("relay.", "worker.")))
# Those of signing lie on no certificate's way: test_kills_signing.py tries them.
SIGNING_POINTS = tuple(point for point in POINTS if point.startswith("signing."))
# PostgreSQL differs in commits and locks, not in queues: `make journeys` runs all on it.
ON_BOTH = (
    "relay.after_lease",
    "worker.after_seal",
    "worker.before_commit",
    "worker.after_commit",
    "worker.before_keep",
)
AFTER_ISSUE = (
    "worker.after_commit",
    "worker.after_proof",
    "worker.before_keep",
    "worker.after_keep",
)
CUT_OFF = (http.client.HTTPException, OSError)

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


def databases_for(everywhere: bool) -> list[str]:
    """The chosen databases; without MATRIX=full only SQLite for what isn't `everywhere`."""
    both = everywhere or is_full()
    return [kind for kind in databases.chosen() if both or kind == SQLITE]


def cases(points: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which point is tried on which database."""
    return [(kind, p) for p in points for kind in databases_for(p in ON_BOTH)]


everywhere = pytest.mark.parametrize("office", databases_for(True), indirect=True)
once = pytest.mark.parametrize("office", databases_for(False), indirect=True)


def test_every_point_is_tried_below() -> None:
    web = {"web.before_commit", "web.after_commit"}
    assert set(POINTS) == {*JOB_POINTS, *SIGNING_POINTS, *web}


@pytest.mark.parametrize(("office", "point"), cases(JOB_POINTS), indirect=["office"])
def test_a_certificate_is_issued_once_though_its_job_dies(office: Office, point: str) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    office.strike(point, lambda: office.approve(rice, number))
    expected = Seal.ISSUED if point in AFTER_ISSUE else Seal.ALLOTTED
    if point != "relay.after_queue":  # the job may be as far as it likes then
        assert seal_of(office, number) is expected
    office.let_leases_end()
    prove_issued(office, rice, number)


@everywhere
def test_a_worker_killed_from_outside_in_the_middle_loses_nothing(office: Office) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    office.strike("worker.after_render", lambda: office.approve(rice, number), "freeze")
    office.kill("jobs.worker")
    assert seal_of(office, number) is Seal.ALLOTTED
    office.let_leases_end()
    prove_issued(office, rice, number)


@everywhere
def test_two_workers_with_the_same_job_issue_once(office: Office) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    before = orphans(office)
    office.strike("worker.before_commit", lambda: office.approve(rice, number), "freeze")
    with office.another_worker():
        office.let_leases_end()
        prove_issued(office, rice, number)
    office.let_go("worker.before_commit")
    until(lambda: was_said(office, "job_done", number), 15, "the slow worker is through")
    prove_issued(office, rice, number)
    until(
        lambda: len(orphans(office) - before) == 1, 15, "the slow worker's file as the only orphan"
    )


@everywhere
def test_a_number_voided_while_it_is_sealed_is_never_issued(office: Office) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    office.strike("worker.before_commit", lambda: office.approve(rice, number), "freeze")
    supervisor = office.visitor("supervisor@chamber.example")
    page = supervisor.get(f"/applications/{number}/certificate")
    supervisor.send(page, "/void-number", {"reason": "The seal did not come."})
    office.let_go("worker.before_commit")
    until(lambda: is_done(office, number), 15, "the job is through")
    assert application(office, number).status is Status.IN_SCRUTINY
    assert seal_of(office, number) is Seal.VOID
    office.approve(rice, number)
    prove_issued(office, rice, number)


@once
@pytest.mark.parametrize("how", ["killed", "emptied"])
def test_jobs_in_the_queue_outlive_a_valkey(office: Office, how: str) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    queue, folder = Kit(office.running.settings).queue, office.running.data_dir
    office.running.ask("tests.processes.notes.occupy", how)
    until((folder / f"{how}.busy").exists, 10, "the worker is busy")
    try:
        office.approve(rice, number)
        until(lambda: waits(office, number), 10, "the job in the queue")
        if how == "killed":
            office.kill("valkey-server")
        else:
            queue.connection.flushall()
    finally:
        (folder / how).touch()
    office.let_leases_end()
    prove_issued(office, rice, number)


@once
def test_a_valkey_that_hangs_keeps_no_officer_waiting(office: Office) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    (valkey,) = office.running.pids("valkey-server")
    os.kill(valkey, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        office.approve(rice, number)
        assert time.monotonic() - begun < 2
        assert (office.health()["status"], office.health()["queue"]) == ("degraded", False)
        assert seal_of(office, number) is Seal.ALLOTTED
    finally:
        os.kill(valkey, signal.SIGCONT)
    office.let_leases_end()
    prove_issued(office, rice, number)


@everywhere
def test_a_submission_that_dies_before_its_commit_did_not_happen(office: Office) -> None:
    rice = office.shipment()
    ref = office.draft(rice)
    office.strike("web.before_commit", _cut_off(partial(_submit, office, ref)))
    row = application(office, ref)
    assert (row.status, row.number) == (Status.DRAFT, None)
    office.freshen()
    _finish(office, _submit(office, ref)().url.rsplit("/", 1)[1])


@everywhere
def test_a_submission_that_dies_after_its_commit_happened_once(office: Office) -> None:
    ref = office.draft(office.shipment())
    post = _submit(office, ref)
    office.strike("web.after_commit", _cut_off(lambda: post))
    number = application(office, ref).number
    assert number
    office.freshen()
    assert post().status in (200, 409, 422)
    assert application(office, ref).number == number
    _finish(office, number)


@everywhere
def test_an_approval_that_dies_before_its_commit_did_not_happen(office: Office) -> None:
    rice = office.shipment()
    number = office.claimed(rice)
    office.strike("web.before_commit", _cut_off(partial(_approval, office, number)))
    assert application(office, number).status is Status.IN_SCRUTINY
    assert seal_of(office, number) is None
    office.freshen()
    office.approve(rice, number)
    prove_issued(office, rice, number)


@everywhere
def test_an_approval_that_dies_after_its_commit_happened_once(office: Office) -> None:
    number = office.claimed(office.shipment())
    post = _approval(office, number)
    office.strike("web.after_commit", _cut_off(lambda: post))
    assert seal_of(office, number) in (Seal.ALLOTTED, Seal.ISSUED)
    office.freshen()
    assert post().status in (200, 409)
    prove_issued(office, office.shipment(), number)


@once
def test_an_upload_that_dies_before_its_row_leaves_a_file_that_the_night_removes(
    office: Office,
) -> None:
    rice = office.shipment()
    ref = office.draft(rice)
    before = orphans(office)
    exporter = office.visitor(rice.exporter)
    again = partial(demo.attach, exporter, ref, "invoice", plain_pdf("SPECIMEN", "invoice", "2"))
    exporter.get("/dashboard")
    office.strike("web.before_commit", _suppressed(again))
    office.freshen()
    assert len(orphans(office) - before) == 1
    again()
    _finish(office, demo.hand_in(exporter, ref))
    age_files(office, 25)
    kit = Kit(office.running.settings)
    sweep_orphans(Portal(kit.settings, kit, office.sessions), clock.today())
    assert not orphans(office)
    prove_sound(office)


@once
def test_a_job_past_its_tries_is_shown_and_starts_again_when_the_operator_says_so(
    office: Office,
) -> None:
    steel = office.shipment(1)
    key = Path(office.running.settings.seal_keys) / "spcc-mum-1.p12"
    away = key.rename(key.with_suffix(".away"))
    office.kill("jobs.worker")  # it might have the key in memory
    number = office.claimed(steel)
    office.approve(steel, number)
    for tries in range(1, outbox.MAX_TRIES + 1):
        until(partial(has_failed, office, number, tries), 15, f"failure number {tries}")
        office.pass_time(2**tries + 1)
    row = task_of(office, number)
    assert row is not None and "can't be opened" in row.last_error
    health = office.health()
    assert health["status"] == "degraded"
    assert health["stuck"] == [{"job": ISSUE, "ref": row.ref, "tries": outbox.MAX_TRIES}]
    listed = office.flask("outbox", "list").stdout
    assert f'"id": {row.id},' in listed and "can't be opened" in listed
    away.rename(key)
    assert "tried again" in office.flask("outbox", "again", str(row.id)).stdout
    prove_issued(office, steel, number)
    assert office.health()["stuck"] == []


def _submit(office: Office, ref: str) -> Callable[[], Answer]:
    """Sends the submission from one page, as often as it is called."""
    exporter = office.visitor(office.shipment().exporter)
    page = exporter.get(f"/applications/{ref}")
    if f"/{ref}/signature" in page.text:
        demo.sign(exporter, ref)
        page = exporter.get(f"/applications/{ref}")
    return lambda: exporter.send(page, f"/{ref}/submission", {"declared": "y"})


def _approval(office: Office, number: str) -> Callable[[], Answer]:
    officer = office.visitor(office.shipment().officer)
    page = officer.get(f"/queue/{number}")
    return lambda: officer.send(page, f"/{number}/approval")


def _cut_off(form: Callable[[], Callable[[], object]]) -> Callable[[], None]:
    """Opens the page before the point is armed, and expects no answer to what it sends."""
    return _suppressed(form())


def _suppressed(act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with pytest.raises(CUT_OFF):
            act()

    return run


def _finish(office: Office, number: str) -> None:
    rice = office.shipment()
    officer = office.visitor(rice.officer)
    officer.send(officer.get(f"/queue/{number}"), f"/{number}/claim")
    office.approve(rice, number)
    prove_issued(office, rice, number)
