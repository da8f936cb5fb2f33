"""The worker process: one app and its keys and fonts kept loaded, jobs run one after another."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from jobs import hanging, lasting, loop, nightly, relay
from jobs.subscriptions import SUBSCRIPTIONS
from portal import create_app
from portal.child import die_with_parent
from portal.config import Settings
from portal.core import heartbeat
from portal.core.tx import write
from portal.kit import Portal
from portal.log import setup_logging

MOST_JOBS = 2000
POLL_SECONDS = 1
# RQ derives its time-outs from this: 25 s for one command, 90 s until it forgets a worker.
WORKER_TTL_SECONDS = 30
LONGEST_PAUSE_SECONDS = 5.0
HEAVY = ("xhtml2pdf.pisa", "pyhanko.sign.signers", "pikepdf")

log = structlog.get_logger("jobs.worker")


@dataclass
class Wish:
    """Whether somebody wants this process to end; a plain flag, safe to set in a signal."""

    to_stop: bool = False

    def heed(self, _number: int, _frame: object) -> None:
        """The handler of SIGTERM and SIGINT: the running job is finished first."""
        self.to_stop = True


def main(argv: Sequence[str] | None = None) -> int:
    """Run jobs until SIGTERM, or until the share of one process (2,000 jobs) is done."""
    die_with_parent()
    parser = argparse.ArgumentParser(prog="python -m jobs.worker", description=__doc__)
    parser.add_argument("--name", default="worker-1", help="as logs and /healthz call it")
    name = parser.parse_args(argv).name
    wish = Wish()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, wish.heed)
    setup_logging(name)
    app = create_app(Settings.from_env())
    portal: Portal = app.extensions["portal"]
    for module in HEAVY:
        import_module(module)
    portal.kit.sheets.warm(portal.settings.is_sandbox)
    with _beside(portal, name):
        run_jobs(app, name, wish)
    return 0


def run_jobs(app: Flask, name: str, wish: Wish, most: int = MOST_JOBS) -> int:
    """Run up to `most` jobs, through any absence of the queue; returns how many were run."""
    portal: Portal = app.extensions["portal"]
    ran, pause = 0, 0.0
    while not wish.to_stop and ran < most:
        worker = None
        try:
            worker = PortalWorker(app, name, _connection(portal), wish)
            worker.work(max_jobs=most - ran)
            lost = worker.lost
        except RedisError as error:
            lost = error
        ran += worker.ran if worker else 0
        if worker and worker.was_up:
            pause = 0.0
        if wish.to_stop or ran >= most:
            break
        if not pause:
            log.warning("queue_down", why=str(lost)[:300])
        pause = min(max(2 * pause, 0.25), LONGEST_PAUSE_SECONDS)
        _wait(pause, wish)
    log.info("leaves", jobs=ran)
    return ran


class PortalWorker(SimpleWorker):
    """RQ's worker without forks; it ends by a flag and tells a lost queue from a fault."""

    def __init__(self, app: Flask, name: str, connection: Redis, wish: Wish) -> None:
        queue = app.extensions["portal"].kit.queue.name
        super().__init__(
            [Queue(queue, connection=connection, serializer=JSONSerializer)],
            name=f"{name}-{uuid4().hex[:8]}",
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL_SECONDS,
        )
        self.app = app
        self.wish = wish
        self.ran = 0
        self.was_up = False
        self.lost: Exception | None = None

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        """Register at the queue; from then on it counts as up."""
        super().bootstrap(*args, **kwargs)
        self.was_up = True
        log.info("queue_up")

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """The next job, or None once this process shall end; looks up each second."""
        try:
            while not self.wish.to_stop:
                self.heartbeat()
                if self.should_run_maintenance_tasks:
                    self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
                with contextlib.suppress(DequeueTimeout):
                    return self._next()
        except RedisError as error:
            self._give_up(error)
        return None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run one job within an app context of its own."""
        self.ran += 1
        try:
            with self.app.app_context():
                super().execute_job(job, queue)
        except RedisError as error:  # the job's own transaction decides what was done
            self._give_up(error)

    def check_for_suspension(self, burst: bool) -> None:
        """Nobody suspends our workers; the outbox decides what is due."""

    def subscribe(self) -> None:
        """No commands from the queue: signals and the supervisor are enough."""

    def teardown(self) -> None:
        """Sign off where that is possible."""
        with contextlib.suppress(RedisError):
            super().teardown()  # type: ignore[no-untyped-call]

    def _install_signal_handlers(self) -> None:
        """`main` has set them."""

    def _next(self) -> tuple[Job, Queue] | None:
        found = self.queue_class.dequeue_any(
            self.queues, POLL_SECONDS, self.connection, self.job_class, self.serializer
        )
        if found:
            version = self.get_redis_server_version()  # type: ignore[no-untyped-call]
            found[0].redis_server_version = version
        return found

    def _give_up(self, error: Exception) -> None:
        self.lost = error
        raise StopRequested


def _connection(portal: Portal) -> Redis:
    """A client of the worker's own: RQ stretches its time-out."""
    return Redis.from_url(portal.settings.redis_url, socket_connect_timeout=2)


def _wait(seconds: float, wish: Wish) -> None:
    until = time.monotonic() + seconds
    while not wish.to_stop and time.monotonic() < until:
        time.sleep(0.1)


@contextlib.contextmanager
def _beside(portal: Portal, name: str) -> Iterator[None]:
    """Relay, heartbeat and nightly work, in threads that end before the process does."""
    stop = threading.Event()
    acts = (
        ("relay", relay.PAUSE_SECONDS, relay.relay(portal, SUBSCRIPTIONS)),
        ("heartbeat", float(heartbeat.BEAT_SECONDS), lambda: _beat(portal, name)),
        ("nightly", nightly.PAUSE_SECONDS, lambda: nightly.run_nightly(portal)),
        ("hanging", hanging.PAUSE_SECONDS, lambda: hanging.take_up(portal)),
        ("lasting", lasting.PAUSE_SECONDS, lambda: lasting.look_after(portal)),
    )
    threads = [loop.start(what, seconds, act, stop) for what, seconds, act in acts]
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=2)
        with contextlib.suppress(Exception), portal.sessions() as db:
            write(db, heartbeat.forget, name)


def _beat(portal: Portal, name: str) -> None:
    with portal.sessions() as db:
        write(db, heartbeat.beat, name)


if __name__ == "__main__":
    sys.exit(main())
