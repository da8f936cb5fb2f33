"""`flask import`: every defect of a real list, atomic, repeatable, with days that end codes."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.core.sheets import safe_cell
from portal.reference.models import HsCode, NationalLine, Place
from portal.reference.queries import hs_on, search_hs, search_places, station_name
from tests.reference.lists import LINES, Desk, killed_import

DAY = date(2026, 1, 1)


def wordings(db: Session) -> dict[str, str]:
    rows = db.execute(select(NationalLine.code, NationalLine.description))
    return {row.code: row.description for row in rows}


def count(db: Session) -> int:
    db.rollback()
    return db.scalar(select(func.count()).select_from(NationalLine)) or 0


def test_a_list_is_taken_in_and_made_readable(desk: Desk, seeded: Session) -> None:
    said = desk.said("national-lines", LINES, "2026-01-01", "--source", "an invented list")
    assert "5 rows read, 5 added, 0 corrected, 0 ended, 0 unchanged, 0 refused" in said
    found = wordings(seeded)
    assert found["09101110"] == "Ginger, fresh and invented"
    assert found["73239390"] == "Stainless steel plates, invented and cut of…"
    assert found["73239310"] == "=cmd|' /C calc'!A0"
    assert safe_cell(found["73239310"]).startswith("'=")
    assert found["22030000"] == "Beer; made from malt"
    row = seeded.get(NationalLine, ("09101110", DAY))
    assert row
    assert (row.source, row.certainty, row.valid_until) == ("an invented list", "K", None)


def test_the_same_file_again_changes_nothing(desk: Desk, seeded: Session) -> None:
    desk.said("national-lines", LINES, "2026-01-01", "--complete")
    for day in ("2026-01-01", "2026-06-01"):
        said = desk.said("national-lines", LINES, day, "--complete")
        assert "0 added, 0 corrected, 0 ended, 5 unchanged" in said


def test_every_refused_row_is_named_with_its_reason(desk: Desk) -> None:
    text = (
        "HSN Code,Description,Valid until\n"
        "0910,GINGER,\n"
        "091011,GINGER,\n"
        "99831100,Invented service,\n"
        "98010011,Invented project,\n"
        "09109914,no such subheading in 2022? it is there,\n"
        "00000000,No such subheading,\n"
        "=09101110,formula,\n"
        "1012100,zero lost,\n"
        "09101110,fine,\n"
        "09101110,again,\n"
        "09101120,day,31.02.2026\n"
        "10063020,ended by law,\n"
        ",nothing,\n"
        "09101190,cu"
    )
    said = desk.said("national-lines", text, "2026-01-01").splitlines()
    reasons = {line.split(":")[0]: line for line in said if line.startswith("row ")}
    for row, words in {
        2: "has eight digits, this has 4",
        3: "this has 6",
        4: "Chapter 99 holds services",
        5: "Chapter 98",
        7: "superseded",
        8: "not a code",
        9: "this has 7",
        11: "further up",
        12: "not a day",
        13: "ended on 30 Apr 2025",
        14: "no code",
        15: "cut: 2 of 3",
    }.items():
        assert words in reasons[f"row {row}"], reasons
    assert said[-1] == ("14 rows read, 2 added, 0 corrected, 0 ended, 0 unchanged, 12 refused")


def test_what_vanished_from_a_complete_list_ends_the_day_before(
    desk: Desk, seeded: Session
) -> None:
    desk.said("national-lines", LINES, "2026-01-01")
    shorter = LINES.replace("09101120;Ginger, invented dried\n", "")
    said = desk.said("national-lines", shorter, "2026-05-01")
    assert "0 ended" in said
    assert "1 ended" not in said
    said = desk.said(
        "national-lines", shorter + "10063012;x\n10063092;y\n", "2026-05-01", "--complete"
    )
    assert " 5 ended" in said  # the one line, and four of the seed's rice
    assert hs_on(seeded, "09101120", date(2026, 4, 30)).problem is None
    seeded.rollback()
    problem = hs_on(seeded, "09101120", date(2026, 5, 1)).problem
    assert problem
    assert problem.code == "hs_ended"
    assert "30 Apr 2026" in problem.plain()


def test_a_complete_list_with_a_cut_row_is_refused_whole(desk: Desk, seeded: Session) -> None:
    before = count(seeded)
    result = desk.take("national-lines", LINES + "0910", "2026-01-01", "--complete")
    assert result.exit_code == 1
    assert "1 rows can't be made out" in result.output
    assert count(seeded) == before


def test_a_code_that_is_split_in_two_has_its_days_and_successors(
    desk: Desk, seeded: Session
) -> None:
    desk.said("national-lines", LINES, "2026-01-01")
    split = (
        "code,description,valid_from,valid_until,successors\n"
        '09101120,"Ginger, invented dried",,2026-06-30,09101121 09101129\n'
        "09101121,Ginger sliced,2026-07-01,,\n"
        "09101129,Ginger whole,2026-07-01,,\n"
    )
    for changes in ("2 added, 1 corrected", "0 added, 0 corrected"):
        assert changes in desk.said("national-lines", split, "2026-01-02")
    assert hs_on(seeded, "09101120", date(2026, 6, 30)).checked_nationally
    problem = hs_on(seeded, "09101120", date(2026, 7, 1)).problem
    assert problem
    assert "Use one of its successors: 09101121, 09101129" in problem.plain()
    assert hs_on(seeded, "09101121", date(2026, 6, 30)).problem
    assert hs_on(seeded, "09101121", date(2026, 7, 1)).problem is None
    assert search_hs(seeded, "ginger slised", date(2026, 7, 1))[0].code == "09101121"


def test_a_surer_wording_stays(desk: Desk, seeded: Session) -> None:
    row = "code,description\n10063092,BASMATI BY HEARSAY\n"
    assert "0 corrected, 0 ended, 1 unchanged" in desk.said("national-lines", row, "2026-01-01")
    said = desk.said("national-lines", row, "2026-01-01", "--certainty", "V", "--source", "gazette")
    assert "1 corrected" in said
    assert wordings(seeded)["10063092"] == "Basmati by hearsay"


def test_a_dry_run_changes_nothing(desk: Desk, seeded: Session) -> None:
    before = count(seeded)
    said = desk.said("national-lines", LINES, "2026-01-01", "--dry-run")
    assert "would be: 5 rows read, 5 added" in said
    assert count(seeded) == before


def test_json_and_utf_16_are_read_too(desk: Desk, seeded: Session) -> None:
    entries = [{"hsn_code": "09101110", "description": "GINGER\nWRAPPED"}, {"hsn_code": "0910"}]
    assert "1 added" in desk.said("national-lines", json.dumps(entries), "2026-01-01")
    assert wordings(seeded)["09101110"] == "Ginger wrapped"
    assert "4 added" in desk.said("national-lines", LINES.encode("utf-16"), "2026-01-01")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("a,b\n1,2\n", "lacks the column code"), ("code,description\n", "no rows")],
)
def test_a_file_that_is_no_list_is_refused(desk: Desk, text: str, words: str) -> None:
    result = desk.take("national-lines", text, "2026-01-01")
    assert result.exit_code == 1
    assert words in result.output


def test_a_crash_before_the_commit_leaves_nothing(
    desk: Desk, seeded: Session, settings: Settings, tmp_path: Path
) -> None:
    before = count(seeded)
    seeded.rollback()
    marker = tmp_path / "died"
    assert killed_import(settings, desk.file(LINES), marker) == -9
    assert marker.exists()
    assert count(seeded) == before
    assert search_hs(seeded, "09101110", DAY) == []
    assert "5 added" in desk.said("national-lines", LINES, "2026-01-01")


def test_a_hundred_thousand_rows_are_read_and_most_are_refused(desk: Desk, seeded: Session) -> None:
    """14,000 sound lines among 100,000 rows; the time is printed."""
    query = select(HsCode.code).where(func.length(HsCode.code) == 6).order_by(HsCode.code)
    sixes = list(seeded.scalars(query))
    sound = [f"{six}{two}" for six in sixes for two in (11, 19, 90)][:14_000]
    lines = [f"{code},Invented goods number {code}" for code in sound]
    lines += [f"{n:04d},heading" for n in range(86_000)]
    text = "code,description\n" + "\n".join(lines) + "\n"
    started = time.process_time()
    said = desk.said("national-lines", text, "2026-01-01")
    print(f"14,000 of 100,000 rows: {time.process_time() - started:.1f} s CPU")
    last = said.splitlines()[-1]
    assert last.startswith("100000 rows read, ")
    assert "0 corrected, 0 ended" in last
    said = desk.said("national-lines", text, "2026-01-01")
    assert "rows read, 0 added, 0 corrected, 0 ended" in said


def test_places_torn_at_their_comma_are_mended_and_malformed_ones_refused(
    desk: Desk, seeded: Session
) -> None:
    head = "unlocode,country,location,name,name_ascii,subdivision,status,function,iata,lat,lon\n"
    text = head + (
        "INXQA,IN,XQA,Inventedpur,Inventedpur,GJ,RL,1--4----,,1.0,2.0\n"
        'BSXQB,BS,XQB,"""Freetown"," Invented Island""","""Freetown"," Invented Island""",,'
        "1--4----,24.7,-77.7\n"
        "INXQC,IN,XQC,Nofunction,Nofunction,GJ,RL,42,,1.0,2.0\n"
        "INXQA,IN,XQA,Inventedpur twice,,GJ,RL,1-------,,1.0,2.0\n"
    )
    said = desk.said("unlocode", text, "2026-01-01")
    assert "malformed: “42”" in said
    assert "further up" in said
    assert "4 rows read, 2 added" in said
    place = seeded.get(Place, ("BSXQB", DAY))
    assert place
    assert (place.name, place.functions) == ("Freetown, Invented Island", "1--4----")
    assert search_places(seeded, "inventdpur")[0].code == "INXQA"
    assert "0 added, 0 corrected" in desk.said("unlocode", text, "2026-01-01")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("countries", "code,name\nXQ,Inventedland\n"),
        ("currencies", "code,name,exponent\nXQQ,Invented Crown,2\n"),
        ("units", "uqc,name\nXQQ,Invented unit\n"),
        ("packages", "code,name\nXQ,invented crate\n"),
        ("incoterms", "code,name\nXQQ,Invented term\n"),
        ("stations", "customs_code,name,state_iso,kind\nINXQ11,Invented Sea,GJ,SEA\n"),
    ],
)
def test_each_list_has_its_importer(desk: Desk, kind: str, text: str) -> None:
    assert "1 rows read, 1 added" in desk.said(kind, text, "2026-01-01")
    assert "0 added, 0 corrected, 0 ended, 1 unchanged" in desk.said(kind, text, "2026-02-01")


def test_an_ended_station_keeps_its_name(desk: Desk, seeded: Session) -> None:
    text = (
        "customs_code,name,state_iso,kind,valid_until,successors\n"
        "INNSA1,Nhava Sheva (JNPT) Sea,MH,SEA,2026-03-31,INBOM1\n"
    )
    assert "1 corrected" in desk.said("stations", text, "2026-01-01")
    assert station_name(seeded, "INNSA1", date(2026, 9, 1)) == "Nhava Sheva (JNPT) Sea"
