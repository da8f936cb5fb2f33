"""How every process writes its log: one line an event, the same keys everywhere."""

from __future__ import annotations

import logging
import os
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from portal.core import clock

KEY_ORDER = ("time", "ist", "level", "process", "event", "request_id")
# Libraries whose own messages repeat what our processes say.
QUIET = {
    "rq.worker": logging.CRITICAL,
    "rq.job": logging.CRITICAL,
    "pikepdf": logging.WARNING,
    "fontTools": logging.WARNING,
}


def setup_logging(process: str) -> None:
    """Send everything logged here to stderr as key=value lines; as JSON with `LOG_FORMAT=json`.

    Can be called again: the last call decides. What structlog's contextvars hold (`request_id`)
    is in every line.
    """
    before = _before(process)
    as_json = os.environ.get("LOG_FORMAT") == "json"
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _json() if as_json else _plain(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


def _before(process: str) -> list[Processor]:
    def stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        now = clock.now()
        event["time"] = now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        event["ist"] = now.astimezone(clock.IST).strftime("%H:%M:%S")
        event["process"] = process
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        stamp,
    ]


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _plain() -> Processor:
    """One line an event; a traceback follows, indented so that no text can pose as a line."""
    line = structlog.processors.LogfmtRenderer(key_order=KEY_ORDER, drop_missing=True)

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str:
        trace = str(event.pop("exception", ""))
        return "\n    ".join([line(logger, method, event), *trace.splitlines()])

    return render
