"""Looking at the portal as of another instant: every page, for whoever is signed in, no act."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.core import clock
from portal.notices import actions as notices
from portal.notices.rules import FEE
from portal.web.preview import address_of
from tests.access.snapshot import everything
from tests.build import Stage, form_fields

TOMORROW_FEE = 25_000


@pytest.fixture
def tomorrow(stage: Stage) -> str:
    """A fee of Rs 250 is entered from tomorrow on; where the portal as of then begins."""
    begins = clock.start_of(clock.today() + timedelta(days=1))
    args = ("pn-43-2024-25", FEE, TOMORROW_FEE, begins, None)
    stage.do(notices.set_rule, stage.actor("directorate"), *args, why="invented")
    return address_of(begins).rstrip("/")


def test_a_page_shows_what_will_hold_then(stage: Stage, tomorrow: str) -> None:
    ref, client = stage.draft(), stage.client("owner")
    then = client.get(f"{tomorrow}/applications/{ref}").text
    assert "Fee ₹250.00" in then
    assert "Preview: the portal as of" in then
    assert "Fee ₹200.00" in client.get(f"/applications/{ref}").text
    assert "Preview" not in client.get(f"/applications/{ref}").text
    assert "₹250.00" in client.get(f"{tomorrow}/").text
    assert "₹200.00" in client.get("/").text


def test_every_link_stays_in_the_preview_and_one_leads_out(stage: Stage, tomorrow: str) -> None:
    client = stage.client("directorate")
    for path in (
        "/",
        "/agreements",
        "/notices",
        "/notices/in-force",
        "/notices/desk",
        "/dashboard",
    ):
        page = client.get(f"{tomorrow}{path}")
        assert page.status_code == 200, path
        out = re.search(r'<a href="([^"]+)">Back to the present', page.text)
        assert out is not None and out.group(1) == path
        links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', page.text)) - {path}
        assert links and all(link.startswith("/as-of/") for link in links), (path, links)


def test_nothing_can_be_done_in_a_preview(stage: Stage, tomorrow: str) -> None:
    ref, client = stage.draft(), stage.client("owner")
    page = client.get(f"{tomorrow}/applications/{ref}").text
    with stage.db() as db:
        before = everything(db)
    fields = form_fields(page, declared="y")
    answer = client.post(f"{tomorrow}/applications/{ref}/submission", data=fields)
    assert answer.status_code == 409
    assert "a preview changes nothing" in answer.text
    with stage.db() as db:
        assert everything(db) == before
    handed_in = client.post(f"/applications/{ref}/submission", data=fields)
    assert handed_in.status_code == 303


def test_a_preview_is_for_those_signed_in_and_never_kept(stage: Stage, tomorrow: str) -> None:
    assert stage.client().get(f"{tomorrow}/agreements").status_code == 404
    answer = stage.client("viewer").get(f"{tomorrow}/agreements")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "9999999-01-01", "2026-12-01T99"])
def test_what_is_no_instant_is_no_address(stage: Stage, text: str) -> None:
    assert stage.client("owner").get(f"/as-of/{text}/agreements").status_code == 404


def test_a_preview_does_not_open_what_is_another_s(stage: Stage, tomorrow: str) -> None:
    ref = stage.draft()
    assert stage.client("stranger").get(f"{tomorrow}/applications/{ref}").status_code == 404
    assert stage.client("owner").get(f"{tomorrow}/notices/desk").status_code == 403


def test_a_preview_of_years_ahead_does_not_end_the_session(stage: Stage) -> None:
    client = stage.client("owner")
    assert client.get("/as-of/2031-01-01/dashboard").status_code == 200
    assert client.get("/dashboard").status_code == 200


def test_the_desk_leads_into_the_preview(stage: Stage, tomorrow: str) -> None:
    client = stage.client("directorate")
    day = tomorrow.removeprefix("/as-of/")
    assert f'href="{tomorrow}/"' in client.get(f"/notices/desk?on={day}").text
