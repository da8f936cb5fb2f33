"""The register on the screen: for everybody, and the directorate's desk."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

from flask.testing import FlaskClient

from portal.core import clock
from portal.notices.rules import ALL
from tests.build import Stage, form_fields
from tests.conftest import MovedClock

ATOM = "{http://www.w3.org/2005/Atom}"


def entered(client: FlaskClient, number: str = "TN 98/2026-27") -> str:
    """Enter an invented notice in the browser; returns the address to correct it."""
    form = client.get("/notices/new")
    fields = form_fields(
        form.text,
        number=number,
        kind="trade_notice",
        dated="2026-11-23",
        subject="Invented fee",
        certainty="K",
    )
    answer = client.post("/notices", data=fields)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_public_reads_searches_and_subscribes(stage: Stage) -> None:
    client = stage.client()
    page = client.get("/notices")
    assert "TN 13/2024-25" in page.text
    assert "<script" not in page.text
    assert "TN 13/2024-25" not in client.get("/notices?q=oman").text
    one = client.get("/notices/notification-05-2026-27")
    assert "9 Apr 2026" in one.text
    assert "secondary source" in one.text
    feed = client.get("/notices.atom")
    assert feed.content_type.startswith("application/atom+xml")
    entries = ElementTree.fromstring(feed.text).findall(f"{ATOM}entry")
    assert len(entries) > 20
    assert client.get("/notices/none-such").status_code == 404


def test_every_rule_in_force_is_shown_with_notice_date_and_certainty(stage: Stage) -> None:
    text = stage.client().get("/notices/in-force").text
    for rule in ALL.values():
        words = rule.words
        assert words in text
        row = text.split(f'<th scope="row">{words}</th>')[1].split("</tr>")[0]
        assert "/notices/" in row
        assert "source" in row or "seen" in row or "own policy" in row


def test_a_fee_of_250_from_tomorrow_holds_everywhere_on_the_second(
    stage: Stage, moved_clock: MovedClock
) -> None:
    client = stage.client("directorate")
    address = entered(client)
    tomorrow = clock.today() + timedelta(days=1)
    form = client.get(address)
    fields = form_fields(
        form.text,
        rule="fee_paise",
        value="250",
        valid_from=f"{tomorrow}T00:00:00",
        valid_until="",
        why="as announced",
    )
    answer = client.post(address.replace("/correction", "/rules"), data=fields)
    assert answer.status_code == 303, answer.text
    preview = client.get(f"/notices/desk?on={tomorrow}T00:00:00").text
    assert "₹250.00" in preview
    ref = stage.draft()
    exporter = stage.client("owner")
    moved_clock.to(clock.start_of(tomorrow) - timedelta(seconds=20))
    exporter = stage.client("owner")
    assert "Fee ₹200.00" in exporter.get(f"/applications/{ref}").text
    moved_clock.to(clock.start_of(tomorrow) + timedelta(seconds=1))
    assert "Fee ₹250.00" in exporter.get(f"/applications/{ref}").text
    stage.submitted(who="owner")
    assert "₹1,750.00" in exporter.get("/wallet").text


def test_wrong_values_are_refused_at_their_field_and_kept(stage: Stage) -> None:
    client = stage.client("directorate")
    address = entered(client)
    form = client.get(address)
    wrong = form_fields(
        form.text,
        rule="fee_paise",
        value="about 200",
        valid_from="2026-13-01T00:00",
        why="",
    )
    answer = client.post(address.replace("/correction", "/rules"), data=wrong)
    assert answer.status_code == 422
    assert "about 200" in answer.text
    assert "amount in rupees" in answer.text
    twice = client.get("/notices/new")
    fields = form_fields(
        twice.text,
        number="TN 98/2026-27",
        kind="trade_notice",
        dated="2026-11-23",
        subject="Again",
        certainty="K",
    )
    refused = client.post("/notices", data=fields)
    assert refused.status_code == 422
    assert "in the register" in refused.text
    assert "Again" in refused.text


def test_a_correction_says_who_what_and_why(stage: Stage) -> None:
    client = stage.client("directorate")
    address = entered(client)
    form = client.get(address)
    fields = form_fields(
        form.text,
        number="TN 98/2026-27",
        kind="circular",
        dated="2026-11-24",
        subject="Invented fee, corrected",
        certainty="S",
        why="wrong kind",
    )
    unexplained = client.post(address, data={**fields, "why": ""})
    assert unexplained.status_code == 422
    assert client.post(address, data=fields).status_code == 303
    page = client.get(address).text
    assert "wrong kind" in page
    assert "Invented Director Nila" in page
    assert "trade_notice" in page


def test_where_a_preferential_certificate_is_handled_changes_on_the_second(
    stage: Stage, moved_clock: MovedClock
) -> None:
    from datetime import datetime

    from portal.core.clock import IST

    switch = datetime(2024, 12, 21, tzinfo=IST)
    client = stage.client()
    moved_clock.to(switch - timedelta(seconds=30))
    before = client.get("/agreements/preferential").text
    assert "coo.dgft.gov.in" in before
    moved_clock.to(switch)
    after = client.get("/agreements/preferential").text
    assert "trade.gov.in" in after
    assert "TN 23/2024-25" in after
