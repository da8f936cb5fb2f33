"""Rate limits of public look-ups, counted in Valkey; when it is away everybody may pass."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import structlog

log = structlog.get_logger()


class Limiter:
    """Fixed windows; approximate on purpose."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _redis(self) -> Any:
        import redis

        return redis.Redis.from_url(
            self._url, socket_timeout=0.25, socket_connect_timeout=0.25, retry=None
        )

    def allows(self, subject: str, limit: int, seconds: int) -> bool:
        """Whether `subject` did something at most `limit` times in this window of `seconds`."""
        import redis

        key = f"limit:{subject}:{seconds}"
        try:
            # One round trip, and never a key without an end: it would lock somebody out for good.
            both = self._redis.pipeline(transaction=True)
            both.set(key, 0, ex=seconds, nx=True)
            both.incr(key)
            return int(both.execute()[1]) <= limit
        except (redis.RedisError, OSError) as error:
            log.warning("limiter away, letting through", error=str(error))
            return True
