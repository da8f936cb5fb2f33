"""A database with the seed in it, and a desk to take lists in at."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.build import Stage
from tests.reference.lists import Desk


@pytest.fixture
def seeded(stage: Stage, db: Session) -> Session:
    """A session on a database with the codes that come with the portal."""
    return db


@pytest.fixture
def desk(stage: Stage, tmp_path: Path) -> Desk:
    """`flask import` with files of one's own, on a seeded database."""
    return Desk(stage.app, tmp_path)
