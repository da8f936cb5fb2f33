"""What a real browser lets pages do with the companion: those of our site all, others nothing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests import browser
from tests.companion.running import ORIGIN, SERIOUS_SECONDS, Portal, Token, payload, running

# As the portal's page does it: a POST with JSON, which the browser asks about first.
ASK = """async ([address, body, token]) => {
  const headers = {"Content-Type": "application/json", "Authorization": `Bearer ${token}`};
  const sent = body === null ? {} : {method: "POST", headers, body: JSON.stringify(body)};
  try {
    const answer = await fetch(address, sent);
    return {status: answer.status, body: await answer.json()};
  } catch (error) {
    return {status: 0, body: {error: String(error)}};
  }
}"""


class EmptyPage(BaseHTTPRequestHandler):
    """A site with one page."""

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>SPECIMEN</title>")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def site() -> Iterator[str]:
    """The origin of a site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join(10)


def test_our_page_signs_and_a_strange_page_learns_nothing(
    tmp_path: Path, token: Token, portal: Portal
) -> None:
    with (
        site() as ours,
        site() as strange,
        running(
            tmp_path / "settings", token, portal.key_set(), origins=[ours, ORIGIN]
        ) as companion,
        browser.browser() as chromium,
        browser.context(chromium) as person,
    ):
        address = f"http://127.0.0.1:{companion.port}/v1"
        page = person.new_page()

        def ask(path: str, body: object = None, bearer: str = "") -> dict[str, Any]:
            return dict(page.evaluate(ASK, [f"{address}/{path}", body, bearer]))

        page.goto(ours)
        assert ask("hello")["body"]["program"] == "ecoo-companion"
        assert ask("certificates", {})["body"]["error"] == "not_paired"
        bearer = ask("pair", {"code": companion.code()})["body"]["token"]
        assert ask("certificates", {}, bearer)["status"] == 200
        asked = payload(token.der, 2, origin=ours)
        with ThreadPoolExecutor(1) as hands:
            hand = hands.submit(companion.approve)
            signed = ask("sign", {"request": portal.jws(asked)}, bearer)
            hand.result(SERIOUS_SECONDS)
        assert (signed["status"], len(signed["body"]["signatures"])) == (200, 2)
        learns_nothing(page, strange, address, bearer)


def learns_nothing(page: Page, strange: str, address: str, bearer: str) -> None:
    """Not even that the companion is there."""
    page.goto(strange)
    for path, body in (("hello", None), ("pair", {"code": "1"}), ("certificates", {})):
        answer = page.evaluate(ASK, [f"{address}/{path}", body, bearer])
        assert answer == {"status": 0, "body": {"error": "TypeError: Failed to fetch"}}
