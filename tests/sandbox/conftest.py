"""The stand-ins as they are at the start of a day: no faults, an empty folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Outside
from tests.sandbox.asp import Asp
from tests.tools import need


@pytest.fixture
def world(outside: Outside, data_dir: Path) -> Iterator[Outside]:
    """The stand-ins without a fault, on the test's empty DATA_DIR."""
    outside.world.reset()
    yield outside
    outside.world.reset()


@pytest.fixture
def authorities(data_dir: Path) -> Path:
    """Where the stand-ins keep their authorities."""
    return data_dir / "authority"


@pytest.fixture
def asp(world: Outside, tmp_path: Path) -> Asp:
    """A portal that the provider knows."""
    need("xmlsec1", "openssl")
    found = Asp(world, tmp_path)
    found.register()
    return found
