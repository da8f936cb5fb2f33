"""What identifies people and firms: right ones pass, wrong ones are told what is wrong where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn, verhoeff

from portal.core.errors import Problem
from portal.identity import rules

PAN = "AAAFX0001A"
AADHAAR_LIKE = "23456789012" + verhoeff.calc_check_digit("23456789012")
eleven = st.from_regex(r"\A[2-9][0-9]{10}\Z")


def gstin(state: str = "27", pan: str = PAN, tail: str = "1Z") -> str:
    head = f"{state}{pan}{tail}"
    return head + luhn.calc_check_digit(head, rules.GSTIN_ALPHABET)


def code(problem: Problem | None) -> str:
    if problem is None:
        return "ok"
    assert "%(" not in problem.plain()
    return problem.code


@pytest.mark.parametrize("iec", [PAN, "aaafx0001a", "0388012345", " AAAFX 0001-A "])
def test_an_iec_is_a_pan_or_ten_digits(iec: str) -> None:
    assert rules.check_iec(iec) is None


@pytest.mark.parametrize(
    ("iec", "wrong"),
    [
        ("", "wrong_length"),
        ("038801234", "wrong_length"),
        ("03880123456", "wrong_length"),
        ("038801234A", "misfit"),
        ("AAAFX00O1A", "misfit"),
        ("AAAZX0001A", "pan_holder"),
        ("AAAFX0000A", "pan_serial"),
        ("०३८८०१२३४५", "misfit"),
    ],
)
def test_a_wrong_iec_is_told_apart(iec: str, wrong: str) -> None:
    assert code(rules.check_iec(iec)) == wrong


def test_a_misplaced_character_is_named_with_its_place() -> None:
    problem = rules.check_iec("AAAFX00O1A")
    assert problem
    assert problem.plain() == "Character 8 of the IEC is “O”; it has to be a digit 0–9."


def test_a_pan_tells_its_holder_by_the_fourth_letter() -> None:
    good = [letter for letter in "ABCFGHJLPT" if not rules.check_pan(f"AAA{letter}X0001A")]
    assert good == list("ABCFGHJLPT")
    assert code(rules.check_pan("AAAXX0001A")) == "pan_holder"
    assert code(rules.check_pan("0388012345")) == "misfit"


@pytest.mark.parametrize("state", ["01", "27", "37", "38", "97"])
def test_a_gstin_of_every_state_passes(state: str) -> None:
    assert rules.check_gstin(gstin(state)) is None
    assert rules.check_gstin(gstin(state).lower(), pan=PAN) is None


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("27AAAFX0001A1Z", "wrong_length"),
        (gstin("00"), "gstin_state"),
        (gstin("39"), "gstin_state"),
        (gstin(pan="AAAXX0001A"), "pan_holder"),
        (gstin(pan="AAAFX00O1A"), "misfit"),
        (gstin(tail="0Z"), "gstin_count"),
        (gstin(tail="1A"), "gstin_z"),
        (gstin()[:-1] + "*", "misfit"),
    ],
)
def test_a_wrong_gstin_is_told_apart(number: str, wrong: str) -> None:
    assert code(rules.check_gstin(number)) == wrong


def test_a_misfit_in_a_gstin_is_counted_from_its_own_beginning() -> None:
    problem = rules.check_gstin(gstin(pan="AAAFX00O1A"))
    assert problem
    assert problem.values["place"] == 10


@given(st.integers(0, 14), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_changed_character_of_a_gstin_never_passes(place: int, other: str) -> None:
    good = gstin()
    changed = good[:place] + other + good[place + 1 :]
    assert (rules.check_gstin(changed) is None) == (changed == good)


def test_the_pan_inside_a_gstin_must_be_the_firms() -> None:
    problem = rules.check_gstin(gstin(), pan="AAACX0002B")
    assert code(problem) == "gstin_of_another"
    assert problem
    assert PAN in problem.plain()
    assert "AAACX0002B" in problem.plain()


@given(eleven)
def test_exactly_one_last_digit_in_ten_looks_like_aadhaar(head: str) -> None:
    hits = [last for last in "0123456789" if rules.looks_like_aadhaar(head + last)]
    number = head + verhoeff.calc_check_digit(head)
    assert hits == ([] if number == number[::-1] else [number[-1]])


@pytest.mark.parametrize("gap", ["", " ", "-"])
def test_an_aadhaar_is_seen_with_spaces_hyphens_and_hindi_digits(gap: str) -> None:
    parts = gap.join((AADHAAR_LIKE[:4], AADHAAR_LIKE[4:8], AADHAAR_LIKE[8:]))
    assert rules.looks_like_aadhaar(parts)
    assert rules.looks_like_aadhaar(parts.translate(str.maketrans("0123456789", "०१२३४५६७८९")))
    assert rules.holds_aadhaar(f"Asha ({parts})")
    assert not rules.looks_like_aadhaar(f"Asha {parts}")


def test_numbers_that_begin_with_0_or_1_or_are_longer_are_no_aadhaar() -> None:
    for first in "01":
        head = first + "3456789012"
        assert not rules.looks_like_aadhaar(head + verhoeff.calc_check_digit(head))
    assert not rules.holds_aadhaar(f"1{AADHAAR_LIKE}")
    assert not rules.holds_aadhaar("")


@pytest.mark.parametrize("name", ["Asha Rao", "आशा राव", "D'Souza-Iyer, R.", "x" * 120])
def test_a_name_in_any_script_passes(name: str) -> None:
    assert rules.check_person_name(name) is None


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("  ", "empty"),
        ("x" * 121, "too_long"),
        ("Asha\u200b Rao", "hidden_characters"),
        ("Asha\u202eRao", "hidden_characters"),
        ("Asha\nRao", "hidden_characters"),
        (AADHAAR_LIKE, "looks_like_aadhaar"),
        (f"Asha Rao {AADHAAR_LIKE}", "looks_like_aadhaar"),
    ],
)
def test_a_wrong_name_is_told_apart(name: str, wrong: str) -> None:
    assert code(rules.check_person_name(name)) == wrong


def test_a_hidden_character_is_named() -> None:
    problem = rules.check_person_name("Asha\u200b")
    assert problem
    assert "U+200B ZERO WIDTH SPACE" in problem.plain()


@pytest.mark.parametrize("email", ["asha@firm.example", "a.b+c@x-y.co.in", " asha@firm.example "])
def test_an_email_of_sane_shape_passes(email: str) -> None:
    assert rules.check_email(email) is None


@pytest.mark.parametrize(
    ("email", "wrong"),
    [
        ("", "email_shape"),
        ("asha", "email_shape"),
        ("asha@", "email_shape"),
        ("a@b@c.example", "email_shape"),
        ("as ha@firm.example", "email_local"),
        (".asha@firm.example", "email_local"),
        ("x" * 65 + "@firm.example", "email_local"),
        ("asha@firm", "email_domain"),
        ("asha@firm..example", "email_domain"),
        ("asha@10.0.0.1", "email_domain"),
        ("asha@firm.example\nbcc: x", "email_domain"),
        ("a@" + "x" * 260, "too_long"),
    ],
)
def test_a_wrong_email_is_told_apart(email: str, wrong: str) -> None:
    assert code(rules.check_email(email)) == wrong


def test_a_password_of_unusual_words_passes() -> None:
    assert rules.check_password("seven quiet cranes", "asha@firm.example") is None
    assert rules.check_password("नीला समुद्र और पहाड़") is None


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("short words", "password_length"),
        ("ab1 " * 65, "password_length"),
        ("920184756301", "password_digits"),
        ("Password1234!", "password_common"),
        ("abababababab", "password_common"),
        ("Asha.Rao likes tea", "password_email"),
    ],
)
def test_a_weak_password_is_told_apart(password: str, wrong: str) -> None:
    assert code(rules.check_password(password, "asha.rao@firm.example")) == wrong


def test_every_password_of_the_common_list_is_long_enough_to_be_needed() -> None:
    assert {p for p in rules.COMMON_PASSWORDS if len(p) < 10} == set()
    assert all(rules.check_password(p.ljust(12, "!")) for p in rules.COMMON_PASSWORDS)
