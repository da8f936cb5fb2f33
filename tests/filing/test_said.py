"""Exporter and officer read everything that an application says."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.build import Stage

SAID: dict[str, Any] = {
    "notify_name": "SPECIMEN NOTIFY LTD",
    "notify_address": "Invented Road 1",
    "notify_country": "AE",
    "invoicing_name": "Specimen Third Party",
    "invoicing_country": "SG",
    "final_destination": "Al Ain",
    "transport_document": "SPECIMEN-BL-9",
    "transport_document_date": date(2026, 11, 2),
    "invoice_total": 123456,
    "credit_number": "SPECIMEN-LC-77",
    "credit_date": date(2026, 11, 1),
    "clause": "WE CERTIFY WHAT THE BUYER ASKS FOR",
    "retrospective_reason": "The ship had sailed",
}
SHOWN = ("1,234.56", "Singapore", *(v for v in SAID.values() if isinstance(v, str) and len(v) > 2))


def test_both_read_what_is_optional(stage: Stage) -> None:
    number = stage.in_scrutiny(**SAID)
    exporter = stage.client("owner").get(f"/applications/{number}").text
    officer = stage.client("officer").get(f"/queue/{number}").text
    for words in SHOWN:
        assert words in exporter and words in officer, words


def test_what_is_not_said_takes_no_room(stage: Stage) -> None:
    page = stage.client("owner").get(f"/applications/{stage.draft()}").text
    assert "Notify party" not in page and "Letter of credit" not in page
