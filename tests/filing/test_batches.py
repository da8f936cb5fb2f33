"""Many applications from one list under the firm's own references, and what became of them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.filing import actions as filing
from portal.filing import queries
from portal.filing.models import Application, Sheaf
from portal.filing.queries import ApplicationFacts
from tests.build import Stage, form_fields, yesterday
from tests.filing.test_sheaves import act, words

HEAD = (
    "Our Ref,Consignee,Consignee's address,Consignee country,Mode,POL,POD,Destination,"
    "Invoice No,Invoice date,Currency,Incoterm,Signatory,Designation,Place,"
    "HS,Description,Pkgs,Kind,Qty,UOM,Gross,Net,FOB,Origin"
)
MORE = ",,,,,,,,,,,,,,"


def begun(reference: str, invoice: str = "S-1", **changes: str) -> str:
    cells = {
        "consignee": "Invented Importer Limited",
        "country": "Kenya",
        "mode": "Sea",
        "pol": "innsa1",
        "day": f"{yesterday():%d.%m.%Y}",
        "currency": "usd",
        "signatory": "Invented Owner Asha",
        "hs": "73239390",
        **changes,
    }
    return (
        f"{reference},{cells['consignee']},1 Invented Quay,{cells['country']},{cells['mode']},"
        f"{cells['pol']},Mombasa,KE,{invoice},{cells['day']},{cells['currency']},fob,"
        f"{cells['signatory']},Director,Karnal,{cells['hs']},Steel thali sets,10,cartons,200,SET,"
        "150,140.5,900.50,processed"
    )


def goods(reference: str, description: str = "Spoons", hs: str = "82159900") -> str:
    return f"{reference}{MORE},{hs},{description},2,cartons,100,PCS,12,10,50,"


def send(stage: Stage, client: FlaskClient, *rows: str) -> TestResponse:
    page = client.get("/applications/lists")
    content = "\r\n".join((HEAD, *rows)).encode()
    fields: dict[str, Any] = {"file": (io.BytesIO(content), "july.csv")}
    fields["office"] = str(stage.office_id("DEL"))
    return client.post("/applications/lists", data=form_fields(page.text, **fields))


def found(stage: Stage, reference: str, who: str = "owner") -> list[ApplicationFacts]:
    with stage.db() as db:
        query = select(Application).where(Application.own_reference == reference)
        rows = db.scalars(query.order_by(Application.id)).all()
        return [queries.application_facts(db, row) for row in rows]


def count(stage: Stage) -> int:
    with stage.db() as db:
        return db.scalar(select(func.count(Application.id))) or 0


def status(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/applications/lists/status.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_rows_of_a_reference_make_one_complete_draft(stage: Stage) -> None:
    client, before = stage.client("owner"), count(stage)
    rows = (begun("A-1"), goods("A-1"), goods("", "Forks"), begun("A-2", "S-2"), goods("A-2"))
    url = send(stage, client, *rows).location
    page = words(client.get(url))
    assert "5 rows can be taken, 0 wait" in page and "Begin 2 applications" in page
    assert count(stage) == before
    assert act(client, url, "taking").status_code == 303
    (first,) = found(stage, "A-1")
    assert [line.description for line in first.lines] == ["Steel thali sets", "Spoons", "Forks"]
    assert (first.consignee_name, first.consignee_country) == ("Invented Importer Limited", "KE")
    assert (first.transport_mode, first.port_of_loading, first.incoterm) == ("sea", "INNSA1", "FOB")
    assert (first.invoice_number, first.invoice_date) == ("S-1", yesterday())
    assert first.lines[0].fob_minor == 90_050
    (second,) = found(stage, "A-2")
    assert len(second.lines) == 2
    for kind in ("invoice", "packing_list"):
        stage.attach(stage.actor("owner"), second.ref, kind)
    act(client, f"/applications/{second.ref}/goods", "1/removal")
    assert "A-1" in words(client.get(url)) and first.ref in words(client.get(url))


def test_references_with_a_wrong_row_wait_and_the_others_are_begun(stage: Stage) -> None:
    client = stage.client("owner")
    rows = (
        begun("A-1"),
        begun("A-2", country="Atlantis"),
        begun("A-3"),
        goods("A-3", hs="7323939"),
        begun("A-4", day="31.02.2026"),
        begun("A-5", mode="by camel", pol="Nowhere", currency="shells"),
    )
    url = send(stage, client, *rows, begun("A-1", consignee="Another")).location
    page = words(client.get(url))
    for remedy in (
        "“Atlantis” is no country of the list.",
        "Is the code 07323939?",
        "“31.02.2026” is not a day. Write it as 26.11.2026.",
        "sea, air, road, rail, post",
        "“Nowhere” is no customs station",
        "“shells” is no code of the list",
        "A row above says “Invented Importer Limited” for this reference.",
    ):
        assert remedy in page, remedy
    none = act(client, url, "taking")
    assert none.status_code == 422 and "No application can be made yet" in words(none)
    act(client, url, "rows", out="8")
    act(client, url, "taking")
    assert [len(found(stage, f"A-{n}")) for n in (1, 2, 3, 4)] == [1, 0, 0, 0]
    act(client, url, "rows", c3_consignee_country="Kenya", c5_hs_code="73239390")
    act(client, url, "taking")
    assert [len(found(stage, f"A-{n}")) for n in (1, 2, 3, 4)] == [1, 1, 1, 0]


def test_a_reference_that_is_there_is_told_and_left_out_or_made_again(stage: Stage) -> None:
    client = stage.client("owner")
    act(client, send(stage, client, begun("A-1")).location, "taking")
    url = send(stage, client, begun("A-1"), begun("A-2")).location
    page = words(client.get(url))
    assert "You have files under these references already: A-1" in page
    act(client, url, "taking", there="skip")
    assert [len(found(stage, ref)) for ref in ("A-1", "A-2")] == [1, 1]
    again = send(stage, client, begun("A-1")).location
    act(client, again, "taking", there="again")
    assert len(found(stage, "A-1")) == 2
    stage.do(filing.discard, stage.actor("owner"), found(stage, "A-2")[0].ref)
    third = send(stage, client, begun("A-2")).location
    assert "under these references" not in words(client.get(third))


def test_fifty_are_made_at_once_and_the_fifty_first_waits(stage: Stage) -> None:
    client, before = stage.client("owner"), count(stage)
    url = send(stage, client, *(begun(f"R-{n}", f"S-{n}") for n in range(51))).location
    page = words(client.get(url))
    assert "at most 50 applications at once" in page and "Begin 50 applications" in page
    act(client, url, "taking")
    assert count(stage) - before == 50
    assert len(status(client, f"?list={url.rpartition('/')[2]}")) == 50


def test_the_status_file_returns_the_references_with_numbers_and_times(stage: Stage) -> None:
    client = stage.client("owner")
    url = send(stage, client, begun("+1-1"), begun("B-2"), begun("B-3")).location
    act(client, url, "taking")
    (issued,) = found(stage, "B-2")
    for kind in ("invoice", "packing_list"):
        stage.attach(stage.actor("owner"), issued.ref, kind)
    number = stage.hand_in(stage.actor("owner"), issued.ref)
    rows = {row["own_reference"]: row for row in status(client)}
    assert set(rows) == {"'+1-1", "B-2", "B-3"}
    assert (rows["B-2"]["file_number"], rows["B-2"]["status"]) == (number, "submitted")
    assert rows["B-2"]["certificate_number"] == "" and rows["B-3"]["status"] == "draft"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows["B-2"]["submitted_at"])
    stage.do(filing.claim, stage.actor("officer"), number)
    from portal.certificates import actions as certificates

    certificate = stage.do(certificates.approve, stage.actor("officer"), number, stage.addresses())
    stage.run_jobs()
    rows = {row["own_reference"]: row for row in status(client, f"?list={url.rpartition('/')[2]}")}
    assert (rows["B-2"]["certificate_number"], rows["B-2"]["status"]) == (certificate, "issued")
    assert rows["B-2"]["issued_at"] and not rows["B-3"]["issued_at"]
    assert status(stage.client("stranger")) == []
    stolen = f"/applications/lists/status.csv?list={url.rpartition('/')[2]}"
    assert stage.client("stranger").get(stolen).status_code == 404


def test_an_agent_begins_its_clients_files_and_sees_its_own_lists_alone(stage: Stage) -> None:
    mandate = stage.mandate()
    agent, owner = stage.acting_client(mandate), stage.client("owner")
    firms = send(stage, owner, begun("F-1")).location
    assert agent.get(firms).status_code == 404
    assert "july.csv" not in agent.get("/applications/lists").text
    name = stage.actor("agent").name
    url = send(stage, agent, begun("G-1", signatory=name), begun("G-2")).location
    assert "never bears the agent's name" in words(agent.get(url))
    assert stage.acting_client(mandate, "agent_clerk").get(url).status_code == 404
    act(agent, url, "taking")
    assert found(stage, "G-1") == [] and found(stage, "G-2")[0].agent
    assert [row["own_reference"] for row in status(agent)] == ["G-2"]
    act(owner, firms, "taking")
    assert [row["own_reference"] for row in status(agent)] == ["G-2"]
    assert len(status(owner)) == 2


def test_an_office_that_is_not_offered_is_refused_and_nothing_is_kept(stage: Stage) -> None:
    client = stage.client("owner")
    page = client.get("/applications/lists").text
    content = (io.BytesIO(f"{HEAD}\r\n{begun('A-1')}".encode()), "x.csv")
    answer = client.post("/applications/lists", data=form_fields(page, file=content, office="9999"))
    assert answer.status_code == 422
    with stage.db() as db:
        assert db.scalars(select(Sheaf)).all() == []
