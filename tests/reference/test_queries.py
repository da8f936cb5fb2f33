"""Looking codes up as of a day: ended ones name their successors."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.reference import queries
from portal.reference.actions import seed
from tests.build import Stage

LAST, FIRST = date(2025, 4, 30), date(2025, 5, 1)


JUDGED: list[tuple[str, date, str | None]] = [
    ("10063020", LAST, None),
    ("10063020", FIRST, "hs_ended"),
    ("10063020", date(2016, 12, 31), "hs_unknown"),
    ("10063012", LAST, "hs_not_in_tariff"),
    ("10063012", FIRST, None),
    ("10063092", FIRST, None),
    ("10063093", FIRST, "hs_not_in_tariff"),
    ("73239390", FIRST, None),
    ("99999999", FIRST, "hs_unknown"),
    ("00000000", FIRST, "hs_unknown"),
    ("77010101", FIRST, "hs_unknown"),
]


def test_a_code_is_judged_as_of_a_day(stage: Stage) -> None:
    with stage.db() as db:
        for code, day, expected in JUDGED:
            problem = queries.hs_on(db, code, day).problem
            assert (problem.code if problem else None) == expected, (code, day)


def test_an_ended_code_names_what_took_its_place_and_a_wrong_one_what_there_is(
    stage: Stage,
) -> None:
    with stage.db() as db:
        ended = queries.hs_on(db, "10063020", FIRST).problem
        wrong = queries.hs_on(db, "10063093", FIRST).problem
        assert ended is not None and wrong is not None
        assert ended.plain().endswith("30 Apr 2025. Use one of its successors: 10063012, 10063092.")
        assert "10063091, 10063092, 10063099" in wrong.plain()
        assert "10063020" not in wrong.plain()
        for successor in ("10063012", "10063092"):
            answer = queries.hs_on(db, successor, FIRST)
            assert answer.problem is None and answer.checked_nationally
        assert not queries.hs_on(db, "73239390", FIRST).checked_nationally


def test_currencies_know_their_minor_units_and_unknown_codes_stay_codes(stage: Stage) -> None:
    with stage.db() as db:
        for code, exponent in (("USD", 2), ("JPY", 0), ("KWD", 3), ("???", 2)):
            assert queries.currency_exponent(db, code) == exponent
        assert queries.country_name(db, "KE") == "Kenya"
        assert queries.country_name(db, "??") == "??"
        assert queries.station_name(db, "??") == "??"
        assert [code for code, _words in queries.currencies(db)][:2] == ["USD", "EUR"]
        assert not {"XXX", "XTS", "XAU"} & {code for code, _words in queries.currencies(db)}


def test_loading_again_changes_nothing(db: Session) -> None:
    assert not queries.is_loaded(db)
    seed(db)
    before = [len(list(q(db))) for q in (queries.countries, queries.stations, queries.units)]
    seed(db)
    after = [len(list(q(db))) for q in (queries.countries, queries.stations, queries.units)]
    assert before == after and queries.is_loaded(db)
