"""`flask serve`: one command that runs web, workers and the embedded Valkey, and ends them all."""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from portal.child import SUPERVISOR, Child
from portal.child import die_with_parent as die_with_parent
from portal.config import ROOT, Settings
from portal.log import setup_logging
from portal.parts import HOST, ports
from portal.parts import CannotServe as CannotServe
from portal.parts import parts as parts

RESTARTS, WITHIN_SECONDS = 5, 60.0
VALKEY_SECONDS, READY_SECONDS, HEALTHY_SECONDS = 30.0, 90.0, 20.0
STOP_SECONDS = {"web": 4.0, "worker": 4.0, "outside": 2.0, "valkey": 1.5}
TICK_SECONDS = 0.3

log = structlog.get_logger("serve")


def serve(
    settings: Settings,
    ready: Callable[[], None] = lambda: None,
    prepare: Callable[[], None] = lambda: None,
) -> int:
    """Run the portal until SIGINT or SIGTERM; returns the exit code.

    `prepare` is called first, when nobody else can be serving the same DATA_DIR.
    `ready` is called once, when the portal answers. A fault (DATA_DIR in use, port in use, a
    part that keeps ending) is said on stderr in one sentence and gives 1.
    """
    setup_logging("serve")
    try:
        with _only_one(settings.data_dir) as died_before:
            for port in ports(settings):
                _need_port(port, 5.0 if died_before else 0.0)
            prepare()
            _Supervisor(settings, ready).run()
    except CannotServe as fault:
        print(f"flask serve: {fault}", file=sys.stderr)
        return 1
    return 0


