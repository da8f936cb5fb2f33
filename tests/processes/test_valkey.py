"""The embedded Valkey keeps what it was given and starts over whatever an earlier one left."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from portal.adapters import valkey
from portal.adapters.valkey import CannotStart
from tests.processes.running import until

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def folder(data_dir: Path) -> Path:
    """Where Valkey keeps its data in this test."""
    return data_dir / "valkey"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts a Valkey as `flask serve` does; all are ended after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        valkey.prepare(folder, folder / "s")
        argv = valkey.command(folder, folder / "s")
        started.append(subprocess.Popen(argv, stdout=subprocess.DEVNULL))
        until(lambda: valkey.answers(folder / "s"), 10, "Valkey answers")
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait(timeout=5)


def test_what_was_stored_survives_a_kill_and_the_stale_socket_is_no_obstacle(
    start: Start, folder: Path
) -> None:
    first = start()
    with _client(folder) as client:
        client.set("word", "kept")
        client.waitaof(1, 0, 5000)
    first.kill()
    first.wait(timeout=5)
    assert (folder / "s").exists()
    start()
    with _client(folder) as client:
        assert client.get("word") == b"kept"


def test_one_that_still_runs_is_taken_over_with_its_data(start: Start, folder: Path) -> None:
    first = start()
    with _client(folder) as client:
        client.set("word", "kept")
    start()
    assert first.wait(timeout=5) == 0
    with _client(folder) as client:
        assert client.get("word") == b"kept"


def test_one_that_hangs_is_killed_before_another_starts(start: Start, folder: Path) -> None:
    first = start()
    first.send_signal(signal.SIGSTOP)
    start()
    assert first.wait(timeout=5) == -signal.SIGKILL


def test_a_process_id_that_now_belongs_to_another_is_left_alone(start: Start, folder: Path) -> None:
    folder.mkdir()
    (folder / "pid").write_text(str(os.getpid()))
    start()


def test_nobody_else_can_reach_it(start: Start, folder: Path) -> None:
    start()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with _client(folder) as client:
        assert client.config_get("port") == {"port": "0"}


def test_a_path_too_long_for_a_socket_is_refused_with_the_way_out(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    with pytest.raises(CannotStart, match="shorter DATA_DIR"):
        valkey.prepare(deep, deep / "s")


def _client(folder: Path) -> Redis:
    return Redis(unix_socket_path=str(folder / "s"), socket_timeout=5)
