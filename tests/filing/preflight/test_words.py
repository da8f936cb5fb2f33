"""What single words and figures of descriptions, marks and clauses are read as."""

from __future__ import annotations

import pytest

from portal.filing.preflight.clauses import look as clauses
from portal.filing.preflight.contents import size_of
from portal.filing.preflight.origin import origins_denied
from portal.filing.preflight.packages import numbered_by, run_at_end
from portal.filing.preflight.wording import words_of_other_chapters, words_of_other_headings
from tests.filing.preflight.reading import Case, cases


@pytest.mark.parametrize(
    ("description", "kind", "size"),
    [
        ("Guar gum powder, in 25 kg paper bags", "paper bags", 25_000),
        ("Black pepper", "jute bags of 50 kg", 50_000),
        ("Castor oil, in drums of 190.5 kg", "steel drums", 190_500),
        ("Cashew kernels in 11.34 kg tins, two a carton", "cartons", None),
        ("Jute bags, 69 kg capacity", "bales", None),
        ("Rice", "bags", None),
    ],
)
def test_how_much_one_package_holds(description: str, kind: str, size: int | None) -> None:
    assert size_of(description, kind) == size


@pytest.mark.parametrize(
    ("marks", "count"),
    [
        ("S.A. SANTOS\n1/250 - 250/250", 250),
        ("CHATTOGRAM\nNOS. 1 - 2,400", 2400),
        ("SHD MEL 61-100", None),
        ("CTN NO. 61-100", 40),
        ("LOT 2026-27", None),
    ],
)
def test_how_many_packages_marks_number(marks: str, count: int | None) -> None:
    numbered = numbered_by(marks)
    assert (numbered and numbered.count) == count


def test_the_run_at_the_end_of_marks_has_the_text_before_it() -> None:
    assert run_at_end("STH  81-100") == ("sth", 81, 100)
    assert run_at_end("STH 100-81") is None
    assert run_at_end("STH") is None


def test_what_a_text_denies_is_not_what_it_claims() -> None:
    text = "GOODS ARE OF INDIAN ORIGIN AND NOT OF ISRAELI ORIGIN. NO MATERIALS OF CHINESE ORIGIN"
    assert origins_denied(text) == {"IL", "CN", "TW", "HK"}


@pytest.mark.parametrize(
    ("description", "code", "doubted"),
    [
        ("Hand-carved mango wood figures", "44201900", False),
        ("Gherkins in vinegar, glass jars 12 x 720 ml", "20011000", False),
        ("Woven sacks for 50 kg maize, empty", "63053300", False),
        ("Cricket balls, leather", "95066920", False),
        ("Boys' cotton woven shirts", "61051010", True),
        ("Non-woven gowns, disposable", "62101000", False),
        ("Cumin seeds whole", "09103020", True),
        ("Garam masala of coriander, cumin and pepper", "09109100", False),
    ],
)
def test_which_codes_words_doubt(description: str, code: str, doubted: bool) -> None:
    chapter = words_of_other_chapters(description, code[:2])
    assert bool(chapter or words_of_other_headings(description, code[:4])) is doubted


def test_a_label_without_a_real_month_says_nothing() -> None:
    sound: Case = next(cases("right"))
    facts = sound.facts
    odd = facts.lines[0]._replace(description="Tablets, mfg 00/0000, exp 13/2026, expiry 12/0000")
    assert not [found for found in clauses(type(facts)(facts.said, facts.known, (odd,), ()))]
