"""What runs below `flask serve`: which processes, in which order, on which ports."""

from __future__ import annotations

import signal
import sys
from functools import partial

from portal.child import Part
from portal.config import Settings

HOST = "127.0.0.1"


class CannotServe(Exception):
    """The portal can't start or go on; the message says why and what to do."""


def parts(settings: Settings) -> list[Part]:
    """What runs, in the order of starting; it is stopped the other way round."""
    python = sys.executable
    web = ("-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(settings.port))
    # Threads fit the database pool of a process (15 connections).
    limits = ("--workers", str(settings.web_workers), "--blocking-threads", "8")
    quiet = ("--log-level", "error", "--no-access-log", "--no-ws", "--workers-kill-timeout", "3")
    found = [_valkey(settings)] if settings.embeds_valkey else []
    if settings.is_sandbox:
        found.append(_outside(settings))
    found += [
        Part(f"worker-{n}", (python, "-m", "jobs.worker", "--name", f"worker-{n}"))
        for n in range(1, settings.job_workers + 1)
    ]
    return [*found, Part("web", (python, *web, *limits, *quiet, "app:app"))]


def ports(settings: Settings) -> list[int]:
    """Where the portal listens, and in a sandbox its stand-ins."""
    outside = [settings.outside_port + n for n in range(3)] if settings.is_sandbox else []
    return [settings.port, *outside]


def _outside(settings: Settings) -> Part:
    """The one process that stands in for the outside world of a sandbox."""
    first, second, third = (str(settings.outside_port + n) for n in range(3))
    ports = ("--port", first, "--smtp-port", second, "--scanner-port", third)
    folder = ("--data-dir", str(settings.data_dir))
    return Part("outside", (sys.executable, "-m", "portal.sandbox.outside", *folder, *ports))


def _valkey(settings: Settings) -> Part:
    from portal.adapters import valkey

    folder, listens = settings.data_dir / "valkey", settings.socket_path
    before = partial(valkey.prepare, folder, listens)
    try:
        return Part("valkey", valkey.command(folder, listens), before, signal.SIGTERM)
    except valkey.CannotStart as error:
        raise CannotServe(str(error)) from error
