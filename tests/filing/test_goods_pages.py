"""The pages of goods lines and of their origin, by a browser without script."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update
from werkzeug.test import TestResponse

from portal.core.audit import AuditRow
from portal.filing import actions as filing
from portal.filing.models import GoodsLine, Input, Invoice
from portal.filing.queries import LineFacts, application_for, digest_of, line_facts
from portal.filing.rules.completeness import Incomplete
from portal.filing.rules.kinds import Kind
from portal.filing.rules.origin import origin_sentence
from tests.build import LINE, Stage, yesterday
from tests.filing.browsing import Draft, filled, keeps, refused_at

INPUTS = {"input_name_1": "Cold-rolled steel coils", "input_code_1": "7219 33"}
PROCESSED = {
    **INPUTS,
    "input_country_1": "japan",
    "criterion": "processed_beyond_minimal",
    "operations": ["bottling", "marking"],
    "more": "yes",
    "processing": "Blanked, deep-drawn and welded into pots",
}


@pytest.fixture
def draft(stage: Stage) -> Draft:
    return Draft.of(stage)


def lines_of(draft: Draft) -> tuple[LineFacts, ...]:
    with draft.stage.db() as db:
        row = application_for(db, draft.stage.actor("owner"), draft.ref)
        return line_facts(db, row.id)


def page(draft: Draft, path: str = "goods") -> str:
    answer = draft.client.get(f"/applications/{draft.ref}/{path}".rstrip("/"))
    assert answer.status_code == 200, path
    return answer.text


def change(draft: Draft, position: int, **changes: Any) -> TestResponse:
    """The form of one line, filled in rightly but for `changes`."""
    return draft.send(f"goods/{position}", **{**filled()["goods"], **changes})


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of the goods form."""
    found = re.search(rf'<input id="{name}" name="{name}" type="hidden" value="([^"]*)"', text)
    assert found, name
    return found[1]


def many(draft: Draft, count: int, **facts: Any) -> None:
    """So many lines more, straight into the table."""
    with draft.stage.db() as db:
        row = application_for(db, draft.stage.actor("owner"), draft.ref)
        first = len(line_facts(db, row.id)) + 1
        rows = [
            {**LINE, "application_id": row.id, "position": n, **facts}
            for n in range(first, first + count)
        ]
        db.execute(insert(GoodsLine), rows)
        db.commit()


def become(draft: Draft, kind: Kind) -> None:
    """Change the draft's kind, as the act of that section does."""
    with draft.stage.db() as db:
        row = application_for(db, draft.stage.actor("owner"), draft.ref)
        row.kind, row.origin_country = kind, "KE"
        db.flush()
        filing.follow_kind(db, row)
        db.commit()


def test_the_form_sent_twice_adds_once_from_any_number_of_processes(draft: Draft) -> None:
    once = hidden(page(draft), "once")
    assert len(once) == 16
    for _ in range(3):
        assert draft.send("goods", once=once).status_code == 303
    assert len(lines_of(draft)) == 2
    with draft.stage.db() as db:
        kept = db.scalars(select(AuditRow.facts).where(AuditRow.act == "filing.line_added"))
        assert sum(once in facts for facts in kept) == 1
    other = hidden(page(draft), "once")
    assert other != once
    actor, facts = draft.stage.actor("owner"), {**LINE, "once": other}
    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(draft.stage.do, filing.add_line, actor, draft.ref, **facts) for _ in "ab"
        ]
        assert {future.result() for future in done} == {3}
    assert len(lines_of(draft)) == 3


def test_the_same_form_with_other_facts_is_asked_about_and_nothing_is_lost(draft: Draft) -> None:
    once = hidden(page(draft), "once")
    draft.send("goods", once=once)
    again = draft.send("goods", once=once, description="Steel ladles")
    assert again.status_code == 409 and "became line 2" in again.text
    assert keeps(again, "Steel ladles")
    fresh = hidden(again.text, "once")
    assert fresh != once
    assert draft.send("goods", once=fresh, description="Steel ladles").status_code == 303
    assert [line.description for line in lines_of(draft)][1:] == [
        LINE["description"],
        "Steel ladles",
    ]


