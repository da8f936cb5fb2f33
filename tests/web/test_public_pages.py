"""Public pages: the same for everybody, one light request, no script, a strict policy."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.tx import write
from portal.trade_agreements import actions as agreements
from portal.trade_events import actions as events

# Bytes on the wire with headers, and statements of one page.
# One statement more finds the next instant at which a dated rule changes: caches end there.
SWITCH = 1
PAGES = {
    "/": (5_000, 2),
    "/agreements": (5_000, 2),
    "/agreements?q=japan": (5_000, 2),
    "/agreements/india-uk-ceta": (8_000, 4),
    "/agreements/india-uae-cepa": (8_000, 4),
    "/events": (5_000, 2),
    "/events?place=delhi": (5_000, 2),
    "/events/bharat-mobility-global-expo-2027": (4_000, 1),
    "/how-to-sign": (5_000, 0),
    "/privacy": (4_500, 0),
}


@pytest.fixture(autouse=True)
def seeded(db: Session) -> None:
    write(db, agreements.seed)
    write(db, events.seed)


@contextmanager
def statements(client: FlaskClient) -> Iterator[list[str]]:
    """Collects what the application asks the database."""
    seen: list[str] = []
    engine = client.application.extensions["sessions"].kw["bind"]

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def style_of(page: str) -> str:
    found = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_is_light_on_the_wire(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) + headers <= PAGES[address][0]


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_asks_the_database_a_fixed_number_of_times(
    client: FlaskClient, address: str
) -> None:
    with statements(client) as seen:
        client.get(address)
    assert len(seen) == PAGES[address][1] + SWITCH


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_needs_one_request_and_no_script(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert "<script" not in page
    assert not re.search(r"\son\w+=|\sstyle=|javascript:|<img|@import|url\(", page)
    assert re.findall(r"<link[^>]*href=\"(?!data:)", page) == []


@pytest.mark.parametrize("address", PAGES)
def test_the_policy_allows_exactly_the_inlined_style(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    digest = hashlib.sha256(style_of(answer.text).encode()).digest()
    assert f"style-src 'sha256-{base64.b64encode(digest).decode()}';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_may_be_cached_and_sets_no_cookie(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_is_the_same_for_somebody_with_a_session(
    client: FlaskClient, address: str
) -> None:
    plain = client.get(address).data
    client.set_cookie("s", "a" * 43)
    with statements(client) as seen:
        assert client.get(address).data == plain
    assert len(seen) == PAGES[address][1] + SWITCH


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_has_one_heading_a_language_and_a_way_to_skip(
    client: FlaskClient, address: str
) -> None:
    page = client.get(address).text
    assert page.count("<h1>") == 1
    assert '<html lang="en">' in page
    assert 'href="#main"' in page
    assert "SPECIMEN, NOT VALID" in page


def test_the_stylesheet_is_small_enough_to_be_inlined(client: FlaskClient) -> None:
    css = style_of(client.get("/").text)
    assert len(brotli.compress(css.encode(), quality=5)) <= 2_000


def test_the_home_page_begins_with_the_verification_form(client: FlaskClient) -> None:
    page = client.get("/").text
    form = page.partition('action="/verify"')[2].partition("</form>")[0]
    assert 'name="number"' in form
    assert 'name="code"' in form
    assert "csrf" not in form
    for way_in in ("/sign-in", "/agreements", "/events"):
        assert f'href="{way_in}"' in page


@pytest.mark.parametrize("address", ["/agreements/atlantis", "/nothing-here"])
def test_a_lost_page_says_so_with_a_way_on_and_a_number_to_quote(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address, headers={"Referer": "http://localhost/agreements"})
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "There is nothing at this address" in answer.text
    assert 'href="http://localhost/agreements"' in answer.text
    assert re.search(r"<code>[0-9a-f]{12}</code>", answer.text)


def test_a_lost_page_offers_no_way_back_to_another_site(client: FlaskClient) -> None:
    answer = client.get("/nothing-here", headers={"Referer": "https://elsewhere.example/"})
    assert "elsewhere.example" not in answer.text


def test_the_sign_in_form_has_a_token_and_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/sign-in?next=/wallet")
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'name="csrf_token"' in answer.text
    assert 'value="/wallet"' in answer.text
    assert 'autocomplete="current-password"' in answer.text


def test_a_refused_sign_in_lists_what_is_wrong_beside_links_to_the_fields(
    client: FlaskClient,
) -> None:
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = client.post("/sign-in", data={"csrf_token": token.group(1), "email": ""})
    assert answer.status_code == 422
    assert 'role="alert" tabindex="-1" autofocus' in answer.text
    assert '<a href="#email">' in answer.text
    assert 'aria-describedby="email-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
