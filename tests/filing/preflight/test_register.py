"""The register of checks as data: each row says what, where, since when and by what source."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.config import ROOT
from portal.filing import preflight
from portal.filing.preflight import CHECKS, Check, facts_of, look_over
from portal.notices.rules import ALL
from tests.filing.preflight.reading import HERE, Case, cases

SECTIONS = {
    "certificate",
    "consignee",
    "transport",
    "invoice",
    "goods",
    "documents",
    "declaration",
    "shipping_bill",
}
BY_CODE = {code: case for case in cases("wrong") for code, _severity in case.find}


def notices() -> set[str]:
    with (ROOT / "portal/notices/seed/notices.csv").open() as file:
        return {row["number"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: str(check.code))
def test_a_check_says_what_where_how_and_by_what_source(check: Check) -> None:
    assert check.words.endswith(".")
    assert check.remedy.endswith(".")
    assert check.source
    assert check.section in SECTIONS
    assert not check.notice or check.notice in notices()
    assert not check.rule or check.rule in ALL
    assert check.valid_until is None or check.valid_until > check.valid_from


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: str(check.code))
def test_a_check_fills_its_words_and_names_a_field(check: Check) -> None:
    found = [f for f in BY_CODE[check.code].findings() if f.check is check]
    assert found
    for one in found:
        assert "%(" not in one.plain()
        assert set(re.findall(r"%\((\w+)\)s", check.words)) <= one.found.values.keys()
        assert one.found.at
        assert one.section in SECTIONS


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: str(check.code))
def test_a_check_is_made_only_between_its_days(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = BY_CODE[check.code]
    today = case.facts.known.today
    for changed, is_made in (
        (replace(check, valid_from=today), True),
        (replace(check, valid_from=today + timedelta(days=1)), False),
        (replace(check, valid_until=today), True),
        (replace(check, valid_until=today - timedelta(days=1)), False),
    ):
        monkeypatch.setattr(preflight, "CHECKS", {**CHECKS, check.code: changed})
        assert (check.code in {f.check.code for f in case.findings()}) is is_made


def test_identical_invoice_numbers_are_asked_for_only_while_the_rule_holds() -> None:
    case = BY_CODE["shipping_bill_invoice"]
    assert case.facts.known.identity
    assert case.found() == {("shipping_bill_invoice", "error")}
    before = json.loads((HERE / "right" / "mismatch_before_the_rule.json").read_text())
    assert before["shipping_bill"]["invoices"] != [before["invoices"][0]["number"]]
    after = Case("after", {**before, "today": "2026-04-07"}, frozenset())
    assert ("shipping_bill_invoice", "error") in after.found()


DAYS = ("departs_on", "invoice_date", "transport_document_date", "credit_date", "replaces_date")
TEXT = st.text(max_size=60) | st.sampled_from(
    ("1-10", "FORM A", "made in", "2341 2341 2346", "9" * 300, "expiry 99.99.9999", "İ ß ١٢", "")
)


@given(st.data())
def test_no_text_makes_it_fail(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(sorted(BY_CODE.values(), key=lambda case: case.name)))
    facts = case.facts
    said: dict[str, Any] = {
        name: data.draw(TEXT) if isinstance(value, str) and name not in DAYS else value
        for name, value in facts.said.items()
    }
    said["lines"] = [
        {
            **line,
            **{n: data.draw(TEXT) for n in ("description", "marks", "package_kind", "hs_code")},
        }
        for line in facts.said["lines"]
    ]
    for finding in look_over(facts_of(said, facts.known)):
        assert finding.plain()