def test_two_people_on_one_line_see_both_and_overwrite_nothing_silently(draft: Draft) -> None:
    seen = hidden(page(draft, "goods/1"), "seen")
    assert change(draft, 1, seen=seen, description="Hers").status_code == 303
    late = change(draft, 1, seen=seen, description="His", packages="77")
    assert late.status_code == 409
    assert "Somebody changed this line" in late.text
    table = late.text[late.text.index("What differs") :]
    for told in ("Hers", "His", "77", "Description of the goods"):
        assert told in table
    assert "Quantity" not in table[: table.index("</table>")]
    assert lines_of(draft)[0].description == "Hers"
    fresh = hidden(late.text, "seen")
    assert change(draft, 1, seen=fresh, description="His").status_code == 303
    assert lines_of(draft)[0].description == "His"


def test_saving_twice_is_no_conflict(draft: Draft) -> None:
    seen = hidden(page(draft, "goods/1"), "seen")
    for _ in range(2):
        assert change(draft, 1, seen=seen, description="Once").status_code == 303


def test_a_line_that_somebody_removed_is_kept_as_a_new_one(draft: Draft) -> None:
    draft.send("goods")
    seen = hidden(page(draft, "goods/2"), "seen")
    draft.send("goods/2/removal")
    late = change(draft, 2, seen=seen, description="Typed for long")
    assert late.status_code == 409 and "Somebody removed this line" in late.text
    assert keeps(late, "Typed for long") and "Add the line" in late.text
    once = hidden(late.text, "once")
    assert draft.send("goods", once=once, description="Typed for long").status_code == 303
    assert lines_of(draft)[-1].description == "Typed for long"


def test_another_like_a_line_stands_after_it_with_its_statement(draft: Draft) -> None:
    draft.send("goods", description="Last")
    draft.send("goods/1/origin", **PROCESSED)
    text = page(draft, "goods?like=1")
    assert keeps_value(text, "description", LINE["description"])
    facts = {"like": "1", "once": hidden(text, "once"), "criterion": PROCESSED["criterion"]}
    assert draft.send("goods", **facts, description="Copy").headers["Location"].endswith("#add")
    found = lines_of(draft)
    assert [line.description for line in found] == [LINE["description"], "Copy", "Last"]
    assert [line.position for line in found] == [1, 2, 3]
    assert origin_sentence(found[0]) == origin_sentence(found[1])
    assert found[1].inputs and found[1].processing


def keeps_value(text: str, name: str, value: str) -> bool:
    found = re.search(rf'id="{name}"[^>]*>([^<]*)<', text) or re.search(
        rf'id="{name}"[^>]*value="([^"]*)"', text
    )
    return bool(found) and html.unescape(found[1]).strip() == value if found else False


def test_lines_are_moved_up_and_down_over_gaps(draft: Draft) -> None:
    for name in "BCDE":
        draft.send("goods", description=name)
    change(draft, 1, description="A")
    draft.send("goods/3/removal")
    assert draft.send("goods/5/place", to="1").status_code == 303
    assert order(draft) == "EABD"
    assert draft.send("goods/1/place", to="99").status_code == 303
    assert order(draft) == "ABDE"
    draft.send("goods/2/place", to="4")
    assert len({line.position for line in lines_of(draft)}) == 4
    for typed, told in (("", "Type the number"), ("x", "Only digits"), ("0", "at least 1")):
        assert told in refused_at(draft.send("goods/1/place", to=typed), "to")


def order(draft: Draft) -> str:
    return "".join(line.description for line in lines_of(draft))


def test_several_lines_are_removed_at_once(draft: Draft) -> None:
    for name in "BCD":
        draft.send("goods", description=name)
    draft.send("goods/2/origin", **PROCESSED)
    answer = draft.client.post(
        f"/applications/{draft.ref}/goods/removal",
        data={**draft.hidden, "positions": ["1", "2", "3", "99", "x", "9" * 40]},
    )
    assert answer.status_code == 303
    assert order(draft) == "D"
    with draft.stage.db() as db:
        assert db.scalars(select(Input.id)).all() == []
    nothing = draft.send("goods/removal")
    assert nothing.status_code == 422 and "Tick the lines" in nothing.text


