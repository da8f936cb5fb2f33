"""Who may speak to the companion at all, and in which form."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.companion.running import ORIGIN, SERIOUS_SECONDS, Running, running
from tests.processes.running import free_port


@pytest.fixture
def untouchable(tmp_path: Path) -> Iterator[Running]:
    """A companion whose driver hangs as soon as it is opened: whoever touches it waits in vain."""
    os.mkfifo(tmp_path / "library.so")
    library = str(tmp_path / "library.so")
    with running(tmp_path / "settings", None, None, library=library, token_seconds=600) as started:
        yield started


def test_hello_tells_name_and_version_and_nothing_else(untouchable: Running) -> None:
    answer = untouchable.ask("/v1/hello")
    assert answer.status == 200
    assert set(answer.body) == {"program", "version"}
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Vary"] == "Origin"
    assert "Python" not in answer.headers["Server"]


@pytest.mark.parametrize(
    "origin",
    ["", "null", "https://evil.example", "http://127.0.0.1:8000.evil.example", f"{ORIGIN}/",
     "https://127.0.0.1:8000", "HTTP://127.0.0.1:8000"],
)  # fmt: skip
def test_an_unknown_site_is_refused_before_the_token_is_touched(
    untouchable: Running, origin: str
) -> None:
    token = untouchable.pair()
    for path in ("/v1/certificates", "/v1/sign", "/v1/pair"):
        answer = untouchable.ask(path, {}, token=token, Origin=origin)
        assert (answer.status, answer.body["error"]) == (403, "origin_refused")
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert untouchable.ask("/v1/hello", Origin=origin).status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:1"])
def test_another_host_name_is_refused(untouchable: Running, host: str) -> None:
    """A name that an attacker lets point here (DNS rebinding)."""
    answer = untouchable.ask("/v1/hello", Host=host.format(port=untouchable.port))
    assert (answer.status, answer.body["error"]) == (421, "host_wrong")


def test_localhost_is_a_name_of_this_computer(untouchable: Running) -> None:
    assert untouchable.ask("/v1/hello", Host=f"localhost:{untouchable.port}").status == 200


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "json"])
def test_only_json_is_taken(untouchable: Running, kind: str) -> None:
    answer = untouchable.ask("/v1/pair", {"code": "000000"}, Content_Type=kind)
    assert (answer.status, answer.body["error"]) == (415, "not_json")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 100_000, b'"code"'])
def test_what_is_not_an_object_is_refused(untouchable: Running, body: bytes) -> None:
    answer = untouchable.ask("/v1/pair", body)
    assert (answer.status, answer.body["error"]) == (400, "request_invalid")


def test_without_pairing_nothing_is_told(untouchable: Running) -> None:
    for path in ("/v1/certificates", "/v1/sign"):
        for answer in (
            untouchable.ask(path, {}),
            untouchable.ask(path, {}, token="guessed"),
            untouchable.ask(path, {}, Authorization="Basic eDp5"),
        ):
            assert (answer.status, answer.body["error"]) == (401, "not_paired")


def test_addresses_and_methods_are_exact(untouchable: Running) -> None:
    assert untouchable.ask("/v1/hello?x=1").body["error"] == "not_found"
    assert untouchable.ask("/").body["error"] == "not_found"
    assert untouchable.ask("/v1/hello", {}).body["error"] == "method_wrong"
    assert untouchable.ask("/v1/pair").body["error"] == "method_wrong"
    assert untouchable.ask("/v1/pair", {}, Method="DELETE").body["error"] == "method_wrong"


def test_too_much_is_refused(untouchable: Running) -> None:
    large = untouchable.ask("/v1/pair", b" " * (1024 * 1024 + 1025))
    assert (large.status, large.body["error"]) == (413, "too_large")
    wordy = untouchable.ask("/v1/hello", X_Words="x" * 20_000)
    assert (wordy.status, wordy.body["error"]) == (413, "too_large")
    assert untouchable.ask("/v1/hello", X_Words="x" * 70_000).body["error"] == "too_large"


def test_the_browsers_question_is_answered_for_our_sites_only(untouchable: Running) -> None:
    asked = {
        "Method": "OPTIONS",
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "authorization,content-type",
    }
    answer = untouchable.ask("/v1/sign", **asked)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Private-Network" not in answer.headers
    private = untouchable.ask("/v1/sign", **asked, Access_Control_Request_Private_Network="true")
    assert private.headers["Access-Control-Allow-Private-Network"] == "true"
    strange = untouchable.ask("/v1/sign", **asked | {"Origin": "https://evil.example"})
    assert strange.status == 403
    assert not [name for name in strange.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "sent",
    [
        "GARBAGE\r\n\r\n",
        "GET /v1/hello\r\n\r\n",
        "POST /v1/pair HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nOrigin: {origin}\r\n\r\n",
        "POST /v1/pair HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
        "Content-Type: application/json\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/pair HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /v1/hello HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nOrigin: https://e.x\r\n\r\n",
    ],
)
def test_broken_http_gets_no_trace_of_the_program(untouchable: Running, sent: str) -> None:
    host = f"127.0.0.1:{untouchable.port}"
    with socket.create_connection(("127.0.0.1", untouchable.port), SERIOUS_SECONDS) as link:
        link.sendall(sent.format(host=host, origin=ORIGIN).encode())
        with link.makefile("rb") as answer:
            said = answer.read()
    assert b'{"error": "' in said
    assert b"Traceback" not in said and b".py" not in said
    assert untouchable.ask("/v1/hello").status == 200


def test_the_first_free_port_is_taken(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with running(tmp_path / "settings", None, None, ports=(port, port + 1)) as companion:
            assert companion.port == port + 1
            assert companion.ask("/v1/hello").status == 200


@pytest.mark.parametrize("address", ["127.0.0.2", "::1"])
def test_it_listens_on_one_address_only(untouchable: Running, address: str) -> None:
    """Whoever listened on all addresses would answer on these, too."""
    with pytest.raises(OSError, match=r"refused|not available|unreachable|not supported"):
        socket.create_connection((address, untouchable.port), SERIOUS_SECONDS)


def test_without_screen_and_terminal_it_does_not_start() -> None:
    """Nobody could consent."""
    done = subprocess.run(
        [sys.executable, "-m", "portal.companion", "--terminal", "--port", "0"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=SERIOUS_SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"to ask you" in done.stderr
