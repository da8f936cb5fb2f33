"""The paper of each kind of application: everything that is asked for is on what is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.adapters.pdf.application import ApplicationPdf
from portal.filing.paper import TITLE, paper_of
from portal.filing.particulars import MORE_FIELDS, MORE_LINE_FIELDS
from portal.filing.queries import ApplicationFacts
from portal.filing.queries.shapes import EvidenceFacts, InputFacts, InvoiceFacts
from portal.filing.rules.declaration import DECLARATION, DECLARATIONS
from portal.filing.rules.kinds import Kind
from tests.filing.papers import AT, facts, line
from tests.filing.test_paper import bare, outside, words

TEXTS = (
    "replaces_number",
    "replacement_reason",
    "retrospective_reason",
    "branch_name",
    "branch_address",
    "branch_gstin",
    "notify_name",
    "notify_address",
    "invoicing_name",
    "loading_abroad",
    "final_destination",
    "transport_document",
    "credit_number",
    "clause",
)
DAYS = ("replaces_date", "transport_document_date", "credit_date")


@pytest.fixture
def maker(data_dir: Path) -> ApplicationPdf:
    return ApplicationPdf(data_dir / "fonts")


def full(text: str = "") -> ApplicationFacts:
    """Everything said at once; each text its own name, or `text`."""
    more: dict[str, Any] = {name: text or f"typed {name} 1 & <b>" for name in TEXTS}
    more |= {name: date(2026, 10, number) for number, name in enumerate(DAYS, start=11)}
    inputs = (InputFacts(text or "Crude steel", "7219", "JP", "Japan"),)
    rows = (
        line(
            1,
            producer="other",
            producer_name=text or "Invented Weavers",
            producer_address=text or "Lane 2\nPanipat",
            invoice=2,
            operations="cleaning,packing",
            processing=text or "Rolled, annealed and drawn into pots",
            inputs=inputs,
        ),
        line(2, producer="confidential"),
    )
    made = facts(
        kind=Kind.BACK_TO_BACK,
        trade="re_export",
        origin_country="UG",
        origin_country_name="Uganda",
        notify_country="KE",
        notify_country_name="Kenya",
        invoicing_country="AE",
        invoicing_country_name="United Arab Emirates",
        invoice_total=1_234_567,
        more_invoices=(InvoiceFacts("INV/2", date(2026, 11, 21)),),
        evidence=(
            EvidenceFacts("bill_of_entry", text or "BE/1", date(2026, 9, 1), text or "Customs"),
        ),
        **more,
    )
    return replace(made, lines=rows)


def printed(maker: ApplicationPdf, folder: Path, found: ApplicationFacts) -> str:
    return words(maker.render(paper_of(found, version=1, at=AT, specimen=True)), folder)


def test_every_further_particular_is_on_the_paper(maker: ApplicationPdf, tmp_path: Path) -> None:
    text = printed(maker, tmp_path, full())
    wanted = [f"typed {name} 1 & <b>" for name in TEXTS]
    wanted += ["11 Oct 2026", "12 Oct 2026", "13 Oct 2026", "Back-to-back certificate", "Re-export"]
    wanted += ["Uganda (UG)", "Kenya (KE)", "United Arab Emirates (AE)", "12,345.67", "INV/2"]
    wanted += ["21 Nov 2026", "Bill of entry", "BE/1, 1 Sep 2026, Customs", "Origin Uganda"]
    wanted += [
        "Another producer made them",
        "Invented Weavers",
        "Lane 2 Panipat",
        "On invoice: INV/2",
    ]
    wanted += ["The producer is confidential"]
    assert [one for one in wanted if bare(one) not in text] == []


def test_no_particular_is_forgotten() -> None:
    """A field that comes later has to be put on the paper, and then here."""
    named = {*TEXTS, *DAYS, "kind", "trade", "origin_country", "notify_country"}
    named |= {"invoicing_country", "invoice_total"}
    assert named == set(MORE_FIELDS)
    assert set(MORE_LINE_FIELDS) == {
        "operations",
        "processing",
        "producer",
        "producer_name",
        "producer_address",
        "invoice",
    }


def test_the_statement_of_origin_is_signed_with_its_rule(
    maker: ApplicationPdf, tmp_path: Path
) -> None:
    said = full().lines[0]
    made = replace(
        facts(), lines=(said._replace(criterion="processed_beyond_minimal"), line(2), line(5))
    )
    rows = dict(paper_of(made, version=1, at=AT, specimen=True).origin)
    assert "Crude steel (HS 7219, Japan)" in rows["Line 1"]
    assert "Rolled, annealed and drawn into pots" in rows["Line 1"]
    text = printed(maker, tmp_path, made)
    assert [one for pair in rows.items() for one in pair if bare(one) not in text] == []
    foreign = replace(full(), lines=(line(1, criterion="foreign"), line(2, criterion="foreign")))
    rows = dict(paper_of(foreign, version=1, at=AT, specimen=True).origin)
    assert "originate in Uganda, not in India" in rows["Lines 1–2"]


def test_title_and_declaration_are_of_the_kind(maker: ApplicationPdf, tmp_path: Path) -> None:
    plain = paper_of(facts(), version=1, at=AT, specimen=True)
    foreign = paper_of(full(), version=1, at=AT, specimen=True)
    assert (plain.title, plain.declaration) == (TITLE, DECLARATION)
    assert foreign.title.startswith("APPLICATION FOR A BACK-TO-BACK CERTIFICATE")
    assert foreign.declaration == DECLARATIONS[Kind.BACK_TO_BACK]
    assert "produced in India" not in foreign.declaration
    assert bare(foreign.declaration) in printed(maker, tmp_path, full())


def test_what_is_not_said_takes_no_room() -> None:
    made = paper_of(facts(), version=1, at=AT, specimen=True)
    assert (made.notify, made.terms, made.evidence) == ((), (), ())
    assert [caption for caption, _ in made.certificate] == ["Kind"]
    assert made.lines[0].more == ()


@pytest.mark.parametrize("text", ["Ж" * 2000, "ЖЖ\n" * 700])
def test_long_texts_are_printed_whole(maker: ApplicationPdf, tmp_path: Path, text: str) -> None:
    pdf = maker.render(paper_of(full(text), version=1, at=AT, specimen=True))
    fields = len(TEXTS) + 4
    assert words(pdf, tmp_path).count("Ж") == text.count("Ж") * fields
    assert outside(pdf, tmp_path) == []
