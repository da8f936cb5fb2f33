"""A real Chromium: pages with and without script, wide and narrow, and what axe finds in them."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.config import ROOT
from tests.tools import need

WIDTHS = {"narrow": 360, "wide": 1280}
SCREENSHOTS = ROOT / "var" / "screenshots"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE_MS = 30_000
NOSCRIPT_IS_READ = """() => {
  const box = document.createElement("div");
  box.innerHTML = "<noscript><b></b></noscript>";
  return box.querySelector("b") !== null;
}"""


@dataclass(frozen=True)
class Finding:
    """Something axe holds against a page: its rule, how bad, and the elements."""

    rule: str
    impact: str
    elements: tuple[str, ...]


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which reaches 127.0.0.1 and nothing else."""
    need("chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        try:
            yield started
        finally:
            started.close()


@contextlib.contextmanager
def context(
    browser: Browser, base_url: str = "", *, script: bool = True, width: int = 1280
) -> Iterator[BrowserContext]:
    """A person's own cookies and window; `width` in CSS pixels (WIDTHS has the two we promise)."""
    opened = browser.new_context(
        base_url=base_url or None,
        java_script_enabled=script,
        viewport={"width": width, "height": 800},
        locale="en-IN",
        timezone_id="Asia/Kolkata",
    )
    opened.set_default_timeout(PATIENCE_MS)
    try:
        yield opened
    finally:
        opened.close()


@contextlib.contextmanager
def page(
    browser: Browser, base_url: str = "", *, script: bool = True, width: int = 1280
) -> Iterator[Page]:
    """One page in a context of its own; an error in our script fails the test at the end."""
    errors: list[str] = []
    with context(browser, base_url, script=script, width=width) as person:
        opened = person.new_page()
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
    assert not errors, errors


def axe(page: Page) -> list[Finding]:
    """What axe holds against the page as it stands now. Raises ValueError without script."""
    from axe_playwright_python.sync_playwright import Axe

    # Without script axe would be waited for without end; then <noscript> has elements in it.
    if page.evaluate(NOSCRIPT_IS_READ):
        raise ValueError("axe needs a page with script")
    found: dict[str, Any] = Axe().run(page).response
    return [
        Finding(entry["id"], entry["impact"] or "", tuple(str(n["target"]) for n in entry["nodes"]))
        for entry in found["violations"]
    ]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window, so that a phone would scroll sideways."""
    page.wait_for_load_state()  # between two pages there is no document to measure
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def screenshot(page: Page, name: str) -> Path:
    """Save the whole page as var/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
    page.screenshot(path=path, full_page=True)
    return path
