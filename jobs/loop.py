"""One way to do something again and again in a thread, and to live through its failures."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger("jobs.loop")


def start(
    name: str, seconds: float, act: Callable[[], object], stop: threading.Event
) -> threading.Thread:
    """Run `every` in a thread of its own called `name`."""
    thread = threading.Thread(target=every, args=(name, seconds, act, stop), name=name, daemon=True)
    thread.start()
    return thread


def every(name: str, seconds: float, act: Callable[[], object], stop: threading.Event) -> None:
    """Call `act` each `seconds` until `stop` is set.

    A failure is logged once, its end once; while it lasts the pause doubles, up to 5 s (or
    `seconds`, if that is longer).
    """
    failures = 0
    while not stop.is_set():
        try:
            act()
            if failures:
                log.info("works_again", what=name, failures=failures)
            failures = 0
        except Exception as error:
            if not failures:
                log.warning("fails", what=name, why=f"{type(error).__name__}: {error}"[:500])
            failures += 1
        pause = min(seconds * 2 ** min(failures, 16), max(LONGEST_PAUSE_SECONDS, seconds))
        stop.wait(pause if failures else seconds)
