"""Programs that tests drive and that may be missing on somebody's machine."""

from __future__ import annotations

import os
import shutil

import pytest


def in_ci() -> bool:
    """Whether nothing may be missing."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def need(*programs: str) -> None:
    """Skip the test where a program is missing, and name it; with CI=1 the test fails."""
    absent = [name for name in programs if shutil.which(name) is None]
    if not absent:
        return
    reason = f"not installed: {', '.join(absent)} (as root: make tools)"
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
