"""Codes as of a day, the search over them, the public page, and the seed that is laid once."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.tx import write
from portal.reference import queries
from portal.reference.actions import rebuild_index, seed
from portal.reference.models import Country, Edition, Package, Station
from tests.build import Stage

TODAY = date(2026, 11, 23)


def test_a_code_of_today_holds_and_an_ended_one_names_its_successors(seeded: Session) -> None:
    assert queries.hs_on(seeded, "10063092", TODAY).checked_nationally
    for day, ended in ((date(2025, 4, 30), False), (date(2025, 5, 1), True)):
        problem = queries.hs_on(seeded, "10063020", day).problem
        assert bool(problem) is ended
    assert problem
    assert problem.code == "hs_ended"
    assert "10063012, 10063092" in problem.plain()


def test_what_no_list_covers_is_judged_by_its_subheading(seeded: Session) -> None:
    answer = queries.hs_on(seeded, "73239390")
    assert answer.problem is None
    assert not answer.checked_nationally
    assert answer.description


def test_what_is_in_no_list_is_refused(seeded: Session) -> None:
    codes = {"00000000": "hs_unknown", "10063055": "hs_not_in_tariff"}
    for code, reason in codes.items():
        problem = queries.hs_on(seeded, code, TODAY).problem
        assert problem
        assert problem.code == reason


@pytest.mark.parametrize(
    ("kind", "code", "last", "successor"),
    [
        ("countries", "AN", date(2010, 12, 14), "CW"),
        ("currencies", "BGN", date(2025, 12, 31), "EUR"),
        ("incoterms", "DAT", date(2019, 12, 31), "DPU"),
    ],
)
def test_every_list_knows_what_ended(
    seeded: Session, kind: str, code: str, last: date, successor: str
) -> None:
    assert queries.check_code(seeded, kind, code, last) is None
    problem = queries.check_code(seeded, kind, code, last + timedelta(days=1))
    assert problem
    assert problem.code == "code_ended"
    assert successor in problem.plain()
    lists = {
        "countries": queries.countries,
        "currencies": queries.currencies,
        "incoterms": queries.incoterms,
    }
    assert code in dict(lists[kind](seeded, last))
    assert code not in dict(lists[kind](seeded, last + timedelta(days=1)))


def test_a_code_of_tomorrow_and_an_unknown_one_are_told_apart(seeded: Session) -> None:
    early = queries.check_code(seeded, "incoterms", "DPU", date(2019, 1, 1))
    unknown = queries.check_code(seeded, "incoterms", "QQQ")
    assert early and early.code == "code_not_yet"
    assert unknown and unknown.code == "code_unknown"


def test_ended_codes_still_have_their_names(seeded: Session) -> None:
    assert queries.country_name(seeded, "AN") == "Netherlands Antilles"
    assert queries.country_name(seeded, "KE") == "Kenya"
    assert queries.country_name(seeded, "ZZ") == "ZZ"
    assert queries.currency_exponent(seeded, "JPY") == 0


def test_the_lists_for_forms_are_whole(seeded: Session) -> None:
    assert len(queries.stations(seeded)) == 253
    assert len(queries.incoterms(seeded)) == 11
    assert len(queries.countries(seeded)) == 249
    assert ("CT", "carton") in queries.packages(seeded)
    assert {fact.kind for fact in queries.editions(seeded)} >= {"hs", "stations", "packages"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("basmti rise", "10063012"), ("1006 30 92", "10063092"), ("1006.30", "100630")],
)
def test_goods_are_found_as_they_are_typed(seeded: Session, typed: str, code: str) -> None:
    assert queries.search_hs(seeded, typed, TODAY)[0].code == code


def test_ended_codes_come_last_and_say_what_follows(seeded: Session) -> None:
    found = queries.search_hs(seeded, "100630", TODAY)
    assert [row.is_open for row in found] == sorted((r.is_open for r in found), reverse=True)
    ended = next(row for row in found if row.code == "10063020")
    assert ended.successors == ("10063012", "10063092")
    assert next(
        r for r in queries.search_hs(seeded, "100630", date(2025, 1, 1)) if r.code == "10063020"
    ).is_open


def test_ports_are_found_as_they_are_typed(seeded: Session) -> None:
    assert queries.search_places(seeded, "nava sheva")[0].code == "INNSA1"
    assert queries.search_places(seeded, "innsa")[0].code == "INNSA1"
    assert queries.search_places(seeded, "  ") == []


def test_the_seed_laid_again_changes_nothing(seeded: Session) -> None:
    before = {row.kind: row.edition for row in seeded.scalars(select(Edition))}
    started = time.process_time()
    write(seeded, seed)
    print(f"a start without change: {(time.process_time() - started) * 1000:.1f} ms CPU")
    assert {row.kind: row.edition for row in seeded.scalars(select(Edition))} == before


def test_another_seed_adds_what_is_missing_and_leaves_the_rest(seeded: Session) -> None:
    def disturb(db: Session) -> None:
        mark = db.get(Edition, "seed")
        country = db.scalars(select(Country).where(Country.code == "KE")).one()
        assert mark
        mark.edition, country.name = "an older release", "Kenya as corrected"
        db.delete(db.scalars(select(Package).where(Package.code == "CT")).one())
        db.scalars(select(Station).where(Station.code == "INNSA1")).one().unlocode = ""

    write(seeded, disturb)
    write(seeded, seed)
    assert ("CT", "carton") in queries.packages(seeded)
    assert queries.country_name(seeded, "KE") == "Kenya as corrected"
    assert seeded.scalars(select(Station).where(Station.code == "INNSA1")).one().unlocode == "INNSA"


def test_the_index_can_be_made_anew(seeded: Session, stage: Stage) -> None:
    counts = write(seeded, rebuild_index)
    assert counts["hs"] > 6800
    assert counts["place"] == 253
    said = stage.app.test_cli_runner().invoke(args=["import", "search-index"]).output
    assert "place: 253 rows indexed" in said


def test_the_page_finds_codes_without_script(stage: Stage, client: FlaskClient) -> None:
    page = client.get("/codes?q=basmti+rise").text
    assert "1006 30 92" in page
    assert "Notification 09/2025-26" in page
    assert "seen in the source named" in page
    ended = client.get("/codes?q=10063020").text
    assert "ended" in ended
    assert 'href="/codes?q=10063092"' in ended
    assert "30 Apr 2025" in ended
    assert "<script" not in ended


@pytest.mark.parametrize("typed", ["", "zzqq", "<b>", "%25", "9" * 200, "\u0915", "' or 1=1"])
def test_the_page_bears_anything_typed(stage: Stage, client: FlaskClient, typed: str) -> None:
    answer = client.get("/codes", query_string={"q": typed})
    assert answer.status_code == 200
    assert "<b>" not in answer.text
