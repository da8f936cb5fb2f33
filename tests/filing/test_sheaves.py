"""Many goods lines from one list: seen before they are taken, corrected in place, never lost."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.filing.actions.exporter import missing
from portal.filing.models import GoodsLine, Invoice, Sheaf
from portal.filing.queries import application_facts, application_for
from portal.filing.rules.kinds import Kind
from tests.build import Stage, form_fields, yesterday
from tests.filing.browsing import filled

HEAD = (
    "ITC HS;Description of goods;Marks;No. of Pkgs;Kind of packages;Qty;UOM;Gross Wt;Net Wt;"
    "FOB Value;Origin"
)
ROW = (
    "73239390;Steel thali sets;SPECIMEN 1-10;10;cartons;200;SET;150;140.5;900.00;"
    "made from Indian inputs"
)
OPTIONAL = ("vessel", "departs_on")


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
    assert first.criterion == "made_from_indian_inputs"
    assert (second.position, second.quantity, second.unit) == (2, 1_000, "PCS")


WRONG = (
    "7323939;Steel;;10;cartons;200;SET;150;140.5;900.00;",
    "73239390;;;10;cartons;200;SET;150;140.5;900.00;",
    "73239390;Steel;;ten;cartons;200;SET;150;140.5;900.00;",
    "73239390;Steel;;10;;200;SET;150;140.5;900.00;",
    "73239390;Steel;;10;cartons;-2;SET;150;140.5;900.00;",
    "73239390;Steel;;10;cartons;200;furlongs;150;140.5;900.00;",
    "73239390;Steel;;10;cartons;200;SET;140;150.5;900.00;",
    "73239390;Steel;;10;cartons;200;SET;150;140.5;INR 900.00;",
    "73239390;Steel;;10;cartons;200;SET;150;140.5;900.00;because I say so",
    "7.3239E+07;Steel;;10;cartons;200;SET;150;140.5;900.00;",
    "=1+1;=HYPERLINK(0);;10;cartons;200;SET;150;140.5;900.00;",
)
REMEDIES = (
    "Seven digits: a spreadsheet drops a 0 in front. Is the code 07323939?",
    "This has to be filled in.",
    "Only digits, commas and a point can stand here; “t” can't.",
    "Write the figure without a plus or minus.",
    "“furlongs” is no unit here. Choose its code",
    "The gross weight, 140 kg, is below the net weight, 150.5 kg.",
    "The value is in INR, the invoice in USD.",
    "“because I say so” is none of: wholly obtained",
    "A spreadsheet shortened this code, its last digits are lost.",
    "A formula stands here and is never run.",
)


def test_wrong_cells_stand_first_each_with_its_remedy(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    url = send(client, ref, listed(ROW, *WRONG)).location
    page = client.get(url)
    said = words(page)
    assert "1 row can be taken, 11 wait for corrections" in said
    for remedy in REMEDIES:
        assert remedy in said, remedy
    assert re.findall(r'<tr id="row-(\d+)"', page.text)[-1] == "2"
    assert 'value="furlongs"' in page.text and 'value="=1+1"' in page.text
    assert "11 rows wait for corrections" in words(client.get(f"/applications/{ref}/goods"))
    act(client, url, "taking")
    assert [line.position for line in lines(stage, ref)] == [1]
    assert "0 rows can be taken, 11 wait for corrections, 1 was taken" in words(client.get(url))


def test_cells_are_corrected_on_the_page_one_row_or_many_and_stay_as_typed(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    url = send(client, ref, listed(*WRONG)).location
    some = act(client, url, "rows", c4_packages="10", c7_unit="still wrong", c6_quantity="1,00,000")
    assert some.status_code == 303
    page = client.get(url)
    assert "1 row can be taken, 10 wait" not in words(page)
    assert 'value="still wrong"' in page.text
    # A colleague goes on elsewhere, after a new sign-in.
    other = stage.client("preparer")
    fixes = {
        "c2_hs_code": "73239390",
        "c3_description": "Steel",
        "c5_package_kind": "cartons",
        "c7_unit": "set",
        "c8_gross_weight": "151",
        "c9_fob": "900",
        "c10_criterion": "",
        "c11_hs_code": "7323 93 90",
        "c12_hs_code": "73239390",
        "c12_description": "=SUM is a brand",
    }
    act(other, url, "rows", **fixes)
    assert "10 rows can be taken, 1 waits" in words(other.get(url))
    act(other, url, "rows", out="12")
    assert "10 rows can be taken, 0 wait for corrections, 1 is left out" in words(other.get(url))
    act(other, url, "rows", c12_description="Brand", back="12")
    assert act(other, url, "taking").location == f"/applications/{ref}/goods"
    made = lines(stage, ref)
    assert len(made) == 11
    assert made[4].quantity == 100_000_000 and made[-1].description == "Brand"
    assert sheaf(stage, url.rpartition("/")[2]).done_at is not None


def whole(page: TestResponse, line: int) -> dict[str, str]:
    """All cells of an opened row as its form shows them."""
    names = re.findall(rf'name="(c{line}_\w+)"', page.text)
    found = {}
    for name in names:
        field = re.search(
            rf'<(?:input[^>]*name="{name}"[^>]*value="([^"]*)"|textarea[^>]*name="{name}"[^>]*>\s?'
            r"([^<]*)<)",
            page.text,
        )
        found[name] = html.unescape(field[1] or field[2] or "") if field else ""
    return found


def test_correcting_one_cell_reads_no_other_one_anew(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    row = "73239390;;;10;cartons;12,5;SET;2,345;1,234;900,50;"
    url = send(client, ref, listed(row)).location
    page = client.get(f"{url}?row=2")
    typed = whole(page, 2)
    assert typed["c2_net_weight"] == "1,234"
    client.post(
        f"{url}/rows", data=form_fields(page.text, **{**typed, "c2_description": "Thali sets"})
    )
    act(client, url, "taking")
    (line,) = lines(stage, ref)
    assert (line.description, line.net_weight, line.fob_minor) == ("Thali sets", 1_234, 90_050)


def test_what_was_asked_about_a_cell_is_asked_until_it_is_answered(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    row = "73239390;Steel;;10;cartons;1,234;SET;2;1;5;"
    url = send(client, ref, listed(row, row)).location
    assert words(client.get(url)).count("Is this 1234, or 1 and decimals?") == 2
    # The page sends both rows, of which one was put right.
    act(client, url, "rows", c2_quantity="1234", c3_quantity="1,234")
    said = words(client.get(url))
    assert "1 row can be taken, 1 waits" in said and "Is this 1234, or 1 and decimals?" in said


def test_a_torn_row_is_right_once_it_was_looked_at_as_a_whole(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    long = f"{ROW};beyond"
    url = send(client, ref, listed(long, long)).location
    act(client, url, "rows", c2_hs_code="73239390", c3_hs_code="73239390")
    assert "0 rows can be taken, 2 wait" in words(client.get(url))
    page = client.get(f"{url}?row=2")
    client.post(f"{url}/rows", data=form_fields(page.text, **whole(page, 2)))
    assert "1 row can be taken, 1 waits" in words(client.get(url))


def test_a_lost_zero_is_put_back_in_all_rows_at_once(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    rows = [ROW.replace("73239390", code) for code in ("9101110", "4061000", "4069000", "9101120")]
    url = send(client, ref, listed(*rows)).location
    assert "Put the 0 in front of 4 codes of seven digits" in words(client.get(url))
    act(client, url, "rows", suggested="hs_code")
    act(client, url, "taking")
    found = [line.hs_code for line in lines(stage, ref)]
    assert found == ["09101110", "04061000", "04069000", "09101120"]


def test_lines_are_added_after_those_that_are_there_or_put_in_their_place(stage: Stage) -> None:
    ref, client = stage.draft(lines=2), stage.client("owner")
    url = send(client, ref, listed(ROW)).location
    page = words(client.get(url))
    assert "In the draft now 2 20 300 280" in page and "Together 3 30 450 420.5" in page
    act(client, url, "taking", mode="add")
    assert [line.position for line in lines(stage, ref)] == [1, 2, 3]
    again = send(client, ref, listed(ROW, ROW)).location
    act(client, again, "taking", mode="replace")
    made = lines(stage, ref)
    assert [(line.position, line.description) for line in made] == [
        (1, "Steel thali sets"),
        (2, "Steel thali sets"),
    ]


def test_more_than_a_thousand_lines_are_refused_and_the_list_stays(stage: Stage) -> None:
    ref, client = stage.draft(lines=1), stage.client("owner")
    refused = send(client, ref, listed(*[ROW] * 1001))
    assert refused.status_code == 422 and "1001 rows; 1,000 can be taken" in words(refused)
    url = send(client, ref, listed(*[ROW] * 1000)).location
    answer = act(client, url, "taking", mode="add")
    assert answer.status_code == 422 and "this would be 1,001" in words(answer)
    assert len(lines(stage, ref)) == 1
    act(client, url, "taking", mode="replace")
    assert len(lines(stage, ref)) == 1000


def test_a_list_without_a_head_is_asked_about(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    text = "73239390\tThali sets\t10\tcartons\t200\tSET\t150\t140.5\t900\r\n" * 2
    url = paste(client, ref, text).location
    asked = client.get(url)
    assert asked.location == f"{url}/columns"
    page = client.get(f"{url}/columns")
    assert "Column 2: Thali sets · Thali sets" in words(page)
    names = "hs_code description packages package_kind quantity unit gross_weight net_weight"
    fields = {f"column{place}": name for place, name in enumerate(names.split())}
    twice = client.post(
        f"{url}/columns", data=form_fields(page.text, **fields, column8="net_weight")
    )
    assert twice.status_code == 422 and "can't both be “Net weight in kg”" in words(twice)
    named = client.post(f"{url}/columns", data=form_fields(page.text, **fields, column8="fob"))
    assert named.status_code == 303
    act(client, url, "taking")
    assert [line.fob_minor for line in lines(stage, ref)] == [90_000, 90_000]


def test_a_list_of_one_row_is_not_its_own_head(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    url = paste(client, ref, "73239390\tThali sets\t10").location
    page = client.get(f"{url}/columns")
    fields = {"column0": "hs_code", "column1": "description", "head": "y"}
    refused = client.post(f"{url}/columns", data=form_fields(page.text, **fields))
    assert refused.status_code == 422 and "no rows below its head" in words(refused)
    del fields["head"]
    again = client.post(f"{url}/columns", data=form_fields(page.text, **fields))
    assert again.status_code == 303 and "1 waits" in words(client.get(url))


def test_the_same_list_twice_warns(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    first = send(client, ref, listed(ROW), "june.csv").location
    assert "was brought in before" not in words(client.get(first))
    act(client, first, "taking")
    again = send(client, ref, listed(ROW), "june again.csv").location
    assert "The same list was brought in before, as “june.csv”." in words(client.get(again))
    other = stage.draft(lines=0)
    elsewhere = send(client, other, listed(ROW)).location
    assert "was brought in before" not in words(client.get(elsewhere))


def test_an_empty_criterion_is_taken_and_named_as_missing(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    act(
        client,
        send(client, ref, listed(ROW.replace("made from Indian inputs", ""))).location,
        "taking",
    )
    assert lines(stage, ref)[0].criterion == ""
    page = words(client.get(f"/applications/{ref}"))
    assert "say why the goods originate in India" in page
    assert client.get(f"/applications/{ref}/goods").status_code == 200


def test_lines_of_a_back_to_back_application_are_of_another_country(stage: Stage) -> None:
    ref, client = stage.draft(lines=0, kind=Kind.BACK_TO_BACK), stage.client("owner")
    act(client, send(client, ref, listed(ROW)).location, "taking")
    assert [line.criterion for line in lines(stage, ref)] == ["foreign"]


def test_a_draft_without_an_invoice_takes_the_number_that_all_lines_name(stage: Stage) -> None:
    ref, client = stage.draft(lines=0, invoice_number=""), stage.client("owner")
    content = listed(f"{ROW};INV/7", f"{ROW};INV/7").replace(b"Origin\r", b"Origin;Inv No\r")
    act(client, send(client, ref, content).location, "taking")
    with stage.db() as db:
        assert application_for(db, stage.actor("owner"), ref).invoice_number == "INV/7"
    third = listed(f"{ROW};INV/8").replace(b"Origin\r", b"Origin;Inv No\r")
    page = words(client.get(send(client, ref, third).location))
    assert "The application has no invoice INV/8, only INV/7." in page


@pytest.mark.parametrize("number", ["=1+1", "7" * 61, "चालान 7", "---"])
def test_a_number_that_is_none_is_asked_about_before_the_draft_takes_it(
    stage: Stage, number: str
) -> None:
    ref, client = stage.draft(lines=0, invoice_number=""), stage.client("owner")
    content = listed(f"{ROW};{number}").replace(b"Origin\r", b"Origin;Inv No\r")
    url = send(client, ref, content).location
    assert "0 rows can be taken, 1 waits" in words(client.get(url))
    act(client, url, "rows", c2_invoice="INV/7")
    assert act(client, url, "taking").location == f"/applications/{ref}/goods"
    with stage.db() as db:
        assert application_for(db, stage.actor("owner"), ref).invoice_number == "INV/7"


def test_a_line_stands_on_its_invoice_also_where_the_first_is_not_typed_yet(stage: Stage) -> None:
    ref, client = stage.draft(lines=0, invoice_number=""), stage.client("owner")
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        for position, number in ((2, "INV/8"), (3, "INV/9")):
            its = {"application_id": row.id, "position": position, "number": number}
            db.add(Invoice(dated=yesterday(), **its))
        db.commit()
    content = listed(f"{ROW};INV/9").replace(b"Origin\r", b"Origin;Inv No\r")
    act(client, send(client, ref, content).location, "taking")
    assert [line.invoice for line in lines(stage, ref)] == [3]


def test_nobody_else_sees_a_list_or_adds_to_a_file(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    url = send(client, ref, listed(ROW)).location
    fields = form_fields(client.get(url).text)
    for who, status in (("stranger", 404), ("viewer", 404), ("officer", 404), ("agent", 404)):
        other = stage.client(who)
        token = form_fields(other.get("/seat").text)
        assert other.get(url).status_code == status, who
        assert other.get(f"/applications/{ref}/lists").status_code == status, who
        for what in ("rows", "taking", "disposal", "columns"):
            assert other.post(f"{url}/{what}", data=token).status_code == status, (who, what)
    assert client.post(f"{url}/taking", data=fields).status_code == 303
    assert len(lines(stage, ref)) == 1


def test_a_submitted_file_takes_no_lines_any_more(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    url = send(client, ref, listed(ROW)).location
    fields = form_fields(client.get(url).text)
    stage.hand_in(stage.actor("owner"), ref)
    assert client.post(f"{url}/taking", data=fields).status_code == 409
    assert "Nothing can be changed in this list any more." in words(client.get(url))


def test_an_agent_brings_lines_into_the_files_that_it_began_alone(stage: Stage) -> None:
    mandate = stage.mandate()
    agent = stage.acting_client(mandate)
    theirs, own = stage.draft(lines=0), stage.draft(stage.acting(mandate), lines=0)
    assert agent.get(f"/applications/{theirs}/lists").status_code == 404
    firms = send(stage.client("owner"), theirs, listed(ROW)).location
    assert agent.get(firms).status_code == 404
    url = send(agent, own, listed(ROW)).location
    act(agent, url, "taking")
    assert len(lines(stage, own)) == 1


def test_the_template_is_read_as_it_is_and_its_examples_are_set_aside(stage: Stage) -> None:
    ref, client = stage.draft(lines=0), stage.client("owner")
    for ending in ("csv", "xlsx"):
        example = client.get(f"/applications/lists/examples/lines.{ending}")
        assert example.status_code == 200
        page = words(client.get(send(client, ref, example.data, f"lines.{ending}").location))
        assert "0 rows can be taken, 0 wait for corrections, 3 are left out" in page
        edited = example.data.replace(b"INVENTED EXAMPLE: ", b"")
        if ending == "csv":
            url = send(client, ref, edited).location
            assert "3 rows can be taken, 0 wait" in words(client.get(url))
    assert client.get("/applications/lists/examples/lines.exe").status_code == 404


def test_sixty_lines_by_upload_ask_a_new_user_for_few_fields(stage: Stage) -> None:
    """Every field that is filled in from the start page to a draft that lacks nothing."""
    client, typed = stage.client("owner"), 1
    page = client.get("/applications/new")
    office = str(stage.office_id("DEL"))
    begun = client.post("/applications", data=form_fields(page.text, office=office))
    ref = begun.location.split("/")[2]
    for address, fields in filled().items():
        if address == "goods":
            continue
        needed = {name: text for name, text in fields.items() if name not in OPTIONAL}
        url = f"/applications/{ref}/{address}"
        blank = dict.fromkeys(fields.keys() & set(OPTIONAL), "")
        page = client.get(url)
        answer = client.post(url, data=form_fields(page.text, **needed, **blank))
        assert answer.status_code == 303, (address, words(answer))
        typed += len(needed)
    sent = send(client, ref, listed(*[ROW] * 60))
    typed += 1
    act(client, sent.location, "taking")
    for kind in ("invoice", "packing_list"):
        stage.attach(stage.actor("owner"), ref, kind)
        typed += 1
    with stage.db() as db:
        facts = application_facts(db, application_for(db, stage.actor("owner"), ref))
        assert missing(db, facts) == () and len(facts.lines) == 60
    print(f"typed fields for sixty lines by upload: {typed}")
    assert typed <= 25