def test_a_producer_is_named_only_where_another_made_the_goods(draft: Draft) -> None:
    assert "name" in refused_at(draft.send("goods", producer="other"), "producer_name")
    other = {"producer": "other", "producer_name": "Invented Forge", "producer_address": "1 Lane"}
    assert change(draft, 1, **other).status_code == 303
    assert lines_of(draft)[0].producer_name == "Invented Forge"
    assert "Invented Forge" in page(draft, "")
    aadhaar = {**other, "producer_name": "Ram 234123412346"}
    assert "Aadhaar" in refused_at(draft.send("goods", **aadhaar), "producer_name")
    assert change(draft, 1, **{**other, "producer": "confidential"}).status_code == 303
    line = lines_of(draft)[0]
    assert (line.producer, line.producer_name) == ("confidential", "")


def test_a_line_names_its_invoice_where_there_are_several(draft: Draft) -> None:
    assert 'name="invoice"' not in page(draft)
    with draft.stage.db() as db:
        row = application_for(db, draft.stage.actor("owner"), draft.ref)
        facts = {"application_id": row.id, "position": 2, "number": "S-2", "dated": yesterday()}
        db.execute(insert(Invoice), [facts])
        db.commit()
    assert 'name="invoice"' in page(draft)
    assert change(draft, 1, invoice="2").status_code == 303
    assert lines_of(draft)[0].invoice == 2
    assert "Invoice S-2" in page(draft)
    assert "Not a valid choice" in refused_at(change(draft, 1, invoice="3"), "invoice")


def test_words_for_a_code_are_answered_by_codes_to_choose(draft: Draft) -> None:
    refused = draft.send("goods", hs_code="basmati rice")
    assert "digits only" in refused_at(refused, "hs_code")
    assert "Choose one of the codes below" in refused_at(refused, "hs_code")
    assert keeps(refused, "basmati rice") and 'value="10063092"' in refused.text
    chosen = draft.send("goods", hs_code="basmati rice", hs_found="10063092")
    assert chosen.status_code == 303
    assert lines_of(draft)[-1].hs_code == "10063092"
    typed = draft.send("goods", hs_code="73239390", hs_found="10063092")
    assert typed.status_code == 303 and lines_of(draft)[-1].hs_code == "73239390"
    part = draft.client.get(
        f"/applications/{draft.ref}/goods/codes?hs_code=basmti+rise", headers={"HX-Request": "true"}
    )
    assert 'name="hs_found"' in part.text and "<h1>" not in part.text


def test_the_focus_goes_to_the_first_wrong_field(draft: Draft) -> None:
    refused = draft.send("goods", net_weight="200", quantity="x", seen="").text
    focused = re.findall(r"<(?:input|textarea|select|div)\b[^>]*autofocus[^>]*>", refused)
    assert len(focused) == 1 and 'id="quantity"' in focused[0]


def test_the_questions_end_in_a_sentence_that_everybody_reads(draft: Draft) -> None:
    stage = draft.stage
    assert draft.send("goods/1/origin", **PROCESSED).headers["Location"].endswith("#sentence")
    sentence = origin_sentence(lines_of(draft)[0])
    for fact in ("Cold-rolled steel coils (HS 721933, Japan)", "marks or labels", "deep-drawn"):
        assert fact in sentence
    shown = html.escape(sentence, quote=False)
    assert shown in page(draft, "goods/1/origin") and shown in page(draft, "origin")
    assert shown in page(draft, "")
    number = stage.hand_in(stage.actor("owner"), draft.ref)
    assert shown in stage.client("officer").get(f"/queue/{number}").text


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"more": "no"}, "more", "don&#39;t originate in India"),
        ({"more": ""}, "more", "Answer whether more"),
        ({"processing": ""}, "processing", "Say what more was done"),
        ({"processing": "repacking and labelling"}, "processing", "among the ten"),
        ({"input_code_1": "72"}, "input_code_1", "first 4 digits"),
        ({"input_country_1": "Nowhere"}, "input_country_1", "Choose the country"),
        ({"input_country_1": "IN"}, "input_name_1", "isn&#39;t imported"),
        ({"input_name_1": ""}, "input_name_1", "Name this input"),
        ({"criterion": "wholly_obtained"}, "criterion", "no imported input was used"),
        ({"criterion": "stolen"}, "criterion", "Not a valid choice"),
        ({"criterion": "foreign"}, "criterion", "Not a valid choice"),
        ({"operations": ["theft"]}, "operations", "not a valid choice"),
    ],
)
def test_an_answer_that_does_not_suffice_is_refused_at_its_question(
    stage: Stage, changes: dict[str, Any], field: str, told: str
) -> None:
    draft = Draft.of(stage)
    before = lines_of(draft)
    answer = draft.send("goods/1/origin", **{**PROCESSED, **changes})
    assert html.unescape(told) in refused_at(answer, field)
    if changes.get("processing") != "":
        assert keeps(answer, changes.get("processing", PROCESSED["processing"]))
    assert keeps(answer, "7219 33") or "input_code_1" in changes
    assert lines_of(draft) == before


