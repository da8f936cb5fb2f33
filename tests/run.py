"""`python -m tests.run`: all tests, then what was skipped and slow, then a line of counts.

The first part uses both cores. Processes and browsers come after it, for they watch the time:
journeys with script, those without, and what is killed, on each database, run side by side, because
each waits most of it. Each is a process of its own: a browser keeps an event loop running, in which
no seal can be read.

`MATRIX=full python -m tests.run journeys` (`make journeys`): every journey in every mode, and every
kill on both databases.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

Row = tuple[tuple[str, ...], ...]
APART = ("tests/processes", "tests/journeys")
KILLS = ("tests/processes/test_kills.py", "tests/processes/test_kills_signing.py")
# Its companion listens where every page of this machine looks for one: never in two rows at once.
TOKEN = "tests/journeys/test_token.py"
# These do more with MATRIX=full.
LONG = (
    "tests/access/test_routes.py",
    "tests/certificates/test_every_value.py",
    "tests/legacy/test_register.py",
)
# What stands in a row runs one after the other.
SIDE_BY_SIDE: tuple[Row, ...] = (
    ((*KILLS, "-k", "sqlite"),),
    ((*KILLS, "-k", "not sqlite"),),
    (("tests/journeys", "-k", "script"),),
    (("tests/journeys", "-k", "not script"),),
)
# The supervisor has to stop within seconds: it comes when the browsers are through.
SUPERVISOR = "tests/processes/test_serve.py"
AFTERWARDS: tuple[Row, ...] = (
    ((SUPERVISOR,),),
    (("tests/processes", *(f"--ignore={file}" for file in (SUPERVISOR, *KILLS))),),
)
FULL_MATRIX: tuple[Row, ...] = (
    (KILLS, LONG, (TOKEN,)),
    (("tests/journeys", f"--ignore={TOKEN}", "-k", "sqlite"),),
    (("tests/journeys", f"--ignore={TOKEN}", "-k", "not sqlite"),),
)
NO_TESTS_COLLECTED = 5
ONE_AT_A_TIME = threading.Lock()


@dataclass
class Counts:
    """What happened, added up."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def slowest(self) -> str:
        """Where the time goes, by module, for whoever has to make it shorter."""
        most = sorted(self.seconds.items(), key=lambda found: -found[1])[:12]
        return ", ".join(f"{name} {spent:.0f}s" for name, spent in most)

    def line(self, seconds: float) -> str:
        """The last line of `make test`."""
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped} in {seconds:.0f}s"


def main() -> int:
    """Run every part, whatever the others say; returns 0 only if all are good."""
    began = time.monotonic()
    counts = Counts()
    if sys.argv[1:] == ["journeys"]:
        good = _beside(counts, FULL_MATRIX)
    else:
        together = [f"--ignore={folder}" for folder in APART]
        good = _part(counts, "tests", "-n", "2", "--dist", "worksteal", *together)
        for rows in (SIDE_BY_SIDE, AFTERWARDS):
            good = _beside(counts, rows) and good
    for what in counts.skipped:
        print(f"skipped: {what}")
    for what in counts.parts:
        print(f"part {what}")
    print(f"slowest: {counts.slowest()}")
    print(counts.line(time.monotonic() - began))
    return 0 if good and not counts.failed else 1


def _beside(counts: Counts, rows: tuple[Row, ...]) -> bool:
    with ThreadPoolExecutor() as beside:
        return all(list(beside.map(lambda row: all([_part(counts, *p) for p in row]), rows)))


def _part(counts: Counts, *words: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        report, said = Path(folder) / "report.xml", Path(folder) / "said.txt"
        with said.open("wb") as out:
            command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", "-q", *words]
            code, cost = _timed(command, out)
        with ONE_AT_A_TIME:
            counts.parts.append(f"{' '.join(words)}: {cost}")
            print(said.read_text(errors="replace"), flush=True)
            if report.exists():
                _add(counts, ElementTree.parse(report))
            elif code != NO_TESTS_COLLECTED:
                counts.failed += 1
    return code in (0, NO_TESTS_COLLECTED)


def _timed(command: list[str], out: IO[bytes]) -> tuple[int, str]:
    """Run a command; its exit code, and how long it took of the clock and of the processors."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return process.returncode, f"{time.monotonic() - began:.0f}s, {cpu:.0f}s CPU"


def _add(counts: Counts, report: ElementTree.ElementTree[ElementTree.Element]) -> None:
    for case in report.iter("testcase"):
        counts.seconds[case.get("classname", "")] += float(case.get("time", 0))
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed += 1
        elif skipped is None:
            counts.passed += 1
        else:
            name = f"{case.get('classname')}.{case.get('name')}"
            counts.skipped.append(f"{name}: {skipped.get('message')}")


if __name__ == "__main__":
    sys.exit(main())
