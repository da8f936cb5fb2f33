"""Budgets of bytes and requests: a public page is one light answer, a desk adds one script."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from portal.trade_agreements import actions as agreements
from portal.trade_events import actions as events
from tests.bench.wire import ask, text_of, weigh, weight_of
from tests.build import Stage

pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing SelectField choices as tuples:DeprecationWarning"
)

# kB of 1,000 bytes, with headers, first view.
PUBLIC = {
    "/": 5_000,
    "/agreements": 5_000,
    "/agreements/india-uk-ceta": 8_000,
    "/events": 5_000,
    "/notices": 5_000,
    "/agencies": 5_000,
    "/agencies/the-kashmir-chamber-of-commerce-industry": 4_000,
    "/notices/in-force": 5_000,
    "/events/bharat-mobility-global-expo-2027": 4_000,
    "/verify": 3_000,
    "/verify?number=SPCC-DEL-2627-9999999-1": 3_000,
    "/verify/nothing-like-a-number": 3_000,
    "/q/forged": 3_000,
    "/sign-in": 3_000,
    "/nothing-here": 3_200,
    "/privacy": 4_500,
    "/how-to-sign": 5_000,
}
DESK = 21_000
# All countries, currencies or customs stations stand in it: 7 to 11 kB of page, the script once.
LONG_LISTS = 25_500


@pytest.fixture
def seeded(stage: Stage) -> Stage:
    stage.do(agreements.seed)
    stage.do(events.seed)
    return stage


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_one_light_answer(
    seeded: Stage, client: FlaskClient, address: str
) -> None:
    weight = weigh(client, address)
    assert weight.encoding == "br"
    assert weight.requests == 1
    assert not weight.has_script
    assert weight.total <= PUBLIC[address]


def test_the_bare_result_of_an_issued_certificate_is_light(
    stage: Stage, client: FlaskClient
) -> None:
    _file, number = stage.approved()
    stage.run_jobs()
    bare = weigh(client, f"/verify/{number}")
    assert "Valid:" in text_of(ask(client, f"/verify/{number}"))
    assert bare.total <= 3_000
    assert bare.requests == 1


def test_a_refused_upload_is_light(stage: Stage, client: FlaskClient) -> None:
    upload = {"file": (io.BytesIO(b"altered"), "a.pdf")}
    answer = client.post("/verify/file", data=upload, headers={"Accept-Encoding": "br"})
    assert "Exactly this file was not issued here" in text_of(answer)
    assert weight_of(client, answer).total <= 3_000


def test_pages_of_the_exporter_are_light(stage: Stage) -> None:
    ref = stage.draft(lines=3)
    client = stage.client("owner")
    sections = ("certificate", "declaration")
    for page in ("", "/goods", "/documents", *[f"/sections/{name}" for name in sections]):
        _desk_is_light(client, f"/applications/{ref}{page}")
    for page in ("consignee", "transport", "invoice"):
        _desk_is_light(client, f"/applications/{ref}/sections/{page}", LONG_LISTS)
    for page in ("/dashboard", "/applications", "/wallet", "/seat"):
        _desk_is_light(client, page)


def test_pages_of_the_officer_are_light(stage: Stage) -> None:
    number = stage.in_scrutiny(lines=3)
    client = stage.client("officer")
    for page in ("/dashboard", "/queue", f"/queue/{number}"):
        _desk_is_light(client, page)


def _desk_is_light(client: FlaskClient, address: str, most: int = DESK) -> None:
    weight = weigh(client, address)
    assert weight.encoding == "br", address
    assert weight.requests <= 2, address
    assert weight.total <= most, address
