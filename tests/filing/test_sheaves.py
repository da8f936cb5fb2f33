"""Many goods lines from one list: seen before they are taken, corrected in place, never lost."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.filing.models import GoodsLine, Sheaf
from portal.filing.queries import application_for
from tests.build import Stage, form_fields

HEAD = (
    "ITC HS;Description of goods;Marks;No. of Pkgs;Kind of packages;Qty;UOM;Gross Wt;Net Wt;"
    "FOB Value;Origin"
)
ROW = "73239390;Steel thali sets;SPECIMEN 1-10;10;cartons;200;SET;150;140.5;900.00;processed"


def listed(*rows: str) -> bytes:
    return "\r\n".join((HEAD, *rows)).encode()


def send(client: FlaskClient, ref: str, content: bytes, name: str = "lines.csv") -> TestResponse:
    page = client.get(f"/applications/{ref}/lists")
    assert page.status_code == 200
    fields = form_fields(page.text, file=(io.BytesIO(content), name))
    return client.post(f"/applications/{ref}/lists", data=fields)


def paste(client: FlaskClient, ref: str, text: str) -> TestResponse:
    page = client.get(f"/applications/{ref}/lists")
    fields = form_fields(page.text, pasted=text)
    return client.post(f"/applications/{ref}/lists", data=fields)


def act(client: FlaskClient, url: str, what: str, **fields: Any) -> TestResponse:
    page = client.get(url)
    assert page.status_code == 200, page.text
    return client.post(f"{url}/{what}", data=form_fields(page.text, **fields))


def words(answer: TestResponse) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def lines(stage: Stage, ref: str, who: str = "owner") -> list[GoodsLine]:
    with stage.db() as db:
        row = application_for(db, stage.actor(who), ref)
        query = select(GoodsLine).where(GoodsLine.application_id == row.id)
        return list(db.scalars(query.order_by(GoodsLine.position)))


def sheaf(stage: Stage, ref: str) -> Sheaf:
    with stage.db() as db:
        found: Sheaf = db.scalars(select(Sheaf).where(Sheaf.ref == ref)).one()
        return found


def test_good_rows_are_seen_first_and_then_taken_with_every_value(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    answer = send(client, ref, listed(ROW, ROW.replace("200;SET", "1.000;pcs")))
    assert answer.status_code == 303
    url = answer.location
    page = words(client.get(url))
    assert "Is this 1000, or 1 and decimals?" not in page
    assert lines(stage, ref) == []
    assert "2 rows can be taken" in page and "300" in page
    assert act(client, url, "taking").location == f"/applications/{ref}/goods"
    first, second = lines(stage, ref)
    assert (first.hs_code, first.description, first.marks) == (
        "73239390",
        "Steel thali sets",
        "SPECIMEN 1-10",
    )
    assert (first.packages, first.package_kind, first.quantity, first.unit) == (
        10,
        "cartons",
        200_000,
        "SET",
    )
    assert (first.gross_weight, first.net_weight, first.fob_minor) == (150_000, 140_500, 90_000)
    assert first.criterion == "processed_beyond_minimal"
    assert (second.position, second.quantity, second.unit) == (2, 1_000, "PCS")
