"""The way in: HTTP on 127.0.0.1, open to named sites only, closed before the token is touched."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from portal.companion import PROGRAM
from portal.companion.acts import Companion
from portal.companion.faults import Code, Refusal

HOST = "127.0.0.1"
MOST_BYTES = 1024 * 1024 + 1024
MOST_HEADER_BYTES = 16 * 1024
MOST_CONNECTIONS = 32
READ_SECONDS = 10

_METHODS = {
    "/v1/hello": "GET",
    "/v1/pair": "POST",
    "/v1/certificates": "POST",
    "/v1/sign": "POST",
}
_ONCE = ("host", "origin", "content-length", "content-type", "authorization")


class NoPort(OSError):
    """Every port is taken."""


class Desk(BaseHTTPRequestHandler):
    """Answers one connection."""

    companion: Companion
    protocol_version = "HTTP/1.1"
    timeout = READ_SECONDS
    server_version, sys_version = PROGRAM, ""
    _unread = 0

    def do_GET(self) -> None:
        """An act that changes nothing."""
        self._serve()

    def do_POST(self) -> None:
        """An act."""
        self._serve()

    def do_OPTIONS(self) -> None:
        """The browser's question before it lets a page ask (Fetch standard, CORS preflight)."""
        try:
            origin = self._origin()
            self._method_of_path(self.headers.get("Access-Control-Request-Method", ""))
        except Refusal as refusal:
            self._refuse(refusal)
            return
        headers = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "authorization, content-type",
            "Access-Control-Max-Age": "600",
        }
        if self.headers.get("Access-Control-Request-Private-Network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
        self._say(204, b"", _shared(origin) | headers)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses of pages are nobody's business."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the HTTP layer could not read, in our own shape."""
        kind = {501: Code.METHOD_WRONG, 414: Code.TOO_LARGE, 431: Code.TOO_LARGE}.get(code)
        refusal = Refusal(kind or Code.REQUEST_INVALID, "This is not understood.")
        self.close_connection = True
        self._say(code, json.dumps(refusal.as_json()).encode(), {"Connection": "close"})

    def _serve(self) -> None:
        origin = ""
        try:
            origin = self._origin()
            self._method_of_path(self.command)
            body = self._body() if self.command == "POST" else {}
            answer = self._act(body, origin)
        except Refusal as refusal:
            self._refuse(refusal, origin)
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the page went away
        except Exception as error:
            self.companion.consent.tell(f"A mistake of this program: {_place(error)}")
            self._refuse(Refusal(Code.INTERNAL), origin)
        else:
            self._say(200, json.dumps(answer).encode(), _shared(origin))

    def _act(self, body: dict[str, Any], origin: str) -> dict[str, Any]:
        companion = self.companion
        if self.path == "/v1/hello":
            return companion.hello()
        if self.path == "/v1/pair":
            return companion.pair(body, origin)
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise Refusal(Code.NOT_PAIRED)
        companion.pairings.expect(token, origin)
        if self.path == "/v1/certificates":
            return companion.certificates()
        return companion.sign(body, origin)

    def _origin(self) -> str:
        """The site that asks, if it is one of ours and asks under our own address."""
        self._unread = self._length()
        if any(len(self.headers.get_all(name, [])) > 1 for name in _ONCE):
            raise Refusal(Code.REQUEST_INVALID)
        if sum(len(k) + len(v) for k, v in self.headers.items()) > MOST_HEADER_BYTES:
            raise Refusal(Code.TOO_LARGE)
        port = self.connection.getsockname()[1]
        if self.headers.get("Host", "") not in (f"{HOST}:{port}", f"localhost:{port}"):
            raise Refusal(Code.HOST_WRONG)
        origin = self.headers.get("Origin", "")
        if origin not in self.companion.settings.origins:
            raise Refusal(Code.ORIGIN_REFUSED)
        return origin

    def _method_of_path(self, method: str) -> None:
        if self.path not in _METHODS:
            raise Refusal(Code.NOT_FOUND)
        if method != _METHODS[self.path]:
            raise Refusal(Code.METHOD_WRONG)

    def _body(self) -> dict[str, Any]:
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refusal(Code.NOT_JSON)
        if "Transfer-Encoding" in self.headers or "Content-Length" not in self.headers:
            raise Refusal(Code.REQUEST_INVALID)
        if self._unread > MOST_BYTES:
            raise Refusal(Code.TOO_LARGE)
        content = self.rfile.read(self._unread)
        self._unread = 0
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise Refusal(Code.REQUEST_INVALID) from error
        if not isinstance(found, dict):
            raise Refusal(Code.REQUEST_INVALID)
        return found

    def _length(self) -> int:
        given = self.headers.get("Content-Length", "0")
        if not (given.isascii() and given.isdigit() and len(given) < 12):
            raise Refusal(Code.REQUEST_INVALID)
        return int(given)

    def _refuse(self, refusal: Refusal, origin: str = "") -> None:
        """Answer and close; what the page still sends is taken in, or it would not read us."""
        with contextlib.suppress(OSError):
            self.rfile.read(min(self._unread, 2 * MOST_BYTES))
        self.close_connection = True
        headers = {"Connection": "close"} | (_shared(origin) if origin else {"Vary": "Origin"})
        self._say(refusal.status, json.dumps(refusal.as_json()).encode(), headers)

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            if body:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Listens on this computer only, with a bounded number of connections."""

    daemon_threads = True
    # On Windows that option would let another program take over the port.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, port: int, companion: Companion) -> None:
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((HOST, port), type("BoundDesk", (Desk,), {"companion": companion}))

    def server_bind(self) -> None:
        """Bind without asking the network for a name; let nobody share the port."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a connection, or close it where too many are open."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and give its place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a connection broke."""


def listen(ports: Sequence[int], companion: Companion) -> Server:
    """A server on the first free port. Raises NoPort."""
    for port in ports:
        try:
            return Server(port, companion)
        except OSError:
            continue
    raise NoPort(f"The ports {', '.join(map(str, ports))} are taken by other programs.")


def _shared(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _place(error: Exception) -> str:
    """Type and line of an error: never its words, which could hold what was sent."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    line = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {line}"
