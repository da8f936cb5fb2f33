"""The queue: hands leased outbox jobs to RQ. The database stays the truth, so it may lose all."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from portal.core.errors import TryLater
from portal.core.outbox import Task

if TYPE_CHECKING:
    from redis import Redis
    from rq import Queue

JOB_SECONDS = 60
FAILURE_KEPT_SECONDS = 60


class RqQueue:
    """RQ on Redis or Valkey; connects at first use and never waits longer than two seconds."""

    name = "portal"

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url

    def enqueue(self, task: Task) -> None:
        """Queue `task.job`, an import name, with its id and reference; a repeat is no fault.

        Raises TryLater if the queue can't be reached or refuses.
        """
        from redis.exceptions import RedisError
        from rq.exceptions import DuplicateJobError

        try:
            self._enqueue(task)
        except DuplicateJobError:
            self._replace(task)
        except RedisError as error:
            raise TryLater(f"the queue does not answer: {error}") from error

    def _enqueue(self, task: Task) -> None:
        self._queue.enqueue_call(
            task.job,
            args=(task.id, task.ref),
            timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=FAILURE_KEPT_SECONDS,
            description=f"{task.job} {task.ref}",
            job_id=_job_id(task),
            unique=True,
        )

    def _replace(self, task: Task) -> None:
        """RQ keeps a failed or abandoned job's id for a while; a revived task has it again."""
        if _job_id(task) in self._queue.job_ids:
            return
        old = self._queue.fetch_job(_job_id(task))
        if old is not None:
            old.delete()
        self._enqueue(task)

    def length(self) -> int:
        """How many jobs wait in the queue; raises TryLater if it can't be reached."""
        from redis.exceptions import RedisError

        try:
            return self._queue.count
        except RedisError as error:
            raise TryLater(f"the queue does not answer: {error}") from error

    def is_up(self) -> bool:
        """Whether the queue answers now."""
        from redis.exceptions import RedisError

        try:
            return bool(self.connection.ping())
        except RedisError:
            return False

    @cached_property
    def connection(self) -> Redis:
        """A client that gives up early; also for the rate limiter, which must fail open."""
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        return Redis.from_url(
            self.redis_url,
            socket_timeout=2,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )

    @cached_property
    def _queue(self) -> Queue:
        from rq import Queue
        from rq.serializers import JSONSerializer

        return Queue(self.name, connection=self.connection, serializer=JSONSerializer)


def _job_id(task: Task) -> str:
    """RQ allows letters, digits, `_` and `-`."""
    return f"outbox-{task.id}-{task.tries}"
