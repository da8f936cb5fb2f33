"""A real Valkey of the test's own, and a portal whose queue it is."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from portal.adapters import valkey
from portal.config import Settings
from portal.kit import Kit, Portal
from tests.processes.running import until


@pytest.fixture
def queue_socket(data_dir: Path) -> Iterator[Path]:
    """Where a Valkey listens that ends with the test."""
    folder, socket = data_dir / "valkey", data_dir / "valkey" / "s"
    valkey.prepare(folder, socket)
    process = subprocess.Popen(valkey.command(folder, socket), stdout=subprocess.DEVNULL)
    until(lambda: valkey.answers(socket), 10, "Valkey answers")
    yield socket
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=10)


@pytest.fixture
def portal(settings: Settings, sessions: sessionmaker[Session], queue_socket: Path) -> Portal:
    """A portal with a queue that works."""
    here = replace(settings, redis_url=f"unix://{queue_socket}")
    return Portal(here, Kit(here), sessions)


@pytest.fixture
def portal_without_queue(settings: Settings, sessions: sessionmaker[Session]) -> Portal:
    """A portal whose queue is away."""
    here = replace(settings, redis_url=f"unix://{settings.data_dir / 'nobody'}")
    return Portal(here, Kit(here), sessions)


@pytest.fixture
def job_app(portal: Portal) -> Flask:
    """The least application that jobs need: one with the portal in it."""
    app = Flask("jobs")
    app.extensions["portal"] = portal
    return app
