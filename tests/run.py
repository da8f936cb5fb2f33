"""`python -m tests.run`: all tests in three parts, then what was skipped, then a line of counts.

The first part uses both cores; processes and browsers come after it, one by one, because they
watch the time and would disturb each other. Each part is a process of its own: a browser keeps an
event loop running, in which no seal can be read.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ONE_BY_ONE = ("tests/processes", "tests/journeys")
NO_TESTS_COLLECTED = 5


@dataclass
class Counts:
    """What happened, added up."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)

    def line(self, seconds: float) -> str:
        """The last line of `make test`."""
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped} in {seconds:.0f}s"


def main() -> int:
    """Run every part, whatever the others say; returns 0 only if all are good."""
    began = time.monotonic()
    counts = Counts()
    apart = [folder for folder in ONE_BY_ONE if Path(folder).is_dir()]
    together = [f"--ignore={folder}" for folder in apart]
    good = _part(counts, "tests", "-n", "2", "--dist", "worksteal", *together)
    for folder in apart:
        good = _part(counts, folder) and good
    for what in counts.skipped:
        print(f"skipped: {what}")
    print(counts.line(time.monotonic() - began))
    return 0 if good and not counts.failed else 1


def _part(counts: Counts, *words: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", f"--junit-xml={report}", "-q", *words], check=False
        )
        if report.exists():
            _add(counts, ElementTree.parse(report))
        elif done.returncode != NO_TESTS_COLLECTED:
            counts.failed += 1
    return done.returncode in (0, NO_TESTS_COLLECTED)


def _add(counts: Counts, report: ElementTree.ElementTree[ElementTree.Element]) -> None:
    for case in report.iter("testcase"):
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
