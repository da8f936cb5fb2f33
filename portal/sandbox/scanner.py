"""A stand-in for clamd: speaks its wire (clamd(8), PING and INSTREAM), knows one test string.

The string is EICAR's, which every scanner takes for malware and which harms nobody. It is put
together here, so that no scanner takes this file for malware.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from enum import StrEnum
from typing import BinaryIO

from portal.sandbox.wire import SLOW_SECONDS, Answer, Asked, said, switched

FOUND = b"stream: Eicar-Test-Signature FOUND\0"
CLEAN = b"stream: OK\0"
TOO_LONG = b"INSTREAM size limit exceeded. ERROR\0"
MOST_BYTES = 26 * 1024 * 1024
MOST_CHUNKS = 4096
SECONDS = 20.0


def eicar_string() -> bytes:
    """EICAR's test string, 68 characters."""
    return (
        b"X5O!P%@AP[4" + rb"\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
    )


class ScannerFault(StrEnum):
    """How the scanner misbehaves until somebody switches it back to none."""

    NONE = "none"
    OUTAGE = "outage"
    SLOW = "slow"
    GARBAGE = "garbage"


class Scanner(socketserver.ThreadingTCPServer):
    """Listens like clamd on a TCP port."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, host: str, port: int, state: ScannerState) -> None:
        super().__init__((host, port), _Desk)
        self.state = state


class ScannerState:
    """The scanner's switch, and how many files it looked at."""

    def __init__(self) -> None:
        self.fault, self.looked_at = ScannerFault.NONE, 0
        self.never = threading.Event()

    def answer(self, asked: Asked) -> Answer | None:
        """Its switch: `PUT /switches/scanner` with `{"fault": …}`."""
        if (asked.method, asked.path) != ("PUT", "/switches/scanner"):
            return None
        fault = switched(asked, ScannerFault)
        if fault is None:
            return said({"error": "no such fault"}, 400)
        self.fault = fault
        return said({"status": "done"})


class _Desk(socketserver.BaseRequestHandler):
    server: Scanner
    request: socket.socket

    def handle(self) -> None:
        """One command a connection, as clamd does outside a session."""
        state = self.server.state
        self.request.settimeout(SECONDS)
        if state.fault is ScannerFault.OUTAGE:
            return
        if state.fault is ScannerFault.SLOW:
            state.never.wait(SLOW_SECONDS)
        try:
            said = self._answer(self.request.makefile("rb"))
        except (OSError, struct.error):
            return
        self.request.sendall(b"\xff rubbish\0" if state.fault is ScannerFault.GARBAGE else said)

    def _answer(self, wire: BinaryIO) -> bytes:
        command = wire.read(6)
        if command == b"zPING\0":
            return b"PONG\0"
        if command + wire.read(4) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND\0"
        content = bytearray()
        for _ in range(MOST_CHUNKS):
            (size,) = struct.unpack(">I", wire.read(4))
            if size == 0:
                break
            if len(content) + size > MOST_BYTES:
                return TOO_LONG
            content += wire.read(size)
        self.server.state.looked_at += 1
        return FOUND if eicar_string() in content else CLEAN
