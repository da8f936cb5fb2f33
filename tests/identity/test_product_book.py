"""The product book: goods kept once with code, unit, origin and producer, ended codes marked."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core.errors import Forbidden, Invalid
from portal.filing.rules.goods import OriginCriterion
from portal.filing.rules.kinds import Producer
from portal.identity import actions
from portal.identity.models import Product
from portal.identity.rules.products import ORIGINS, PRODUCERS
from portal.reference.models import NationalLine
from tests.build import Stage, form_fields, yesterday

PRODUCT = {
    "name": "Thali set",
    "hs_code": "7323 93 90",
    "description": "Stainless steel thali sets",
    "unit": "SET",
    "package_kind": "cartons",
    "criterion": "made_from_indian_inputs",
    "processing": "",
    "producer": "other",
    "producer_name": "Invented Maker",
    "producer_address": "4 Invented Lane\r\nKarnal",
}


def send(client: FlaskClient, entry: str = "", **changes: str) -> Any:
    address = "/firm/books/products" + (f"/{entry}" if entry else "")
    fields = form_fields(client.get(address).text, **{**PRODUCT, **changes})
    return client.post(address, data=fields)


def kept(stage: Stage) -> Product:
    with stage.db() as db:
        found: Product = db.scalars(select(Product)).one()
        return found


def test_a_product_is_added_changed_and_archived(stage: Stage) -> None:
    client = stage.client("preparer")
    assert send(client).status_code == 303
    row = kept(stage)
    assert (row.hs_code, row.unit, row.producer_name) == ("73239390", "SET", "Invented Maker")
    assert "Stainless steel thali sets" in client.get("/firm/books/products").text
    assert send(client, row.ref, producer="same", unit="PCS").status_code == 303
    row = kept(stage)
    assert (row.unit, row.producer, row.producer_name) == ("PCS", "same", "")
    fields = form_fields(client.get("/firm/books/products").text)
    assert client.post(f"/firm/books/products/{row.ref}/archive", data=fields).status_code == 303
    assert "Stainless" not in client.get("/firm/books/products").text
    assert "Stainless" in client.get("/firm/books/products?archived=1").text


def test_imported_inputs_are_kept_and_come_back_as_typed(stage: Stage) -> None:
    client = stage.client("owner")
    typed = "Coils; grade 304; 7219 33; japan\r\n\r\nWire; 7223; KR"
    made = {"criterion": "processed_beyond_minimal", "processing": "Drawn into pots"}
    assert send(client, inputs=typed, **made).status_code == 303
    row = kept(stage)
    assert json.loads(row.inputs) == [
        {"name": "Coils; grade 304", "hs_code": "721933", "country": "JP"},
        {"name": "Wire", "hs_code": "7223", "country": "KR"},
    ]
    address = f"/firm/books/products/{row.ref}"
    shown = client.get(address).text
    assert "Coils; grade 304; 721933; Japan\nWire; 7223; " in html.unescape(shown)
    (again,) = re.findall(r'name="inputs"[^>]*>([^<]*)</textarea>', shown)
    assert send(client, row.ref, inputs=html.unescape(again), **made).status_code == 303
    assert kept(stage).inputs == row.inputs


def test_what_the_form_does_not_ask_for_stays(stage: Stage) -> None:
    fields = {**PRODUCT, "hs_code": "73239390", "operations": "packing,marking"}
    entry = stage.do(actions.add_entry, stage.actor("owner"), "products", **fields)
    assert send(stage.client("owner"), entry).status_code == 303
    assert kept(stage).operations == "packing,marking"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Name the product"),
        ({"hs_code": "732393"}, "6 digits are the international code"),
        ({"hs_code": "99999999"}, "is not a subheading of the Harmonized System"),
        ({"hs_code": "10063020"}, "10063020 ended on 30 Apr 2025. Use one of its successors"),
        ({"description": " "}, "Describe the goods"),
        ({"description": "चावल"}, "print these characters"),
        ({"unit": "XYZ"}, "Not a valid choice"),
        ({"producer_name": ""}, "Type the producer's name"),
        ({"inputs": "Coils, 7219, Japan"}, "name; tariff code; country"),
        ({"inputs": "Coils; 72; Japan"}, "first 4 digits"),
        ({"inputs": "Coils; 7219; Nowhere"}, "“Nowhere” is no country"),
        ({"inputs": "Coils; 7219; IN"}, "an input from India isn't imported"),
        ({"inputs": "Coils; 7219; JP"}, "Choose “Made in India with imported inputs”"),
        ({"inputs": "\r\n".join(["Coils; 7219; JP"] * 13)}, "At most 12"),
        ({"producer_address": "2345 6789 0124"}, "looks like an Aadhaar number"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(
    stage: Stage, changes: dict[str, str], said: str
) -> None:
    answer = send(stage.client("owner"), **changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert "cartons" in answer.text
    with stage.db() as db:
        assert db.scalars(select(Product.id)).all() == []


def test_a_product_whose_code_has_ended_is_marked_with_its_successors(stage: Stage) -> None:
    assert send(stage.client("owner")).status_code == 303
    facts = {"description": "Sets", "source": "invented", "certainty": "S"}
    old = {"code": "73239390", "valid_from": date(2020, 1, 1), "valid_until": yesterday()}
    with stage.db() as db:
        db.add(NationalLine(**old, successors="73239391", **facts))
        db.commit()
    page = html.unescape(stage.client("viewer").get("/firm/books/products").text)
    assert "code has ended" in page and "successors: 73239391" in page


def test_a_name_stands_once_and_the_book_is_the_firms_own(stage: Stage) -> None:
    client = stage.client("owner")
    assert send(client).status_code == 303
    assert send(client, name="THALI  set").status_code == 422
    ref = kept(stage).ref
    stranger = stage.client("stranger")
    assert "Stainless" not in stranger.get("/firm/books/products").text
    assert stranger.get(f"/firm/books/products/{ref}").status_code == 404
    mandate = stage.mandate()
    assert stage.acting_client(mandate).get("/firm/books/products").status_code == 404
    with pytest.raises(Forbidden):
        stage.do(actions.add_entry, stage.actor("viewer"), "products", **PRODUCT)
    with pytest.raises(Invalid):
        stage.do(actions.add_entry, stage.actor("owner"), "products", **PRODUCT)


def test_the_answers_are_those_of_a_goods_line() -> None:
    assert {value for value, _words in ORIGINS} <= set(OriginCriterion)
    assert {value for value, _words in PRODUCERS} == set(Producer)