class _Supervisor:
    """One thread, one loop: reads what the parts say, starts again what ended, stops all."""

    def __init__(self, settings: Settings, ready: Callable[[], None]) -> None:
        self.settings = settings
        self.children = [Child(part) for part in parts(settings)]
        self.ready: Callable[[], None] | None = ready
        self.stops = 0
        self.selector = selectors.DefaultSelector()
        self.env = {**os.environ, SUPERVISOR: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
        self.width = max(len(child.name) for child in self.children)
        self.plain = os.environ.get("LOG_FORMAT") == "json"

    def run(self) -> None:
        """Start everything and watch it until somebody says stop; raises CannotServe."""
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signals.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._heed) for number in signals}
        try:
            for child in self.children:
                if not self.stops:
                    self._start(child)
            self._watch()
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, _number: int, _frame: object) -> None:
        """The first signal stops in order, the second at once."""
        self.stops += 1

    def _start(self, child: Child) -> None:
        try:
            output = child.start(str(ROOT), self.env)
        except Exception as error:
            raise CannotServe(f"{child.name} can't start: {error}") from error
        self.selector.register(output, selectors.EVENT_READ, child)
        log.info("started", part=child.name, pid=child.pid)
        if child.name == "valkey":
            self._await_valkey(child)

    def _await_valkey(self, child: Child) -> None:
        from portal.adapters import valkey

        limit = time.monotonic() + VALKEY_SECONDS
        while not self.stops and child.poll() is None and time.monotonic() < limit:
            if valkey.answers(self.settings.socket_path):
                return
            self._hear(0.02)
        if time.monotonic() >= limit:
            log.warning("valkey_slow", waited_seconds=VALKEY_SECONDS)

    def _watch(self) -> None:
        begun = time.monotonic()
        while not self.stops:
            self._hear(TICK_SECONDS)
            for child in self.children:
                self._tend(child)
            if self.ready and self._is_ready(begun):
                self.ready()
                self.ready = None

    def _tend(self, child: Child) -> None:
        """Start a part again that ended, a little later each time."""
        code = child.poll()
        if code is not None:
            self._mourn(child, code)
        if not child.pid and not self.stops and time.monotonic() >= child.due:
            self._start(child)

    def _mourn(self, child: Child, code: int) -> None:
        """Bury a part and decide when it starts again; raises CannotServe if it ends too often."""
        lived = time.monotonic() - child.started
        self._bury(child)
        log.warning("ended", part=child.name, how=_how(code), lived_seconds=round(lived, 1))
        if code == 0 and lived > 5:
            child.ends.pop()  # a worker that leaves after its share of jobs is no fault
        recent = [end for end in child.ends if end > time.monotonic() - WITHIN_SECONDS]
        if len(recent) > RESTARTS:
            raise CannotServe(
                f"{child.name} ended {len(recent)} times within {WITHIN_SECONDS:.0f} s "
                f"(at last: {_how(code)}); what it said stands above"
            )
        child.due = time.monotonic() + 0.5 * max(0, len(recent) - 1)

    def _is_ready(self, begun: float) -> bool:
        """Whether /healthz is content; after 20 s any answer will do; none in 90 s is a fault."""
        waited = time.monotonic() - begun
        status = _health(self.settings.port)
        if status != 200 and waited > READY_SECONDS:
            raise CannotServe(f"no answer on port {self.settings.port} after {waited:.0f} s")
        if status not in (0, 200) and waited > HEALTHY_SECONDS:
            log.warning(
                "not_healthy", status=status, see=f"http://{HOST}:{self.settings.port}/healthz"
            )
            return True
        return status == 200

    def _hear(self, seconds: float) -> None:
        """Pass on what the parts say, waiting up to `seconds` for the first word."""
        for key, _ in self.selector.select(seconds):
            lines = key.data.read_lines()
            if lines is None:
                self.selector.unregister(key.fd)
            self._say(key.data.name, lines or ())

    def _say(self, name: str, lines: Sequence[str]) -> None:
        for line in lines:
            sys.stdout.write(f"{line}\n" if self.plain else f"{name:<{self.width}} | {line}\n")
        sys.stdout.flush()

    def _stop_all(self) -> None:
        """Web first, then workers, then Valkey, each with its time; what is left is killed."""
        for kind, seconds in STOP_SECONDS.items():
            group = [c for c in self.children if c.pid and c.name.startswith(kind)]
            for child in group:
                child.tell(signal.SIGTERM)
            limit = time.monotonic() + seconds
            while any(c.poll() is None for c in group) and time.monotonic() < limit:
                self._hear(0.05)
                if self.stops > 1:
                    break
            for child in group:
                log.info("stopped", part=child.name, how=_how(child.poll()))
                self._bury(child)

    def _bury(self, child: Child) -> None:
        for _ in range(16):  # its last words, at most a megabyte
            lines = child.read_lines()
            if not lines:
                break
            self._say(child.name, lines)
        if child.output in self.selector.get_map():
            self.selector.unregister(child.output)
        child.bury()


@contextmanager
def _only_one(data_dir: Path) -> Iterator[bool]:
    """Hold the lock of `data_dir`; tells whether the last holder died without letting go."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "serve.lock").open("a+")
    except OSError as error:
        raise CannotServe(f"DATA_DIR {data_dir} can't be used: {error.strerror}") from error
    with lock as file:
        file.seek(0)
        holder = file.read().strip()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(
                f"process {holder or '(unknown)'} already serves {data_dir}; "
                "stop it, or choose another folder with DATA_DIR=…"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield bool(holder)
        finally:
            file.truncate(0)


def _need_port(port: int, patience: float) -> None:
    """Raise CannotServe if `port` is taken; what a killed portal left gets `patience` seconds."""
    limit = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                return
            except OSError as error:
                if error.errno == errno.EADDRINUSE and time.monotonic() < limit:
                    time.sleep(0.1)
                    continue
                raise CannotServe(
                    f"port {port} can't be used ({error.strerror}); choose another with PORT=…"
                ) from None


def _health(port: int) -> int:
    """The status that /healthz answers with, 0 without an answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _how(code: int | None) -> str:
    if code is None:
        return "had to be killed"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
