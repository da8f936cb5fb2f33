"""What a machine offers to tests: programs that they drive, memory as a disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

# Where it is there, files lie in memory: what tests write has to survive nothing.
MEMORY = Path("/dev/shm")


def in_ci() -> bool:
    """Whether nothing may be missing."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def is_full() -> bool:
    """Whether every combination is wished (MATRIX=full, `make journeys`) or each thing once."""
    return os.environ.get("MATRIX") == "full"


def need(*programs: str) -> None:
    """Skip the test where a program is missing, and name it; with CI=1 the test fails."""
    absent = [name for name in programs if shutil.which(name) is None]
    if not absent:
        return
    reason = f"not installed: {', '.join(absent)} (as root: make tools)"
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def in_memory() -> Path | None:
    """Memory as a disk, where the machine has enough of it; else the usual temporary folder."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30
    return MEMORY if roomy else None
