"""What `flask serve` promises, with real processes that are really killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.running import Running, free_port, until

START_SECONDS = 60.0
NOTE = "tests.processes.notes.note"

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start makes, without which each of many starts takes twice as long."""
    made = Running(tmp_path_factory.mktemp("prepared") / "var")
    command = [sys.executable, "-m", "flask", "--app", "app", "prepare"]
    subprocess.run(command, env=made.env, check=True, timeout=START_SECONDS)
    return made.data_dir


@pytest.fixture
def portal(tmp_path: Path, prepared: Path) -> Iterator[Running]:
    """A running portal; whatever is left of it afterwards is killed by its id."""
    shutil.copytree(prepared, tmp_path / "var", symlinks=True)
    running = Running(tmp_path / "var")
    _start(running)
    yield running
    for pid in running.pids():
        os.kill(pid, signal.SIGKILL)
    if running.process:
        running.process.wait(timeout=5)


def test_an_interrupt_stops_everything_in_order_and_leaves_nothing(portal: Running) -> None:
    assert portal.pids("valkey-server") and portal.pids("jobs.worker") and portal.pids("granian")
    portal.signal(signal.SIGINT)
    assert portal.end(12) == 0
    assert portal.pids() == set()
    stopped = [line.split("part=")[1].split()[0] for line in _lines(portal, "event=stopped")]
    # The stand-ins go after the workers, which may still have a letter in hand.
    assert stopped == ["web", "worker-1", "outside", "valkey"]
    assert "had to be killed" not in portal.said
    assert "Traceback" not in portal.said


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(portal: Running) -> None:
    before = portal.ask(NOTE)
    until(lambda: portal.row(before).done_at, 10, "a job before the kill")
    portal.signal(signal.SIGKILL)
    portal.end()
    until(lambda: not portal.pids(), 10, "all processes gone")
    _start(portal)
    after = portal.ask(NOTE)
    until(lambda: portal.row(after).done_at, 10, "a job after the second start")


def test_jobs_run_again_after_valkey_was_killed(portal: Running) -> None:
    (old,) = portal.pids("valkey-server")
    os.kill(old, signal.SIGKILL)
    task = portal.ask(NOTE)
    until(lambda: portal.pids("valkey-server") - {old}, 10, "another Valkey")
    until(lambda: portal.row(task).done_at, 20, "the job")
    assert portal.row(task).tries == 1
    assert len(_lines(portal, "event=queue_down")) <= 1
    assert "Traceback" not in portal.said


def test_the_web_comes_back_after_its_main_process_was_killed(portal: Running) -> None:
    old = portal.pids("granian")
    main, _worker = portal.eldest_first(old)
    os.kill(main, signal.SIGKILL)
    until(lambda: not old & portal.pids(), 10, "the old web processes gone, its worker too")
    until(portal.is_well, 20, "the web answers again")


def test_the_web_comes_back_after_a_worker_of_it_was_killed(portal: Running) -> None:
    old = portal.pids("granian")
    _main, worker = portal.eldest_first(old)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not old & portal.pids(), 15, "the old web processes gone")
    until(portal.is_well, 20, "the web answers again")


def test_a_killed_worker_is_replaced_and_the_job_is_done(portal: Running) -> None:
    (old,) = portal.pids("jobs.worker")
    os.kill(old, signal.SIGKILL)
    until(lambda: portal.pids("jobs.worker") - {old}, 10, "another worker")
    task = portal.ask(NOTE)
    until(lambda: portal.row(task).done_at, 20, "the job")


def test_a_job_that_fails_is_tried_again_later(portal: Running) -> None:
    task = portal.ask("tests.processes.notes.stumble", "R7")
    until(lambda: portal.row(task).last_error, 10, "the failure noted")
    assert "stumbled over R7" in portal.row(task).last_error
    until(lambda: portal.row(task).done_at, 15, "the second try")
    assert portal.row(task).tries == 2
    assert portal.row(task).last_error == ""


def test_a_worker_that_dies_with_a_leased_job_loses_nothing(tmp_path: Path) -> None:
    died = tmp_path / "died"
    running = Running(tmp_path / "var", extra={"DIE_AT": f"relay.after_lease={died}"})
    try:
        _start(running)
        task = running.ask(NOTE)
        until(died.exists, 15, "the death of the relay")
        until(lambda: running.row(task).leased_until, 5, "its lease")
        (running.data_dir / "clock").write_text("100")
        until(lambda: running.row(task).done_at, 25, "the job, once the lease has ended")
    finally:
        running.signal(signal.SIGINT)
        running.end()
    assert running.pids() == set()


def test_a_second_start_in_the_same_folder_is_refused(portal: Running) -> None:
    assert portal.process is not None
    second = Running(portal.data_dir)
    done = _refused(second)
    assert f"process {portal.process.pid} already serves {portal.data_dir}" in done
    assert portal.is_well()


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        done = _refused(Running(tmp_path / "var", port=port))
    assert f"port {port} can't be used" in done and "PORT=" in done


def test_a_part_that_keeps_ending_stops_the_portal_and_is_named(portal: Running) -> None:
    killed: set[int] = set()

    def has_ended() -> bool:
        for pid in portal.pids("jobs.worker") - killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        return portal.process is not None and portal.process.poll() is not None

    until(has_ended, 30, "the portal gives up")
    assert portal.end(1) == 1
    assert "worker-1 ended 6 times within 60 s" in portal.said
    assert portal.pids() == set()


def _start(running: Running) -> None:
    running.start()
    until(running.is_well, START_SECONDS, "the portal answers")


def _refused(running: Running) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "serve"],
        env=running.env,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def _lines(running: Running, word: str) -> list[str]:
    return [line for line in running.said.splitlines() if word in line]
