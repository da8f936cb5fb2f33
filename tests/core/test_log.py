"""Each line of the log says when, where and for which request."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from portal.config import ROOT

SCRIPT = """
import logging, structlog
from portal.log import setup_logging
setup_logging("web")
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    structlog.get_logger().info("saved", ref="A1")
logging.getLogger("some.library").warning("odd %s", "thing\\nforged=line")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger().exception("broke")
"""


def test_json_lines_carry_time_process_and_request() -> None:
    saved, odd, broke = (json.loads(line) for line in _said(LOG_FORMAT="json"))
    assert saved["time"].endswith("Z") and saved["ist"]
    expected = {"level": "info", "process": "web", "event": "saved", "request_id": "r-1"}
    assert expected.items() <= saved.items()
    assert (odd["event"], odd["level"], odd["process"]) == (
        "odd thing\nforged=line",
        "warning",
        "web",
    )
    assert "ZeroDivisionError" in broke["exception"]


def test_plain_lines_stand_alone_and_a_traceback_is_indented() -> None:
    saved, odd, broke, *trace = _said()
    assert saved.startswith("time=") and "process=web event=saved request_id=r-1 ref=A1" in saved
    assert 'event="odd thing\\nforged=line"' in odd
    assert "event=broke" in broke
    assert "ZeroDivisionError" in trace[-1]
    assert all(line.startswith("    ") for line in trace)


def _said(**extra: str) -> list[str]:
    env = {**os.environ, **extra}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stderr.splitlines()
