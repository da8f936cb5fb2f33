"""A served portal, people who file and decide there over real HTTP, and ways to hurt it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from portal.config import ROOT
from portal.core import failpoints
from portal.core.outbox import LEASE
from portal.sandbox import demo
from portal.sandbox.shipments import Shipment, shipments
from portal.sandbox.visitor import Visitor
from tests.processes.running import Running, until

# The supervisor gives up at the sixth end of a part within a minute.
MOST_KILLS = 4


@dataclass
class Office:
    """One portal that is killed again and again; it is started afresh before that is too often."""

    running: Running
    sessions: sessionmaker[Session]
    visitors: dict[str, Visitor] = field(default_factory=dict)
    kills: int = 0

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.running.port}"

    def visitor(self, email: str) -> Visitor:
        """Somebody who is signed in."""
        if email not in self.visitors:
            self.visitors[email] = Visitor(self.base)
            demo.sign_in(self.visitors[email], email)
        return self.visitors[email]

    def shipment(self, which: int = 0) -> Shipment:
        """Rice (Delhi) or steel (Mumbai), with yesterday's invoice."""
        return shipments(f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}")[which]

    def draft(self, shipment: Shipment) -> str:
        """A complete draft and enough credit for it; returns its reference."""
        exporter = self.visitor(shipment.exporter)
        page = exporter.get("/wallet")
        exporter.send(page, "/wallet/specimen-credits")
        return demo.draft(exporter, shipment)

    def claimed(self, shipment: Shipment) -> str:
        """A file on its officer's desk; returns its number."""
        number = demo.hand_in(self.visitor(shipment.exporter), self.draft(shipment))
        officer = self.visitor(shipment.officer)
        officer.send(officer.get(f"/queue/{number}"), f"/{number}/claim")
        return number

    def approve(self, shipment: Shipment, number: str) -> None:
        """Approve a claimed file."""
        officer = self.visitor(shipment.officer)
        officer.send(officer.get(f"/queue/{number}"), f"/{number}/approval")

    # Killing.

    def marker(self, point: str, how: str = "die") -> Path:
        """The file that keeps a point harmless while it exists; `how` is die or freeze."""
        return self.running.data_dir.parent / f"{point}.{how}"

    def disarm(self) -> None:
        """Let every point be passed, and whoever stands at one go on."""
        for point in failpoints.POINTS:
            for how in ("die", "freeze"):
                self.marker(point, how).write_text("go on")

    def die_at(self) -> str:
        """The value of DIE_AT that names every point twice: to die there, and to freeze."""
        return ",".join(
            f"{point}={self.marker(point, how)}"
            for point in failpoints.POINTS
            for how in ("die", "freeze")
        )

    def strike(self, point: str, act: Callable[[], object], how: str = "die") -> None:
        """Arm a point, do something, and wait until a process came to it."""
        self.kills += how == "die"
        self.marker(point, how).unlink()
        act()
        until(self.marker(point, how).exists, 20, f"a process at {point}")

    def let_go(self, point: str) -> None:
        """Let the process that is frozen at a point go on."""
        self.marker(point, "freeze").write_text("go on")

    def kill(self, word: str) -> None:
        """Kill the processes of one part from outside, and wait until others took their place."""
        self.kills += 1
        old = self.running.pids(word)
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        until(lambda: self.running.pids(word) - old, 15, f"another {word}")

    def let_leases_end(self) -> None:
        """Move the portal's clock over the end of every lease."""
        self.pass_time(LEASE.total_seconds() + 1)

    def pass_time(self, seconds: float) -> None:
        """Move the portal's clock on."""
        file = self.running.data_dir / "clock"
        before = float(file.read_text()) if file.exists() else 0.0
        draft = file.with_suffix(".draft")
        draft.write_text(str(before + seconds))
        os.replace(draft, file)

    def freshen(self) -> None:
        """Start it again if it was hit so often that the supervisor would give up next."""
        if self.kills >= MOST_KILLS:
            self.running.signal(signal.SIGINT)
            assert self.running.end(30) == 0
            self.running.start()
            self.kills = 0
        until(self.running.is_well, 60, "the portal answers")

    # Asking.

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of the operator's commands."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.running.env, capture_output=True, text=True, check=False
        )

    @contextlib.contextmanager
    def another_worker(self) -> Iterator[None]:
        """A second worker beside the supervised one, ended in order."""
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs.worker", "--name", "worker-2"],
            cwd=ROOT,
            env=self.running.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
            process.terminate()
            assert process.wait(timeout=15) == 0
        finally:
            process.kill()
            process.wait(timeout=5)

    def health(self) -> dict[str, object]:
        """What /healthz says."""
        with urllib.request.urlopen(f"{self.base}/healthz", timeout=5) as answer:
            found: dict[str, object] = json.load(answer)
            return found
