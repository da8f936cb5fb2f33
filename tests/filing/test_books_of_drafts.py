"""Parties and goods of a draft are kept in the firm's books by one tap, and fill the next one."""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core.errors import Invalid
from portal.filing.actions import books as actions
from portal.filing.actions import save, state_origin
from portal.filing.models import GoodsLine
from portal.filing.queries import InputFacts, application_facts, application_for
from portal.filing.queries.books import consignees_by_use
from portal.filing.rules.kinds import Kind, Producer
from portal.filing.rules.origin import Statement
from portal.identity import actions as identity
from portal.identity.models import Party, Product
from tests.build import Stage, form_fields

PRODUCT = {
    "name": "Thali",
    "hs_code": "73239390",
    "description": "Stainless steel thali sets",
    "unit": "SET",
    "package_kind": "cartons",
    "criterion": "made_from_indian_inputs",
    "operations": "packing",
    "processing": "",
    "producer": "other",
    "producer_name": "Invented Maker",
    "producer_address": "Karnal",
}


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    return client.post(address, data=form_fields(client.get("/seat").text, **fields))


def parties(stage: Stage) -> list[tuple[str, str, str]]:
    with stage.db() as db:
        rows = db.scalars(select(Party).order_by(Party.id)).all()
        return [(row.name, row.address, row.country) for row in rows]


