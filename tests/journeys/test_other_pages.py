"""Pages beside the way of a file: each has its checks, too."""

from __future__ import annotations

import pytest

from tests.journeys import laid
from tests.journeys.people import Walk

PUBLIC = {
    "/": "landing",
    "/agreements": "agreements",
    "/agreements?q=japan": "agreements-found",
    "/agreements/india-uk-ceta": "agreement",
    "/events": "events",
    "/events/bharat-mobility-global-expo-2027": "event",
    "/verify": "verify",
    "/sign-in": "sign-in",
    "/nothing-here": "lost",
}
# Layout shifts are watched from before the first paint on.
WATCH = """new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifted = (window.shifted || 0) + entry.value;
}).observe({type: "layout-shift", buffered: true});"""


def test_public_pages_can_be_read(walk: Walk) -> None:
    anybody = walk.person()
    for path, name in PUBLIC.items():
        anybody.open(path, name)
        anybody.page.emulate_media(color_scheme="dark")
        anybody.look(f"{name}-dark").page.emulate_media(color_scheme="light")


def test_desks_of_an_agency_and_of_the_directorate_can_be_read(walk: Walk) -> None:
    laid.stage(walk.portal).submitted()
    walk.someone("administrator@chamber.example").open("/agency", "agency").reads("DEL")
    walk.someone("directorate@ecoo.example").open("/dashboard", "directorate").reads("submitted")
    officer = walk.someone("officer@chamber.example").open("/dashboard", "office-dashboard")
    officer.open("/seat", "seats").reads("acting for now")
    officer.open("/queue", "queue-list").page.emulate_media(color_scheme="dark")
    officer.look("queue-dark")


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_one_request_and_nothing_moves(walk: Walk, path: str) -> None:
    page, asked = walk.person().page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.goto(path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [walk.base + path]
    if walk.mode.script:
        assert page.evaluate("window.shifted || 0") == 0
