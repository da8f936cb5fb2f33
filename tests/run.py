"""`python -m tests.run`: all tests, then what was skipped and slow, then a line of counts.

The first part uses both cores. Processes and browsers come after it, each one by one, because they
watch the time; those with script, those without and the processes run side by side, for each waits
most of it. Each is a process of its own: a browser keeps an event loop running, in which no seal
can be read.

`MATRIX=full python -m tests.run journeys` (`make journeys`): every journey in every mode, and every
kill on both databases.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

Row = tuple[tuple[str, ...], ...]
APART = ("tests/processes", "tests/journeys")
# What stands in a row runs one after the other. The supervisor has to stop within seconds: it comes
# when the browsers are through.
SUPERVISOR = "tests/processes/test_serve.py"
SIDE_BY_SIDE: tuple[Row, ...] = (
    (("tests/processes", f"--ignore={SUPERVISOR}"), (SUPERVISOR,)),
    (("tests/journeys", "-k", "script"),),
    (("tests/journeys", "-k", "not script"),),
)
FULL_MATRIX: tuple[Row, ...] = (
    (("tests/processes/test_kills.py",),),
    (("tests/journeys", "-k", "sqlite"),),
    (("tests/journeys", "-k", "not sqlite"),),
)
NO_TESTS_COLLECTED = 5
ONE_AT_A_TIME = threading.Lock()


@dataclass
class Counts:
    """What happened, added up."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
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
        good = _beside(counts, SIDE_BY_SIDE) and good
    for what in counts.skipped:
        print(f"skipped: {what}")
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
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False)
        with ONE_AT_A_TIME:
            print(said.read_text(errors="replace"), flush=True)
            if report.exists():
                _add(counts, ElementTree.parse(report))
            elif done.returncode != NO_TESTS_COLLECTED:
                counts.failed += 1
    return done.returncode in (0, NO_TESTS_COLLECTED)


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