def test_everything_wrong_about_an_input_is_said_at_once(draft: Draft) -> None:
    wrong = {"input_name_1": "Coils \u0915\x0b", "input_code_1": "72", "input_country_1": "Nowhere"}
    answer = draft.send("goods/1/origin", **{**PROCESSED, **wrong})
    assert "first 4 digits" in refused_at(answer, "input_code_1")
    assert "Choose the country" in refused_at(answer, "input_country_1")
    assert refused_at(answer, "input_name_1")


def test_a_contradiction_is_settled_by_one_tick(draft: Draft) -> None:
    wrong = {**PROCESSED, "criterion": "wholly_obtained"}
    refused = draft.send("goods/1/origin", **wrong)
    assert 'name="drop"' in refused.text
    assert draft.send("goods/1/origin", **wrong, drop="y").status_code == 303
    line = lines_of(draft)[0]
    assert (line.criterion, line.inputs, line.processing) == ("wholly_obtained", (), "")


def test_the_line_form_does_not_undo_a_statement_in_passing(draft: Draft) -> None:
    draft.send("goods/1/origin", **PROCESSED)
    refused = change(draft, 1, criterion="wholly_obtained")
    assert "Imported inputs are named" in refused_at(refused, "criterion")
    assert change(draft, 1, criterion=PROCESSED["criterion"]).status_code == 303
    assert lines_of(draft)[0].inputs


def test_two_people_on_one_statement_see_what_stands(draft: Draft) -> None:
    seen = hidden(page(draft, "goods/1/origin"), "seen")
    assert draft.send("goods/1/origin", **PROCESSED, seen=seen).status_code == 303
    late = draft.send("goods/1/origin", criterion="wholly_obtained", seen=seen)
    assert late.status_code == 409 and "Cold-rolled" in late.text
    assert lines_of(draft)[0].criterion == PROCESSED["criterion"]
    assert draft.send("goods/1/origin", **PROCESSED, seen=seen).status_code == 303


def test_one_answer_stands_for_all_lines_without_one(draft: Draft) -> None:
    assert draft.send("goods", criterion="later").status_code == 303
    many(draft, 60, criterion="")
    assert "61 lines don" in page(draft)
    gaps = page(draft, "")
    assert "Line 2–62: say why the goods originate in India" in gaps
    assert f'href="/applications/{draft.ref}/origin"' in gaps
    with pytest.raises(Incomplete):
        draft.stage.do(filing.submit, draft.stage.actor("owner"), draft.ref, declared=True)
    assert draft.send("origin", **{**PROCESSED, "more": "no"}).status_code == 422
    assert draft.send("origin", **PROCESSED).status_code == 303
    found = lines_of(draft)
    assert found[0].criterion == LINE["criterion"] and not found[0].inputs
    assert {origin_sentence(line) for line in found[1:]} == {origin_sentence(found[1])}
    assert "Lines 2–62:" in page(draft, "origin")
    assert draft.send("origin", **PROCESSED).status_code == 422
    assert draft.stage.hand_in(draft.stage.actor("owner"), draft.ref)


