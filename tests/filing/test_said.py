"""Exporter and officer read everything that an application says."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.filing import actions as filing
from portal.filing.queries import application_facts, application_for
from portal.filing.rules.goods import format_minor
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


def test_the_officer_reads_what_changed_in_figures_as_people_write_them(stage: Stage) -> None:
    number, owner = stage.questioned(invoice_total=123456), stage.actor("owner")
    with stage.db() as db:
        (line,) = application_facts(db, application_for(db, owner, number)).lines
    stage.do(filing.save, owner, number, "invoice", invoice_total=1234500)
    more = {"hs_code": line.hs_code, "fob_minor": line.fob_minor + 5}
    stage.do(filing.change_line, owner, number, 1, **more)
    stage.sign(owner, number)
    stage.do(filing.answer, owner, number, "Corrected.", declared=True)
    page = stage.client("officer").get(f"/queue/{number}").text
    changed = page[page.index("What the answer changed") :]
    changed = changed[: changed.index("</table>")]
    cells = ["1,234.56", "12,345.00", *(format_minor(line.fob_minor + n, 2) for n in (0, 5))]
    assert [cell for cell in cells if f">{cell}<" not in changed] == []
