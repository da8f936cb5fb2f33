"""Applications to print in tests: plainly invented firms, any number of goods lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from portal.agencies.queries import OfficeFacts
from portal.filing.lifecycle import Status
from portal.filing.paper import ApplicationPaper, paper_of
from portal.filing.queries import ApplicationFacts, AttachmentFacts, LineFacts
from portal.identity.queries import FirmFacts

AT = datetime(2026, 11, 23, 20, 30, 15, tzinfo=UTC)
CRITERIA = ("wholly_obtained", "made_from_indian_inputs", "processed_beyond_minimal")


def line(position: int, **other: Any) -> LineFacts:
    """One goods line with values of its own, so that a test can find each."""
    made = LineFacts(
        position=position,
        hs_code=f"6304{position % 10_000:04d}",
        description=f"Cotton bed covers, block printed, design {position:04d}",
        marks=f"SPECIMEN {position:04d}\n1-40",
        packages=position + 39,
        package_kind="cartons",
        quantity=(position + 1240) * 1000 + 500,
        unit="PCS",
        gross_weight=(position + 2240) * 1000 + 250,
        net_weight=(position + 2140) * 1000,
        fob_minor=(position + 90_000) * 100 + 5,
        criterion=CRITERIA[position % 3],
    )
    return made._replace(**other)


def attachment(kind: str, digit: str) -> AttachmentFacts:
    """A document; its hash is one digit over and over."""
    return AttachmentFacts(kind, f"ref-{kind}", f"specimen {kind}.pdf", 9000, 2, digit * 64, AT)


def facts(lines: int = 1, **other: Any) -> ApplicationFacts:
    """A complete draft."""
    made = ApplicationFacts(
        id=1,
        ref="7KQ2M9XWPC4T",
        number=None,
        status=Status.DRAFT,
        firm=FirmFacts(
            id=1,
            iec="ZZZZZ0000Z",
            name="Invented Mills Private Limited",
            pan="ZZZZZ0000Z",
            gstin="",
            address="Plot 17, Invented Industrial Area\nPhase II",
            city="Karnal",
            state="Haryana",
            pin="132001",
        ),
        office=OfficeFacts(
            id=1,
            code="DEL",
            name="Delhi Office",
            address="12 Invented Road",
            city="New Delhi",
            state="Delhi",
            seal_key_id="",
            agency_id=1,
            agency_code="SPC",
            agency_name="Specimen Chamber of Exports",
        ),
        created_at=AT,
        changed_at=AT,
        submitted_at=None,
        decided_at=None,
        officer_id=None,
        officer="",
        agent="",
        fee_paise=None,
        reason="",
        consignee_name="Specimen Consignee Limited",
        consignee_address="1 Invented Quay\nNowhere 1000",
        consignee_country="KE",
        consignee_country_name="Kenya",
        transport_mode="sea",
        vessel="MV Invented",
        departs_on=date(2026, 11, 29),
        port_of_loading="INNSA1",
        port_of_loading_name="Nhava Sheva",
        port_of_discharge="Mombasa",
        destination_country="UG",
        destination_country_name="Uganda",
        invoice_number="SPECIMEN/COTTON/2026-27/0001",
        invoice_date=date(2026, 11, 20),
        currency="USD",
        currency_exponent=2,
        incoterm="FOB",
        signatory="Invented Owner Asha",
        signatory_designation="Director",
        declaration_place="Panipat",
        lines=tuple(line(position) for position in range(1, lines + 1)),
        attachments=(attachment("invoice", "a"), attachment("packing_list", "7")),
        questions=(),
        events=(),
    )
    return replace(made, **other)


def paper(lines: int = 1, **other: Any) -> ApplicationPaper:
    """The specimen paper of a draft, version 1."""
    return paper_of(facts(lines, **other), version=1, at=AT, specimen=True)
