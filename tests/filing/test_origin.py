"""The origin statement: the ten minimal operations one by one, and the sentence it ends in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.printable import unprintable
from portal.filing.queries.shapes import InputFacts, LineFacts
from portal.filing.rules.goods import OriginCriterion
from portal.filing.rules.minimal import Operation, codes_of
from portal.filing.rules.origin import (
    check_statement,
    is_complete,
    origin_gaps,
    origin_sentence,
    spans,
    statements,
)
from portal.reference.rules import check_input_code
from tests.filing.papers import line

COILS = InputFacts("Cold-rolled steel coils", "721933", "JP", "Japan")
POTS = {
    "criterion": "processed_beyond_minimal",
    "inputs": (COILS,),
    "operations": "bottling,marking",
    "processing": "Blanked, deep-drawn, welded and polished into pots",
}
TEXTS = st.text("abcdefgh ABC-12", min_size=3, max_size=40).filter(lambda text: text.strip())
INPUTS = st.builds(
    InputFacts,
    name=TEXTS,
    hs_code=st.sampled_from(("7219", "721933", "39023000")),
    country=st.sampled_from(("JP", "DE", "CN")),
    country_name=st.sampled_from(("Japan", "Germany", "China")),
)


def pots(**changes: Any) -> LineFacts:
    return line(1, **{**POTS, **changes})


def refused(stated: LineFacts, *, more: bool = True) -> dict[str, str]:
    """The codes of what is wrong, by field."""
    return {found.field: found.problem.code for found in check_statement(stated, more=more)}


@given(
    inputs=st.lists(INPUTS, min_size=1, max_size=12),
    operations=st.sets(st.sampled_from(Operation)),
    processing=TEXTS,
)
def test_the_sentence_holds_every_fact_that_was_given(
    inputs: list[InputFacts], operations: set[Operation], processing: str
) -> None:
    stated = pots(
        inputs=tuple(inputs),
        operations=",".join(operation.value for operation in operations),
        processing=processing,
    )
    sentence = origin_sentence(stated)
    for row in inputs:
        for fact in (" ".join(row.name.split()), f"HS {row.hs_code}", row.country_name):
            assert fact in sentence
    for operation in Operation:
        assert (operation.label in sentence) == (operation in operations)
    assert " ".join(processing.split()) in sentence
    assert "para 2.93(a)(II)" in sentence and "Public Notice 43/2024-25" in sentence
    assert "\n" not in sentence and not unprintable(sentence)
    assert set(codes_of(stated.operations)) == operations


def test_each_answer_has_its_sentence_with_its_rule() -> None:
    grown = origin_sentence(pots(criterion="wholly_obtained", inputs=()))
    assert "wholly obtained in India" in grown and "para 2.93(a)(I)" in grown
    made = origin_sentence(pots(criterion="made_from_indian_inputs", inputs=()))
    assert "Indian inputs only" in made and "para 2.93(a)(I)" in made
    abroad = origin_sentence(pots(criterion="foreign"), foreign="Kenya")
    assert "in Kenya, not in India" in abroad and "para 2.93(f)" in abroad
    assert origin_sentence(pots(criterion="")) == ""


def test_a_file_of_before_the_questions_still_has_its_sentence() -> None:
    old = pots(inputs=(), operations="", processing="")
    assert origin_sentence(old).startswith("The goods were made in India with imported inputs. ")


@pytest.mark.parametrize("operation", Operation)
def test_each_minimal_operation_alone_is_refused_and_with_more_is_not(operation: Operation) -> None:
    alone = pots(operations=operation.value, processing="")
    found = list(check_statement(alone, more=False))
    assert [refusal.field for refusal in found] == ["more"]
    told = found[0].problem.plain()
    assert operation.label in told and "para 2.93(a)(II)" in told and "back-to-back" in told
    assert not refused(alone._replace(processing="Deep-drawn into pots"))


def test_nothing_more_than_minimal_is_refused_though_no_operation_is_named() -> None:
    assert refused(pots(operations="", processing=""), more=False) == {"more": "insufficient"}


@pytest.mark.parametrize(
    "processing",
    [
        "repacking",
        "Washing, sorting and drying.",
        "Cutting into slices, bottling and labelling for export",
        "simple assembly of parts",
        "Mixing with water",
        "Changing of packing",
        "slaughtered and frozen",
        "labels",
    ],
)
def test_minimal_operations_named_as_more_are_refused(processing: str) -> None:
    assert refused(pots(processing=processing)) == {"processing": "only_minimal"}


@pytest.mark.parametrize(
    "processing",
    [
        "Cutting and polishing of rough diamonds",
        "Cut, sewn and finished into shirts",
        "Dried leaves were distilled into oil",
        "Moulded",
        "Mixed and polymerised",
        "Mercerised cloth was dyed and printed",
    ],
)
def test_real_processing_is_accepted(processing: str) -> None:
    assert not refused(pots(processing=processing))


@pytest.mark.parametrize("criterion", ["wholly_obtained", "made_from_indian_inputs"])
@pytest.mark.parametrize(
    "named",
    [{"inputs": (COILS,)}, {"operations": "mixing"}, {"processing": "Rolled"}],
    ids=["inputs", "operations", "processing"],
)
def test_contradictory_answers_are_told(criterion: str, named: dict[str, Any]) -> None:
    bare = {"inputs": (), "operations": "", "processing": ""}
    stated = pots(criterion=criterion, **{**bare, **named})
    assert refused(stated) == {"criterion": "origin_contradiction"}
    assert not refused(pots(criterion=criterion, **bare))


def test_what_is_missing_is_named_at_its_field() -> None:
    assert refused(pots(inputs=())) == {"inputs": "no_inputs"}
    assert refused(pots(processing=" ")) == {"processing": "no_processing"}
    assert refused(pots(inputs=(COILS._replace(country="IN"),))) == {"inputs": "indian_input"}
    assert refused(pots(criterion="", inputs=())) == {"criterion": "origin_unsaid"}
    assert refused(pots(criterion="foreign")) == {"criterion": "origin_foreign"}


def test_the_code_of_an_input_has_four_to_eight_digits_of_a_chapter() -> None:
    for code in ("7219", "721933", "72193310", "0101", "9701"):
        assert check_input_code(code) is None, code
    for code in ("", "72", "72193", "7219331", "721933101", "0012", "7700", "9801", "٧٢١٩", "72a9"):
        assert check_input_code(code) is not None, code


def test_gaps_name_the_line_and_spare_what_was_handed_in() -> None:
    lines = (
        pots(criterion="", inputs=()),
        line(2, criterion="made_from_indian_inputs"),
        line(3, criterion="processed_beyond_minimal"),
        pots()._replace(position=4),
        line(5, criterion="foreign"),
    )
    drafted = list(origin_gaps(lines, is_foreign=False, is_draft=True))
    assert [gap.field for gap in drafted] == ["origin-1", "origin-5", "origin-3"]
    said = drafted[0].text % drafted[0].values
    assert said == "Line 1: say why the goods originate in India"
    handed_in = list(origin_gaps(lines, is_foreign=False, is_draft=False))
    assert [gap.field for gap in handed_in] == ["origin-1", "origin-5"]
    abroad = list(origin_gaps(lines, is_foreign=True, is_draft=True))
    assert [gap.field for gap in abroad] == [f"origin-{n}" for n in range(1, 5)]
    many = [line(n, criterion="") for n in range(1, 61)]
    (together,) = origin_gaps(many, is_foreign=False, is_draft=True)
    assert (together.field, together.values) == ("origin", {"line": "1–60"})
    assert [is_complete(row) for row in lines] == [False, True, False, True, True]


def test_a_sentence_stands_once_with_its_lines() -> None:
    same = [line(n, criterion="wholly_obtained") for n in (1, 2, 3, 7)]
    found = statements([*same, pots()._replace(position=5), line(6, criterion="")])
    assert [where for where, _sentence in found] == ["1–3, 7", "5"]
    assert found[0][1] == origin_sentence(same[0])
    assert spans([]) == "" and spans([4]) == "4"


def test_every_criterion_has_a_sentence() -> None:
    for criterion in OriginCriterion:
        assert origin_sentence(pots(criterion=criterion.value))
