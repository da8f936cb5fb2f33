"""A token made once and copied for each test, and a portal with its own key."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.companion.running import (
    Portal,
    Running,
    Token,
    make_key,
    make_token,
    running,
    specimen_certificate,
)
from tests.tools import need


@pytest.fixture(scope="session")
def first_token() -> Iterator[Token]:
    """An RSA token that no test changes."""
    need("softhsm2-util")
    key = make_key()
    with tempfile.TemporaryDirectory(prefix="token-") as folder:
        yield make_token(Path(folder) / "made", key, specimen_certificate(key))


@pytest.fixture
def token(first_token: Token, tmp_path: Path) -> Token:
    """An RSA token of the test's own."""
    folder = tmp_path / "token"
    shutil.copytree(first_token.folder / "tokens", folder / "tokens")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    return Token(folder, first_token.certificate)


@pytest.fixture(scope="session")
def portal() -> Portal:
    return Portal()


@pytest.fixture
def companion(tmp_path: Path, token: Token, portal: Portal) -> Iterator[Running]:
    """A companion that knows the portal's key and sees the token."""
    with running(tmp_path / "settings", token, portal.key_set()) as started:
        yield started
