"""Branches, consignees and signatories: kept once, checked as a draft would, used by one choice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core.errors import Invalid
from portal.filing.models import Application
from portal.identity import actions
from portal.identity.models import Branch, Party, Signatory
from tests.build import Stage, form_fields

RIGHT: dict[str, dict[str, str]] = {
    "parties": {
        "name": "Invented Importer",
        "address": "9 Invented Pier\r\nNowhere",
        "country": "KE",
    },
    "signatories": {
        "name": "Invented Signatory Bhanu",
        "designation": "Manager",
        "place": "Karnal",
    },
    "branches": {
        "name": "Factory",
        "address": "2 Invented Mill Road",
        "city": "Karnal",
        "state": "06",
        "pin": "132001",
        "gstin": "06zzzcs0001a1zq",
    },
}


def send(client: FlaskClient, kind: str, entry: str = "", **changes: str) -> Any:
    """Send the form of a book's page."""
    address = f"/firm/books/{kind}" + (f"/{entry}" if entry else "")
    fields = form_fields(client.get(address).text, **{**RIGHT[kind], **changes})
    return client.post(address, data=fields)


@pytest.mark.parametrize("kind", sorted(RIGHT))
def test_an_entry_is_added_changed_and_archived(stage: Stage, kind: str) -> None:
    client, name = stage.client("preparer"), RIGHT[kind]["name"]
    assert send(client, kind).status_code == 303
    page = client.get(f"/firm/books/{kind}").text
    assert f"<strong>{name}</strong>" in page
    found = re.search(rf"/firm/books/{kind}/([0-9A-Z]{{10}})\"", page)
    assert found
    entry = found.group(1)
    assert send(client, kind, entry, name=f"{name} Anew").status_code == 303
    assert f"{name} Anew" in client.get(f"/firm/books/{kind}").text
    assert f"{name} Anew" not in stage.client("stranger").get(f"/firm/books/{kind}").text
    archive = form_fields(page)
    assert client.post(f"/firm/books/{kind}/{entry}/archive", data=archive).status_code == 303
    assert f"{name} Anew" not in client.get(f"/firm/books/{kind}").text
    assert f"{name} Anew" in client.get(f"/firm/books/{kind}?archived=1").text
    for gone in (f"/firm/books/{kind}/{entry}", f"/firm/books/{kind}/{entry}/archive"):
        assert client.post(gone, data={**archive, **RIGHT[kind]}).status_code == 404
    assert send(client, kind, name=f"{name} Anew").status_code == 303


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("parties", {"name": " "}, "Type the consignee"),
        ("parties", {"country": ""}, "Choose the consignee"),
        ("parties", {"country": "XX"}, "Not a valid choice"),
        ("parties", {"name": "आयातक"}, "print these characters"),
        ("parties", {"address": "1\n2\n3\n4\n5\n6"}, "At most 5 lines fit"),
        ("parties", {"address": "To 2345 6789 0124"}, "looks like an Aadhaar number"),
        ("signatories", {"name": "Invented\u200b Asha"}, "U+200B ZERO WIDTH SPACE"),
        ("signatories", {"designation": ""}, "Type the designation"),
        ("branches", {"pin": "13200"}, "A PIN code has six digits"),
        ("branches", {"gstin": "06ZZZCS0001A1ZZ"}, "one of the fifteen is mistyped"),
        ("branches", {"gstin": "09ZZZFS0002B1ZB"}, "The GSTIN holds the PAN ZZZFS0002B"),
        ("branches", {"state": "07"}, "The GSTIN begins with 06 (Haryana)"),
        ("branches", {"state": ""}, "Choose the state"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_kept(
    stage: Stage, kind: str, changes: dict[str, str], said: str
) -> None:
    answer = send(stage.client("owner"), kind, **changes)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    kept = {"parties": "9 Invented Pier", "signatories": "Karnal", "branches": "Karnal"}[kind]
    assert kept in answer.text or "address" in changes
    with stage.db() as db:
        for model in (Branch, Party, Signatory):
            assert db.scalars(select(model.id)).all() == []


def test_a_name_stands_once_in_a_firms_book(stage: Stage) -> None:
    stage.party()
    answer = send(stage.client("owner"), "parties", name="INVENTED  importer.")
    assert answer.status_code == 422
    assert "This name is in the book already" in answer.text
    stage.party("stranger")
    stage.party(name="Invented Importer Two")
    other = stage.party(name="Invented Importer Three")
    assert send(stage.client("owner"), "parties", other).status_code == 422


def test_a_book_is_not_endless(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.identity.actions.books.MOST_ENTRIES", 1)
    stage.party()
    with pytest.raises(Invalid, match="at most"):
        stage.party(name="Another Invented Importer")


def test_a_consignee_and_a_signatory_fill_in_a_draft(stage: Stage) -> None:
    client, ref = stage.client("owner"), stage.draft()
    party = stage.party()
    signatory = stage.do(
        actions.add_entry, stage.actor("owner"), "signatories", **RIGHT["signatories"]
    )
    for name, entry, words in (
        ("consignee", party, ("Invented Importer", "9 Invented Pier")),
        ("declaration", signatory, ("Invented Signatory Bhanu", "Manager")),
    ):
        address = f"/applications/{ref}/sections/{name}"
        panel = client.get(f"{address}?use={entry}").text.split('id="panel"')[1]
        for text in words:
            assert text in panel
        untouched = client.get(f"{address}?use=0000000000").text.split('id="panel"')[1]
        assert words[1] not in untouched
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.ref == ref)).one()
        assert row.consignee_name == "Specimen Consignee Limited"
        assert row.signatory == "Invented Owner Asha"


def test_an_agent_is_offered_the_signatories_and_not_the_consignees(stage: Stage) -> None:
    party = stage.party()
    entry = stage.do(actions.add_entry, stage.actor("owner"), "signatories", **RIGHT["signatories"])
    mandate = stage.mandate()
    client, ref = stage.acting_client(mandate), stage.draft(stage.acting(mandate))
    sections = f"/applications/{ref}/sections"
    assert "Invented Importer" not in client.get(f"{sections}/consignee?use={party}").text
    assert "Invented Signatory Bhanu" in client.get(f"{sections}/declaration?use={entry}").text
    assert client.get("/firm/books").status_code == 403
    assert client.get("/firm/books/parties").status_code == 404


def test_whoever_only_reads_sees_the_books_without_their_forms(stage: Stage) -> None:
    stage.party()
    page = stage.client("viewer").get("/firm/books/parties").text
    assert "Invented Importer" in page
    assert "Add an entry" not in page and "Archive" not in page
