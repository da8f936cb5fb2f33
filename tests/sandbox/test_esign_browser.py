"""The provider in a real browser: with script and without, on a phone and on a desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from portal.sandbox.esign.faults import Fault
from tests.browser import WIDTHS, axe, browser, overflows, page
from tests.processes.running import until
from tests.sandbox.asp import CODE, RETURN, Asp, root_of
from tests.sandbox.wire import switch

# Where a browser finds the portal's own page, which sends it to the provider.
START = """<!DOCTYPE html><html lang="en"><title>SPECIMEN portal</title>
<form method="post" action="{action}">
<textarea name="eSignRequest">{xml}</textarea><input name="aspTxnID" value="{txn}">
<input name="Content-Type" value="application/xml"><button>Go and sign</button></form></html>"""


class Portal(BaseHTTPRequestHandler):
    """The portal's side of the journey: takes what comes back."""

    came: list[bytes]
    start = b""

    def do_GET(self) -> None:
        self._say(self.start)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        (part,) = message_from_bytes(head + body, policy=HTTP).iter_parts()
        assert part.get_param("name", header="content-disposition") == "msg"
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        self.came.append(payload)
        self._say(b"<!DOCTYPE html><title>back</title><h1>You are back</h1>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def portal(asp: Asp) -> Iterator[type[Portal]]:
    """A portal that is registered under its own port, with a request on its page."""
    bound: type[Portal] = type("BoundPortal", (Portal,), {"came": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    home = f"http://127.0.0.1:{server.server_port}"
    registered = asp.outside.world.data_dir / "sandbox" / "asps" / f"{asp.id}.json"
    registered.write_text(registered.read_text().replace(RETURN, f"{home}/esign/return"))
    asp.facts["home"] = home
    yield bound
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def go_to_the_provider(opened: Page, asp: Asp, portal: type[Portal]) -> None:
    txn, home = asp.txn(), asp.facts["home"]
    xml = asp.sign(asp.request(txn, responseUrl=f"{home}/esign/return"))
    action = f"http://127.0.0.1:{asp.outside.port}/esign/2.1/signdoc"
    escaped = xml.replace("&", "&amp;").replace("<", "&lt;")
    portal.start = START.format(action=action, xml=escaped, txn=txn).encode()
    opened.goto(home)
    opened.get_by_role("button", name="Go and sign").click()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_two_clicks_and_a_code_bring_a_good_answer_back(
    asp: Asp, portal: type[Portal], chromium: Browser, script: bool, width: int
) -> None:
    with page(chromium, script=script, width=width) as opened:
        go_to_the_provider(opened, asp, portal)
        assert not overflows(opened)
        assert not script or not axe(opened)
        opened.get_by_role("button", name="I consent").click()
        assert not overflows(opened)
        assert not script or not axe(opened)
        opened.get_by_label("One-time code").fill(CODE)
        opened.get_by_role("button", name="Sign").click()
        if not script:
            opened.get_by_role("button", name="Go back to SPECIMEN-1").click()
        opened.get_by_role("heading", name="You are back").wait_for()
    (answer,) = portal.came
    asp.believes(answer)
    assert root_of(answer).get("status") == "1"


def test_enter_in_the_field_of_the_code_signs(
    asp: Asp, portal: type[Portal], chromium: Browser
) -> None:
    with page(chromium) as opened:
        go_to_the_provider(opened, asp, portal)
        opened.get_by_role("button", name="I consent").click()
        opened.get_by_label("One-time code").fill(CODE)
        opened.keyboard.press("Enter")
        opened.get_by_role("heading", name="You are back").wait_for()
    assert root_of(portal.came[0]).get("status") == "1"


def test_an_indented_answer_survives_the_browser(
    asp: Asp, portal: type[Portal], chromium: Browser
) -> None:
    switch(asp.outside, "esign", Fault.CAPTURED_INDENTED)
    with page(chromium) as opened:
        go_to_the_provider(opened, asp, portal)
        opened.get_by_role("button", name="I consent").click()
        opened.get_by_label("One-time code").fill(CODE)
        opened.get_by_role("button", name="Sign").click()
        opened.get_by_role("heading", name="You are back").wait_for()
    (answer,) = portal.came
    assert b"\r\n  <Signatures>" in answer
    asp.believes(answer)


def test_a_double_answer_comes_twice(asp: Asp, portal: type[Portal], chromium: Browser) -> None:
    switch(asp.outside, "esign", Fault.DOUBLE)
    with page(chromium) as opened:
        go_to_the_provider(opened, asp, portal)
        opened.get_by_role("button", name="I consent").click()
        opened.get_by_label("One-time code").fill(CODE)
        opened.get_by_role("button", name="Sign").click()
        until(lambda: len(portal.came) == 2, 15, "the answer, twice")
        opened.get_by_role("heading", name="You are back").wait_for()
    assert portal.came[0] == portal.came[1]
