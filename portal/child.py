"""One process below `flask serve`: started in a group of its own, read, ended, buried whole."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SUPERVISOR = "ECOO_SUPERVISOR"
PR_SET_PDEATHSIG = 1
LONGEST_LINE = 64 * 1024


@dataclass(frozen=True)
class Part:
    """What to run and how: `prepare` runs before each start, `death` is sent if we die first."""

    name: str
    argv: tuple[str, ...]
    prepare: Callable[[], None] = lambda: None
    death: signal.Signals = signal.SIGKILL


def die_with_parent() -> None:
    """End this process when the one that started it ends; only below `flask serve`, on Linux.

    The kernel forgets the wish at a fork, so each web worker says it again as it builds its app.
    """
    supervisor = os.environ.get(SUPERVISOR)
    if supervisor is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() == 1 and supervisor != "1":
        os.kill(os.getpid(), signal.SIGKILL)  # the parent ended just before


class Child:
    """A part as it runs now, and when it last ended. Used by one thread only."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.ends: deque[float] = deque(maxlen=16)
        self.started = 0.0
        self.due = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    @property
    def name(self) -> str:
        """How logs call it."""
        return self.part.name

    @property
    def pid(self) -> int:
        """Its process id, 0 when it doesn't run."""
        return self._process.pid if self._process else 0

    def start(self, folder: str, env: Mapping[str, str]) -> int:
        """Start it in `folder`, in a session of its own; returns the descriptor of its output.

        Only from the main thread: the kernel takes a thread's end for the parent's.
        """
        self.part.prepare()
        self._process = subprocess.Popen(
            self.part.argv,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dying_with(os.getpid(), self.part.death),
        )
        self.started = time.monotonic()
        os.set_blocking(self.output, False)
        return self.output

    @property
    def output(self) -> int:
        """The descriptor of its output; it must run."""
        assert self._process is not None and self._process.stdout is not None
        return self._process.stdout.fileno()

    def poll(self) -> int | None:
        """Its exit code once it ended (negative: the signal), None while it runs."""
        return self._process.poll() if self._process else None

    def read_lines(self) -> list[str] | None:
        """Whole lines that it wrote since; None at the end of its output."""
        try:
            data = os.read(self.output, LONGEST_LINE)
        except BlockingIOError:
            return []
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) >= LONGEST_LINE):
            lines, self._rest = [*lines, self._rest], b""
        if not data and not lines:
            return None
        return [line.decode(errors="replace") for line in lines]

    def tell(self, what: signal.Signals) -> None:
        """Send a signal to its first process, which passes it on as it sees fit."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(what)

    def bury(self) -> None:
        """Kill what is left of its group, and forget it."""
        if self._process is None:
            return
        # Nothing may be left; macOS says EPERM of a group of zombies.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=5)
        if self._process.stdout:
            self._process.stdout.close()
        self._process, self._rest = None, b""
        self.ends.append(time.monotonic())


def _dying_with(parent: int, death: signal.Signals) -> Callable[[], None] | None:
    """What runs in the child between fork and exec; the library is loaded before the fork."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def wish() -> None:
        prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return wish
