"""Many offices at once: wrong cells in place, partial acceptance, no doubles, hostile files."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.agencies import actions, queries
from portal.agencies.models import Agency, Office, Upload
from portal.agencies.uploading import COLUMNS
from portal.core.errors import Missing
from portal.identity.models import Invitation
from tests.build import Stage, form_fields

HEAD = list(COLUMNS)
CITIES = ("Pune", "Nagpur", "Nashik", "Thane", "Solapur")


def row(number: int, **changes: str) -> list[str]:
    """An invented office in Maharashtra with one officer."""
    letters = chr(65 + number // 26) + chr(65 + number % 26)
    cells = {
        "office_code": f"Z{letters}",
        "office_name": f"Invented office {number}",
        "address": f"{number} Invented Road",
        "city": CITIES[number % len(CITIES)],
        "state": "maharashtra",
        "officer_email": f"officer{number}@many.example",
        "officer_name": "Invented Officer",
        "officer_role": "officer",
        "officer_designation": "Issuing Officer",
        **changes,
    }
    return [cells.get(name, "") for name in HEAD]


def csv_of(*rows: list[str], separator: str = ",", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(separator.join(cells) for cells in (HEAD, *rows)).encode(encoding)


def xlsx_of(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for cells in (HEAD, *rows):
        book.active.append(cells)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def send(stage: Stage, content: bytes, name: str = "offices.csv") -> Any:
    client = stage.client("administrator")
    page = client.get("/agency/uploads")
    fields = form_fields(page.text, file=(io.BytesIO(content), name))
    return client, client.post("/agency/uploads", data=fields)


def offices(stage: Stage) -> int:
    with stage.db() as db:
        return db.scalar(select(func.count(Office.id))) or 0


def invited(stage: Stage) -> int:
    with stage.db() as db:
        return db.scalar(select(func.count(Invitation.id))) or 0


@pytest.mark.parametrize(
    "content",
    [
        csv_of(*[row(n) for n in range(20)]),
        csv_of(*[row(n) for n in range(20)], separator=";", encoding="utf-16"),
        xlsx_of(*[row(n) for n in range(20)]),
    ],
    ids=["csv", "semicolons in utf-16", "xlsx"],
)
def test_twenty_offices_are_opened_once_and_again_without_doubles(
    stage: Stage, content: bytes
) -> None:
    before = offices(stage)
    client, answer = send(stage, content)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "0 of 20 rows are done, 20 can be taken, 0 have wrong cells" in page.text
    assert offices(stage) == before
    taken = client.post(f"{answer.location}/taking", data=form_fields(page.text))
    assert taken.status_code == 303
    assert "20 of 20 rows are done" in client.get(answer.location).text
    assert (offices(stage) - before, invited(stage)) == (20, 20)
    client, again = send(stage, content)
    page = client.get(again.location)
    assert "20 of 20 rows are done, 0 can be taken" in page.text
    assert "there already" in page.text
    client.post(f"{again.location}/taking", data=form_fields(page.text))
    assert (offices(stage) - before, invited(stage)) == (20, 20)


def test_wrong_cells_are_named_corrected_and_the_sound_rows_taken_meanwhile(stage: Stage) -> None:
    rows = [
        row(0),
        row(1, office_code="p1"),
        row(2, state="Atlantis"),
        row(3, gstin="06ZZZCS0001A1ZQ"),
        row(4, officer_email="nobody"),
        row(5, officer_role="king"),
        row(6, address=""),
        row(7, officer_designation=""),
    ]
    client, answer = send(stage, csv_of(*rows))
    page = client.get(answer.location).text
    assert "1 can be taken, 7 have wrong cells" in page
    for said in (
        "2 to 6 capital letters",
        "Choose a state",
        "begins with 27",
        "looks like name@example.in",
        "“king” is no role",
        "has to be filled in",
    ):
        assert said in page, said
    client.post(f"{answer.location}/taking", data=form_fields(page))
    assert (
        "1 of 8 rows are done, 0 can be taken, 7 have wrong cells"
        in client.get(answer.location).text
    )
    one = f"{answer.location}/rows/3"
    form = client.get(one)
    assert "2 to 6 capital letters" in form.text and 'value="p1"' in form.text.lower()
    cells = dict(zip(HEAD, row(1), strict=True))
    still = client.post(one, data=form_fields(form.text, **{**cells, "office_code": "q2"}))
    assert still.status_code == 422
    assert 'value="Invented office 1"' in still.text
    assert client.post(one, data=form_fields(form.text, **cells)).status_code == 303
    assert "1 can be taken, 6 have wrong cells" in client.get(answer.location).text
    omission = client.post(f"{answer.location}/rows/4/omission", data=form_fields(form.text))
    assert omission.status_code == 303
    assert "5 have wrong cells" in client.get(answer.location).text


def test_several_officers_of_one_office_need_say_it_once(stage: Stage) -> None:
    before = offices(stage)
    second = row(0, officer_email="second@many.example")
    other = row(0, officer_email="third@many.example", city="Elsewhere")
    client, answer = send(stage, csv_of(row(0), second, other))
    page = client.get(answer.location)
    assert "2 can be taken, 1 have wrong cells" in page.text
    assert "A row above says otherwise" in page.text
    client.post(f"{answer.location}/taking", data=form_fields(page.text))
    assert (offices(stage) - before, invited(stage)) == (1, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02", ""),
        (b"PK\x03\x04 no workbook", "can&#39;t be opened"),
        (b"name,place\r\nx,y\r\n", "names none of the columns"),
        (",".join(HEAD).encode(), "no rows"),
        (csv_of(*[row(n % 600) for n in range(600)]), "more than 500 rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused(stage: Stage, content: bytes, said: str) -> None:
    _client, answer = send(stage, content)
    assert answer.status_code == 422
    assert said in answer.text
    with stage.db() as db:
        assert db.scalars(select(Upload.id)).all() == []


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(stage: Stage) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    _client, answer = send(stage, kept.getvalue(), "bomb.xlsx")
    assert answer.status_code == 422
    assert "too large" in answer.text


def test_a_formula_is_text_and_nothing_more(stage: Stage) -> None:
    bad = row(0, office_name="=cmd|' /C calc'!A0")
    client, answer = send(stage, csv_of(bad))
    page = client.get(answer.location)
    assert "=cmd|&#39; /C calc&#39;!A0" in page.text
    book = xlsx_of(row(1, office_name="=1+1"))
    client, answer = send(stage, book, "formula.xlsx")
    assert "has to be filled in" in client.get(answer.location).text


def test_thousands_of_rows_are_refused_early(stage: Stage) -> None:
    line = ",".join(row(1)).encode()
    content = b"\r\n".join([",".join(HEAD).encode(), *[line] * 3_000])
    _client, answer = send(stage, content)
    assert answer.status_code == 422


def test_a_list_of_another_agency_is_not_found(stage: Stage) -> None:
    _client, answer = send(stage, csv_of(row(0)))
    ref = answer.location.rsplit("/", 1)[1]
    mine = stage.actor("administrator")
    with stage.db() as db:
        theirs = select(Agency.id).where(Agency.code == "SPEF")
        seat = replace(mine.seat, id=db.scalar(theirs))
    other = replace(mine, seat=seat)
    with pytest.raises(Missing):
        stage.do(actions.take_rows, other, ref)
    with stage.db() as db, pytest.raises(Missing):
        queries.upload(db, other, ref)


def test_the_template_is_a_list_that_can_be_sent_in(stage: Stage) -> None:
    client = stage.client("administrator")
    template = client.get("/agency/uploads/template.csv")
    assert "attachment" in template.headers["Content-Disposition"]
    client, answer = send(stage, template.data)
    assert "1 can be taken" in client.get(answer.location).text
    assert re.search(r"PUN", client.get(answer.location).text)
