"""The same consent in a window, on a screen in memory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.companion.running import (
    PIN,
    SERIOUS_SECONDS,
    Portal,
    Running,
    Token,
    payload,
    write_settings,
)
from tests.tools import need


@pytest.fixture
def screen() -> Iterator[str]:
    """The name of a display that nobody looks at."""
    need("Xvfb")
    reads, writes = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
        pass_fds=[writes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writes)
    try:
        with os.fdopen(reads) as told:
            number = told.readline().strip()
        assert number, "no screen came up"
        yield f":{number}"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def on(screen: str, token: Token, *command: str) -> Iterator[Running]:
    """A companion on the screen; what its person sees comes as lines."""
    reads, writes = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=writes,
        stderr=writes, env=os.environ | token.environment | {"DISPLAY": screen},
    )  # fmt: skip
    os.close(writes)
    running = Running(process, reads, Path())
    listener = threading.Thread(target=running.listen, daemon=True)
    listener.start()
    try:
        yield running
    finally:
        process.kill()
        process.wait()
        listener.join(10)
        os.close(reads)


def used(tmp_path: Path, screen: str, token: Token, act: str, **settings: object) -> Running:
    """What became of one request where the person does `act`; the answer is in `last`."""
    portal = Portal()
    write_settings(tmp_path / "settings", portal.key_set(), **settings)
    with on(screen, token, "tests.companion.in_window", str(tmp_path / "settings"), act) as seen:
        code = seen.wait_for(r"(?m)^(\d{6})$").group(1)
        bearer = str(seen.ask("/v1/pair", {"code": code}).body["token"])
        seen.wait_for("Connected with")
        jws = portal.jws(payload(token.der, 2))
        seen.last = seen.ask("/v1/sign", {"request": jws}, token=bearer)
    return seen


def test_a_window_shows_everything_and_signs(tmp_path: Path, screen: str, token: Token) -> None:
    seen = used(tmp_path, screen, token, "sign")
    assert seen.last.status == 200, seen.said
    assert len(seen.last.body["signatures"]) == 2
    for item in payload(token.der, 2)["items"]:
        assert item["title"] in seen.said
        assert item["reference"] in seen.said
        assert item["hash_prefix"] in seen.said.replace(" ", "")
    assert "http://127.0.0.1:8000 asks you to sign 2 documents." in seen.said
    assert PIN not in seen.said


@pytest.mark.parametrize(
    ("act", "code"), [("decline", "cancelled"), ("close", "cancelled"), ("wait", "timeout")]
)
def test_without_consent_nothing_is_signed(
    tmp_path: Path, screen: str, token: Token, act: str, code: str
) -> None:
    seen = used(tmp_path, screen, token, act, consent_seconds=1.5 if act == "wait" else 60)
    assert seen.last.body["error"] == code


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_program_opens_a_window_where_there_is_a_screen(
    tmp_path: Path, screen: str, token: Token, how: signal.Signals
) -> None:
    write_settings(tmp_path, None)
    command = ("portal.companion", "--config-dir", str(tmp_path), "--port", "0")
    with on(screen, token, *command) as seen:
        assert seen.ask("/v1/hello").status == 200
        assert "Pairing code" not in seen.said
        seen.process.send_signal(how)
        assert seen.process.wait(SERIOUS_SECONDS) == 0
        assert "Traceback" not in seen.said


EARLY = """
import os, signal, sys
from portal.companion import __main__, window

serve = window.Window.serve

def interrupted(self):
    os.kill(os.getpid(), signal.SIGINT)
    serve(self)

window.Window.serve = interrupted
sys.exit(__main__.main(sys.argv[1:]))
"""


def test_an_end_before_the_window_stands_is_not_forgotten(
    tmp_path: Path, screen: str, token: Token
) -> None:
    write_settings(tmp_path, None)
    done = subprocess.run(
        [sys.executable, "-c", EARLY, "--config-dir", str(tmp_path), "--port", "0"],
        cwd=ROOT,
        env=os.environ | token.environment | {"DISPLAY": screen},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SERIOUS_SECONDS,
    )
    assert done.returncode == 0, done.stderr
