"""`python -m portal.sandbox.outside`: one process that stands in for the outside world.

HTTP on one port: the registry of IECs (`/iec/<iec>`), a gateway for text messages (`POST /sms`),
the mailbox for people (`/mailbox`) and for programs (`/mailbox.json`), the phones of the sample
people (`/phones/<e-mail>`), and switches for faults (`PUT /switches/registry`, `PUT /iec/<iec>`);
CRLs and time stamps as `portal.sandbox.trust` says, e-sign as `portal.sandbox.esign.provider`
says. SMTP on another port; on a third a scanner for malware that speaks like clamd. It knows
nothing of the portal.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.sandbox import registry
from portal.sandbox.authority import ensure_chain
from portal.sandbox.esign import provider_certificate
from portal.sandbox.esign.provider import Provider
from portal.sandbox.mailbox import Letter, Mailbox, letter_of, page
from portal.sandbox.phones import Phones
from portal.sandbox.registry import Fault
from portal.sandbox.scanner import Scanner, ScannerFault, ScannerState
from portal.sandbox.trust import Trust
from portal.sandbox.wire import Answer, Asked

HOST = "127.0.0.1"
MOST_BYTES = 256 * 1024
PR_SET_PDEATHSIG = 1
NO_HEADERS: Mapping[str, str] = {}


class World:
    """What the stand-ins share: the mailbox, the switches, the portal's clock."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir, self.clock_file = data_dir, data_dir / "clock"
        self.phones = Phones(data_dir / "sandbox" / "phones.json", self.instant)
        self.mailbox = Mailbox(data_dir / "sandbox" / "mailbox.jsonl")
        self.trust = Trust(data_dir / "authority", self.instant)
        self.esign = Provider(data_dir, self.instant, self.trust)
        self.scanner = ScannerState()
        self.fault = Fault.NONE
        self.changes: dict[str, dict[str, str]] = {}
        self.never = threading.Event()

    def answer(self, asked: Asked) -> Answer | None:
        """What one of the stand-ins with a desk of its own says, or nothing."""
        said = self.trust.answer(asked) or self.esign.answer(asked)
        return said or self.scanner.answer(asked)

    def reset(self) -> None:
        """All switches back, the mailbox empty."""
        self.mailbox.letters, self.fault = [], Fault.NONE
        self.scanner.fault = ScannerFault.NONE
        self.changes.clear()
        self.trust.reset()
        self.esign.reset()

    def prepare(self) -> None:
        """Make every key that isn't there yet, so that the first who asks need not wait."""
        now = self.instant()
        ensure_chain(self.trust.folder, now, self.trust.base)
        provider_certificate(self.data_dir, now, self.trust.base)

    def instant(self) -> datetime:
        """The portal's time."""
        try:
            offset = timedelta(seconds=float(self.clock_file.read_text() or 0))
        except (OSError, ValueError):
            offset = timedelta()
        return datetime.now(UTC) + offset

    def now(self) -> str:
        """The portal's time, as letters bear it."""
        return self.instant().isoformat(timespec="seconds")


class Catcher:
    """Takes every letter that comes by SMTP."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep a letter once for each of its readers."""
        for to in envelope.rcpt_tos:
            content = envelope.content or b""
            self.world.mailbox.add(letter_of(bytes(content), to, self.world.now()))  # type: ignore[arg-type]
        return "250 OK"


class Desk(BaseHTTPRequestHandler):
    """Answers HTTP."""

    world: World
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Registry and mailbox."""
        parts = urlsplit(self.path)
        to = parse_qs(parts.query).get("to", [""])[0]
        if parts.path.startswith("/iec/"):
            said = registry.answer(
                parts.path.removeprefix("/iec/"), self.world.fault, self.world.changes
            )
            self.world.never.wait(said.seconds)
            self._say(said.status, said.body)
        elif parts.path == "/mailbox":
            shown = page(self.world.mailbox.to(to), to, self.world.phones.all_codes())
            self._say(200, shown, "text/html; charset=utf-8")
        elif parts.path.startswith("/phones/"):
            code = self.world.phones.code(parts.path.removeprefix("/phones/"))
            self._json({"code": code} if code else {"error": "no such phone"}, 200 if code else 404)
        elif parts.path == "/mailbox.json":
            self._json([asdict(letter) for letter in self.world.mailbox.to(to)])
        else:
            self._elsewhere(b"")

    def do_POST(self) -> None:
        """A text message: `{"to": "+91…", "text": "…"}`."""
        body = self._body()
        if self.path != "/sms":
            self._elsewhere(body)
            return
        sent = Asked("POST", self.path, body).facts()
        if not isinstance(sent.get("to"), str):
            self._json({"error": "not understood"}, 400)
            return
        text = str(sent.get("text", ""))
        self.world.mailbox.add(Letter("text message", str(sent["to"]), "", text, self.world.now()))
        self._json({"status": "accepted"}, 202)

    def do_PUT(self) -> None:
        """A switch of the registry, or changed facts of an IEC."""
        body = self._body()
        sent = Asked("PUT", self.path, body).facts()
        if self.path == "/switches/registry":
            self.world.fault = Fault(str(sent.get("fault", Fault.NONE)))
        elif self.path.startswith("/iec/"):
            changed = {str(key): str(value) for key, value in sent.items()}
            self.world.changes[self.path.removeprefix("/iec/")] = changed
        else:
            self._elsewhere(body)
            return
        self._json({"status": "done"})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: letters hold codes and links."""

    def _body(self) -> bytes:
        length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
        return self.rfile.read(length)

    def _elsewhere(self, body: bytes) -> None:
        path, kind = urlsplit(self.path).path, self.headers.get("Content-Type") or ""
        said = self.world.answer(Asked(self.command, path, body, kind))
        if said is None:
            self._json({"error": "nothing here"}, 404)
            return
        self.world.never.wait(said.seconds)
        self._say(said.status, said.body, said.kind, said.headers)

    def _json(self, value: object, status: int = 200) -> None:
        self._say(status, json.dumps(value).encode())

    def _say(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def main() -> int:
    """Serve until SIGTERM; end with the parent, however that ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--scanner-port", type=int, required=True)
    given = parser.parse_args()
    if sys.platform == "linux" and "ECOO_SUPERVISOR" in os.environ:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    listens = (given.port, given.smtp_port, given.scanner_port)
    with standing_in(World(given.data_dir), *listens) as world:
        world.prepare()
        print(f"stand-ins: http://{HOST}:{given.port}/mailbox, smtp {given.smtp_port}", flush=True)
        ended.wait()
    return 0


@contextmanager
def standing_in(world: World, port: int, smtp_port: int, scanner_port: int = 0) -> Iterator[World]:
    """Serve HTTP, SMTP and the scanner's wire in threads of this process until the block ends.

    Without a port of its own the scanner listens at one that nobody knows.
    """
    world.trust.base = f"http://{HOST}:{port}"
    smtp = Controller(Catcher(world), hostname=HOST, port=smtp_port)
    smtp.start()
    http = ThreadingHTTPServer((HOST, port), type("BoundDesk", (Desk,), {"world": world}))
    http.daemon_threads = True
    scanner = Scanner(HOST, scanner_port, world.scanner)
    serving = [threading.Thread(target=s.serve_forever, daemon=True) for s in (http, scanner)]
    for thread in serving:
        thread.start()
    try:
        yield world
    finally:
        world.never.set()
        world.scanner.never.set()
        for server in (http, scanner):
            server.shutdown()
            server.server_close()
        for thread in serving:
            thread.join(timeout=5)
        smtp.stop()


if __name__ == "__main__":
    sys.exit(main())
