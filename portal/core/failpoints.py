"""Named points where a test may kill or freeze a process, to prove that nothing is lost there."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

POINTS = (
    "relay.after_expand",
    "relay.after_lease",
    "relay.after_queue",
    "worker.before_render",
    "worker.after_render",
    "worker.after_seal",
    "worker.before_commit",
    "worker.after_commit",
    "worker.after_proof",
    "worker.before_keep",
    "worker.after_keep",
    "web.before_commit",
    "web.after_commit",
    "signing.after_render",
    "signing.after_embed",
    "signing.after_store",
    "signing.after_commit",
    "signing.after_proof",
    "signing.before_keep",
    "signing.after_keep",
)


def reach(point: str) -> None:
    """Die here by SIGKILL, once, if `DIE_AT` names this point (sandbox only).

    `DIE_AT` is `<point>=<file>`, or several with commas between. The file is made just before,
    so the next start lives on; while it exists the point is passed, so a test that made it
    beforehand chooses the moment by removing it. At a file named `….freeze` this thread waits
    instead, until somebody writes into the file (a minute at most).
    """
    wishes = os.environ.get("DIE_AT")
    if not wishes:
        return
    for wish in wishes.split(","):
        name, _, marker = wish.partition("=")
        if name == point and marker:
            _end(Path(marker))


def _end(marker: Path) -> None:
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return
    if marker.suffix != ".freeze":
        os.kill(os.getpid(), signal.SIGKILL)
    for _ in range(1200):
        if marker.stat().st_size:
            return
        time.sleep(0.05)