def test_a_consignee_is_kept_by_one_tap(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("preparer")
    page = client.get(f"/applications/{ref}/sections/consignee").text
    assert "Keep the consignee in the firm" in html.unescape(page)
    assert "Keep the consignee" in client.get(f"/applications/{ref}").text
    address = f"/applications/{ref}/parties/consignee"
    assert post(client, address).status_code == 303
    whole = ("Specimen Consignee Limited", "1 Invented Quay\nNowhere 1000", "KE")
    assert parties(stage) == [whole]
    assert post(client, address).status_code == 303
    assert parties(stage) == [whole]
    assert "Keep the consignee" not in client.get(f"/applications/{ref}").text
    assert "in the book" in client.get(f"/applications/{ref}/parties").text


def test_an_entry_that_differs_is_asked_about(stage: Stage) -> None:
    stage.party(name="SPECIMEN Consignee, Limited", address="Old Quay", country="TZ")
    ref, client = stage.draft(), stage.client("owner")
    address = f"/applications/{ref}/parties/consignee"
    answer = post(client, address)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "In the book it stands like this" in page and "Old Quay" in page and "Tanzania" in page
    assert parties(stage)[0][1] == "Old Quay"
    assert post(client, address, update="yes").status_code == 303
    assert parties(stage) == [("Specimen Consignee Limited", "1 Invented Quay\nNowhere 1000", "KE")]


def test_a_party_that_is_kept_twice_at_once_stands_once(stage: Stage) -> None:
    ref, owner = stage.draft(), stage.actor("owner")

    def act() -> None:
        stage.do(actions.keep_party, owner, ref, "consignee")

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(parties(stage)) == 1


def test_a_notify_party_is_kept_and_an_incomplete_one_told(stage: Stage) -> None:
    notify: dict[str, Any] = {
        "notify_name": "Invented Notify",
        "notify_address": "2 Pier",
        "notify_country": "KE",
    }
    ref, client = stage.draft(**notify, consignee_address=""), stage.client("owner")
    assert post(client, f"/applications/{ref}/parties/notify").status_code == 303
    assert parties(stage) == [("Invented Notify", "2 Pier", "KE")]
    answer = post(client, f"/applications/{ref}/parties/consignee")
    assert answer.status_code == 422 and "name, address and country" in answer.text
    stage.do(save, stage.actor("owner"), ref, "consignee", consignee_name="")
    answer = post(client, f"/applications/{ref}/parties/consignee")
    assert answer.status_code == 422 and "Complete them in the section first" in answer.text
    assert post(client, f"/applications/{ref}/parties/somebody").status_code == 404


def test_the_consignee_that_is_used_most_stands_first(stage: Stage) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        stage.party(name=name)
    for name in ("Gamma", "Gamma", "Beta"):
        stage.draft(consignee_name=name)
    with stage.db() as db:
        found = [row["name"] for row in consignees_by_use(db, stage.actor("owner"))]
    assert found == ["Gamma", "Beta", "Alpha"]
    page = stage.client("owner").get(f"/applications/{stage.draft()}/sections/consignee").text
    offered = re.findall(r"<option value=\"\w{10}\"[^>]*>(\w+)</option>", page)
    assert offered == ["Gamma", "Beta", "Alpha"]


def line(**changes: str) -> dict[str, str]:
    return {
        "hs_code": "73239390",
        "description": "Stainless steel thali sets",
        "quantity": "200",
        "unit": "SET",
        "fob": "900",
        "packages": "10",
        "package_kind": "cartons",
        "gross_weight": "150",
        "net_weight": "140",
        "criterion": "made_from_indian_inputs",
        **changes,
    }


def named(ref: str, fields: dict[str, str]) -> dict[str, str]:
    return {f"line{ref}-{name}": value for name, value in fields.items()}


def test_several_lines_are_filled_from_the_book_at_once(stage: Stage) -> None:
    owner, client, ref = stage.actor("owner"), stage.client("owner"), stage.draft(lines=0)
    first = stage.do(identity.add_entry, owner, "products", **PRODUCT)
    other = {**PRODUCT, "name": "Bowl", "description": "Steel bowls", "producer": "same"}
    second = stage.do(identity.add_entry, owner, "products", **other)
    address = f"/applications/{ref}/products"
    page = client.get(f"{address}?use={first}&use={second}&use=0000000000").text
    assert page.count('value="cartons"') == 2 and "Steel bowls</textarea>" in page
    typed = {
        **named(first, line()),
        **named(second, line(description="Steel bowls", net_weight="")),
    }
    wrong = post(client, address, use=[first, second], **typed)
    assert wrong.status_code == 422 and "Type the net weight" in wrong.text
    assert 'value="150"' in wrong.text
    typed[f"line{second}-net_weight"] = "140"
    for _twice in range(2):
        assert post(client, address, use=[first, second], **typed).status_code == 303
    with stage.db() as db:
        lines = application_facts(db, application_for(db, owner, ref)).lines
    assert [(x.position, x.description, x.producer, x.operations) for x in lines] == [
        (1, "Stainless steel thali sets", "other", "packing"),
        (2, "Steel bowls", "same", "packing"),
    ]
    assert lines[0].fob_minor == 90_000


def test_imported_inputs_go_into_the_book_and_come_back_with_the_product(stage: Stage) -> None:
    owner, client, ref = stage.actor("owner"), stage.client("owner"), stage.draft(lines=1)
    coils = (InputFacts("Cold-rolled coils", "721933", "JP"), InputFacts("Wire", "7223", "KR"))
    said = Statement("processed_beyond_minimal", "packing", "Drawn into pots", coils)
    stage.do(state_origin, owner, ref, 1, said)
    assert stage.do(actions.keep_products, owner, ref, [1]) == 1
    with stage.db() as db:
        product = db.scalars(select(Product)).one().ref
    again = stage.draft(lines=0)
    for criterion in ("processed_beyond_minimal", "made_from_indian_inputs"):
        typed = named(product, line(criterion=criterion))
        answer = post(client, f"/applications/{again}/products", use=product, **typed)
        assert answer.status_code == 303
    with stage.db() as db:
        made, other = application_facts(db, application_for(db, owner, again)).lines
    assert [one[:3] for one in made.inputs] == [one[:3] for one in coils]
    assert (made.operations, made.processing) == ("packing", "Drawn into pots")
    assert (other.inputs, other.processing) == ((), "")


def test_nothing_chosen_and_an_ended_code_are_told(stage: Stage) -> None:
    client, ref = stage.client("owner"), stage.draft()
    product = stage.do(identity.add_entry, stage.actor("owner"), "products", **PRODUCT)
    address = f"/applications/{ref}/products"
    assert "Choose a product first" in post(client, address).text
    typed = named(product, line(hs_code="10063020"))
    answer = post(client, address, use=product, **typed)
    assert answer.status_code == 422 and "successors: 10063012, 10063092" in answer.text


def test_lines_are_kept_as_products_each_description_once(stage: Stage) -> None:
    owner, client, ref = stage.actor("owner"), stage.client("owner"), stage.draft(lines=3)
    with stage.db() as db:
        row = application_for(db, owner, ref)
        here = select(GoodsLine).where(GoodsLine.application_id == row.id)
        lines = db.scalars(here.order_by(GoodsLine.position)).all()
        lines[2].description, lines[2].producer = "Steel bowls", Producer.CONFIDENTIAL
        db.commit()
    address = f"/applications/{ref}/products"
    page = client.get(address).text
    assert re.findall(r'name="lines"[^>]*value="(\d)"', page) == ["1", "3"]
    assert post(client, f"{address}/keeping").status_code == 422
    assert post(client, f"{address}/keeping", lines=["1", "3"]).status_code == 303
    with stage.db() as db:
        rows = db.scalars(select(Product).order_by(Product.id)).all()
        assert [(r.name, r.hs_code, r.unit, r.producer) for r in rows] == [
            ("Stainless steel thali sets", "73239390", "SET", "same"),
            ("Steel bowls", "73239390", "SET", "confidential"),
        ]
    assert stage.do(actions.keep_products, owner, ref, [1, 2, 3]) == 0
    assert 'name="lines"' not in client.get(address).text


@pytest.mark.parametrize("who", ["stranger", "viewer", "officer", "agent"])
def test_others_reach_no_book_through_a_draft(stage: Stage, who: str) -> None:
    ref, client = stage.draft(), stage.client(who)
    for page in ("parties", "products"):
        assert client.get(f"/applications/{ref}/{page}").status_code == 404
    for act in ("parties/consignee", "products", "products/keeping"):
        assert post(client, f"/applications/{ref}/{act}", lines="1").status_code == 404


def test_an_agent_sees_and_keeps_nothing_of_the_firms_books(stage: Stage) -> None:
    product = stage.do(identity.add_entry, stage.actor("owner"), "products", **PRODUCT)
    mandate = stage.mandate()
    ref, client = stage.draft(stage.acting(mandate)), stage.acting_client(mandate)
    page = client.get(f"/applications/{ref}/products?use={product}").text
    assert "Thali" not in page and "Invented Maker" not in page
    assert post(client, f"/applications/{ref}/parties/consignee").status_code == 404
    assert "Keep the consignee" not in client.get(f"/applications/{ref}").text
    assert parties(stage) == []


def test_more_lines_than_a_certificate_takes_are_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.filing.rules.goods.MAX_LINES", 1)
    ref = stage.draft()
    facts = {"hs_code": "73239390"}
    with pytest.raises(Invalid, match="at most"):
        stage.do(actions.add_from_book, stage.actor("owner"), ref, [facts], 1)


def test_goods_of_another_country_claim_no_origin(stage: Stage) -> None:
    product = stage.do(identity.add_entry, stage.actor("owner"), "products", **PRODUCT)
    ref, client = stage.draft(lines=0, kind=Kind.BACK_TO_BACK), stage.client("owner")
    address = f"/applications/{ref}/products"
    assert "criterion" not in client.get(f"{address}?use={product}").text
    answer = post(client, address, use=product, after="0", **named(product, line()))
    assert answer.status_code == 303
    with stage.db() as db:
        found = application_facts(db, application_for(db, stage.actor("owner"), ref)).lines
    assert [(x.criterion, x.operations) for x in found] == [("foreign", "")]
    assert "claims Indian origin" not in client.get(f"/applications/{ref}").text
    again = post(client, address, use=product, after="0", **named(product, line()))
    assert again.status_code == 303
    with stage.db() as db:
        facts = application_facts(db, application_for(db, stage.actor("owner"), ref))
    assert len(facts.lines) == 1


def test_origin_may_be_said_afterwards(stage: Stage) -> None:
    product = stage.do(identity.add_entry, stage.actor("owner"), "products", **PRODUCT)
    ref, client = stage.draft(lines=0), stage.client("owner")
    typed = named(product, line(criterion=""))
    answer = post(client, f"/applications/{ref}/products", use=product, after="0", **typed)
    assert answer.status_code == 303
    assert "enough about why" in client.get(f"/applications/{ref}/goods").text
