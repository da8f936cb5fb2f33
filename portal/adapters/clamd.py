"""A scanner for malware: clamd over TCP or a Unix socket (clamd(8), PING and INSTREAM)."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit

from portal.core.errors import TryLater

SECONDS = 10.0
PING_SECONDS = 2.0
CHUNK_BYTES = 64 * 1024
MOST_ANSWER_BYTES = 1024
PORT = 3310


class ClamdScanner:
    """Asks one clamd; `url` is `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path if parts.scheme == "unix" else ""
        self._address = (parts.hostname or "127.0.0.1", parts.port or PORT)

    def scan(self, content: bytes) -> str:
        """The name of the malware in a file, or nothing. Raises TryLater without a sound answer."""
        answer = self._ask(b"zINSTREAM\0", _chunks(content), SECONDS)
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise TryLater(f"scanner: {answer[:200]!r}")

    def is_up(self) -> bool:
        """Whether it answers now, within two seconds."""
        try:
            return self._ask(b"zPING\0", iter(()), PING_SECONDS) == "PONG"
        except TryLater:
            return False

    def _ask(self, command: bytes, parts: Iterator[bytes], seconds: float) -> str:
        try:
            with self._connected(seconds) as wire:
                wire.sendall(command)
                # It may say no before it has read all, and then closes: its word still counts.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    for part in parts:
                        wire.sendall(part)
                return _answer(wire)
        except OSError as problem:
            raise TryLater(f"scanner: {type(problem).__name__}: {problem}") from problem

    def _connected(self, seconds: float) -> socket.socket:
        if not self._path:
            return socket.create_connection(self._address, timeout=seconds)
        wire = socket.socket(socket.AF_UNIX)
        try:
            wire.settimeout(seconds)
            wire.connect(self._path)
        except OSError:
            wire.close()
            raise
        return wire


def _chunks(content: bytes) -> Iterator[bytes]:
    """The content as INSTREAM wants it: length (32 bits, big-endian) and bytes; zero ends it."""
    for start in range(0, len(content), CHUNK_BYTES):
        part = content[start : start + CHUNK_BYTES]
        yield struct.pack(">I", len(part)) + part
    yield struct.pack(">I", 0)


def _answer(wire: socket.socket) -> str:
    """What it says up to NUL or its end, 1,024 bytes at most."""
    said = b""
    while b"\0" not in said and len(said) < MOST_ANSWER_BYTES:
        more = wire.recv(MOST_ANSWER_BYTES)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
