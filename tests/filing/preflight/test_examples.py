"""Fifty mistakes and fifty correct applications: they were there before the checks."""

from __future__ import annotations

from typing import Any

import pytest

from portal.filing.preflight import CHECKS, Line, line_of
from portal.filing.preflight.wording import words_of_other_chapters, words_of_other_headings
from portal.filing.queries import InputFacts, LineFacts
from portal.reference.actions.seed import _hs_codes
from portal.sandbox.shipments import Shipment, shipments
from tests.filing.papers import line
from tests.filing.preflight.reading import Case, cases

WRONG, RIGHT, MISSED = tuple(cases("wrong")), tuple(cases("right")), tuple(cases("missed"))


def test_there_are_fifty_of_each() -> None:
    assert len(WRONG) >= 50
    assert len(RIGHT) >= 50


@pytest.mark.parametrize("case", WRONG, ids=lambda case: str(case.name))
def test_a_mistake_is_found_and_nothing_else_bars_it(case: Case) -> None:
    found = case.found()
    assert case.find <= found, case.told["title"]
    assert {one for one in found if one[1] == "error"} <= case.find


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: str(case.name))
def test_a_correct_application_is_left_alone(case: Case) -> None:
    assert [f.plain() for f in case.findings()] == [], case.told["title"]


@pytest.mark.parametrize("shipment", shipments("2026-11-19"), ids=lambda one: str(one.exporter))
def test_the_shipments_of_the_demonstration_are_left_alone(shipment: Shipment) -> None:
    assert [f.plain() for f in Case("demo", as_told(shipment), frozenset()).findings()] == []


def as_told(shipment: Shipment) -> dict[str, Any]:
    """A shipment in the words of the examples."""
    parts = {**shipment.transport, **shipment.invoice}
    names = {"hs": "hs_code", "gross_kg": "gross_weight", "net_kg": "net_weight"}
    return {
        "today": "2026-11-20",
        "firm": "Specimen Exporter",
        "kind": "non_preferential",
        "consignee": {
            name: shipment.consignee[f"consignee_{name}"] for name in ("name", "address", "country")
        },
        "transport": {
            "mode": parts["transport_mode"],
            "departs_on": "",
            "final_destination": "",
            "document": "",
            "document_date": "",
            **shipment.transport,
        },
        "invoices": [{"number": parts["invoice_number"], "dated": parts["invoice_date"]}],
        "currency": parts["currency"],
        "incoterm": parts["incoterm"],
        "total": "",
        "lines": [
            {**row, **{name: row[column] for name, column in names.items()}}
            | {"packages": int(row["packages"])}
            for row in shipment.lines
        ],
    }


@pytest.mark.parametrize("case", MISSED, ids=lambda case: str(case.name))
def test_what_is_known_to_be_missed_is_still_missed(case: Case) -> None:
    """An officer finds these; whoever teaches the checks one of them moves it to `wrong`."""
    assert case.found() == set(), "move it to tests/filing/preflight/wrong"


def test_no_heading_of_the_harmonized_system_is_doubted_under_its_own_chapter() -> None:
    doubted = [
        row["code"]
        for row in _hs_codes()
        if words_of_other_chapters(row["description"], row["code"][:2])
        or words_of_other_headings(row["description"], row["code"][:4])
    ]
    assert doubted == []


def test_every_code_of_the_examples_is_in_the_register() -> None:
    named = {code for case in WRONG for code, _severity in case.find}
    assert named <= CHECKS.keys()
    assert CHECKS.keys() - named == set(), "give the check an example in tests/filing/preflight"


def test_a_line_of_a_draft_begins_with_the_fields_that_are_looked_at() -> None:
    looked_at = Line._fields[:-2]
    assert LineFacts._fields[: len(looked_at)] == looked_at
    assert line_of(line(1, inputs=(InputFacts("Coils", "7219", "JP"),), invoice=2)) == (
        *line(1)[: len(looked_at)],
        2,
        ("JP",),
    )