def test_choosing_imported_inputs_on_the_line_leads_to_the_questions(draft: Draft) -> None:
    answer = draft.send("goods", criterion="processed_beyond_minimal")
    assert answer.headers["Location"] == f"/applications/{draft.ref}/goods/2/origin"
    assert "Line 2: say which imported inputs" in page(draft, "")
    assert "doesn&#39;t say enough" in page(draft) or "doesn't say enough" in page(draft)


def test_what_was_handed_in_before_the_questions_stays_valid(stage: Stage) -> None:
    number = stage.questioned()
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), number)
        old = {"criterion": "processed_beyond_minimal"}
        db.execute(update(GoodsLine).where(GoodsLine.application_id == row.id).values(**old))
        db.commit()
    text = stage.client("owner").get(f"/applications/{number}").text
    assert "Still missing" not in text and "made in India with imported inputs" in text
    assert "say enough" not in stage.client("owner").get(f"/applications/{number}/goods").text


def test_back_to_back_goods_are_foreign_and_asked_nothing(draft: Draft) -> None:
    draft.send("goods/1/origin", **PROCESSED)
    become(draft, Kind.BACK_TO_BACK)
    line = lines_of(draft)[0]
    assert (line.criterion, line.inputs, line.operations) == ("foreign", (), "")
    text = page(draft)
    assert 'name="criterion"' not in text and "para 2.93(f)" in text
    assert draft.send("goods", criterion="wholly_obtained").status_code == 303
    assert lines_of(draft)[1].criterion == "foreign"
    for path in ("goods/1/origin", "origin"):
        refused = draft.send(path, criterion="wholly_obtained")
        assert refused.status_code == 422
        assert "Indian origin can&#39;t be claimed" in refused.text.replace("can't", "can&#39;t")
    assert "in Kenya, not in India" in page(draft, "")
    with draft.stage.db() as db:
        db.execute(update(GoodsLine).values(criterion="wholly_obtained"))
        db.commit()
    assert "Line 1 claims Indian origin" in page(draft, "")
    become(draft, Kind.NON_PREFERENTIAL)
    assert "Line 1: say why" not in page(draft, "")


def test_a_kind_taken_back_is_asked_anew(draft: Draft) -> None:
    become(draft, Kind.BACK_TO_BACK)
    become(draft, Kind.NON_PREFERENTIAL)
    assert lines_of(draft)[0].criterion == ""
    gaps = page(draft, "")
    assert "Line 1: say why the goods originate in India" in gaps
    assert f'href="/applications/{draft.ref}/goods/1/origin"' in gaps


def test_the_digest_changes_with_every_fact_and_not_with_the_place(draft: Draft) -> None:
    from tests.filing.papers import line

    one = line(1)
    changed: dict[str, Any] = {"producer": "other", "inputs": ("x",), "invoice": 2}
    assert digest_of(one) == digest_of(one._replace(position=9))
    for name in LineFacts._fields:
        if name != "position":
            value = getattr(one, name)
            other = changed.get(name) or (value + 1 if isinstance(value, int) else f"{value}x")
            facts: dict[str, Any] = {name: other}
            assert digest_of(one._replace(**facts)) != digest_of(one), name


@dataclass(eq=False)
class Statements:
    """Counts what a request asks of the database."""

    count: int = 0

    def __call__(self, *_: Any) -> None:
        self.count += 1


def statements_of(draft: Draft, path: str) -> int:
    engine, counted = draft.stage.portal.sessions.kw["bind"], Statements()
    event.listen(engine, "after_cursor_execute", counted)
    page(draft, path)
    event.remove(engine, "after_cursor_execute", counted)
    return counted.count


def test_a_thousand_lines_cost_no_statement_more_and_show_fifty(draft: Draft) -> None:
    paths = ("goods", "goods?page=2", "goods/1", "")
    few = {path: statements_of(draft, path) for path in paths}
    many(draft, 999)
    with draft.stage.db() as db:
        for code in range(1, 1000):
            at = GoodsLine.position == code + 1
            db.execute(update(GoodsLine).where(at).values(hs_code=f"732393{code % 100:02d}"))
        db.commit()
    for path in paths:
        assert statements_of(draft, path) <= few[path] + 1, path
    text = page(draft, "goods?page=20")
    assert text.count(">Another like") == 50
    assert "Total of 1000 lines" in text and "USD 9,00,000.00<" in text
