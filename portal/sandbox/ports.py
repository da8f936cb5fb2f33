"""Ports for a portal that runs beside others: a test's, the demonstration's."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

HOST = "127.0.0.1"
# Below the ports that Linux gives to outgoing connections (32768 and up): between this look and the
# portal's own, seconds later, one of those would be taken by any client that happens to connect.
FIRST, LAST = 12_000, 32_000
TRIES = 200


def free_ports(count: int) -> int:
    """The first of `count` ports side by side on 127.0.0.1 that nobody uses; raises OSError."""
    for _ in range(TRIES):
        first = random.randint(FIRST, LAST - count)
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind((HOST, port))
            except OSError:
                continue
            return first
    raise OSError(f"no {count} free ports side by side")
