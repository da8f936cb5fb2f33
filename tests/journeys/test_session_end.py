"""Nobody loses a half-typed form to the clock: ten minutes before the end a line says so."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.build import Stage
from tests.conftest import MovedClock
from tests.journeys.people import Walk

FINISH = "document.getAnimations().filter(a => a.animationName === 'come').forEach(a => a.finish())"


def test_after_fifty_idle_minutes_a_line_offers_to_stay(walk: Walk) -> None:
    exporter = walk.someone("preparer@rice.example").open("/applications", "applications")
    line = exporter.page.locator("#ending")
    expect(line).to_be_hidden()
    if not walk.mode.script:
        return
    exporter.page.evaluate(FINISH)
    expect(line).to_be_visible()
    exporter.look("session-ending").type(q="half typed")
    exporter.follow("Stay signed in")
    expect(line).to_be_hidden()
    expect(exporter.page.locator("#q")).to_have_value("half typed")


def test_a_page_counts_from_the_request_that_asked_for_it(
    stage: Stage, moved_clock: MovedClock
) -> None:
    client = stage.client("owner")
    moved_clock.by(minutes=55)
    assert _line(client.get("/dashboard").text) == "ending"


def test_the_twelve_hours_are_announced_whatever_one_does(
    stage: Stage, moved_clock: MovedClock
) -> None:
    client = stage.client("owner")
    for _ in range(13):
        moved_clock.by(minutes=55)
        client.get("/dashboard")
    moved_clock.by(minutes=-10)
    assert _line(client.get("/dashboard").text) == "ending"
    moved_clock.by(minutes=6)
    page = client.get("/dashboard").text
    assert _line(page) == "ending now"
    assert "You will be signed out in" in page


def _line(html: str) -> str:
    found = re.search(r'id="ending" class="notice ([^"]+)"', html)
    assert found, "no line about the session"
    return found.group(1)
