"""Sheets to print in tests: plainly invented firms, any number of goods lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.certificates.sheet import Party, Sheet, SheetLine

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def a_line(item: int, **other: Any) -> SheetLine:
    """One goods line with values of its own, so that a test can find each."""
    line = SheetLine(
        item=item,
        marks=f"SMK/{item:04d}\n1-40",
        packages=f"{item + 39} cartons",
        description=f"Cotton bed covers, block printed, design {item:04d}",
        hs_code="6304 19 90",
        criterion="Wholly produced",
        quantity=f"{item + 1240:,}.500 kg",
        invoice=f"SM/26-27/{item:04d}\n12 Nov 2026",
    )
    return replace(line, **other)


def a_sheet(lines: int = 1, **other: Any) -> Sheet:
    """A complete specimen sheet."""
    sheet = Sheet(
        title="CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)",
        number="SPC-MUM-2627-0000123-K",
        check_code="7F4K-92QX",
        specimen=True,
        revision="2026-11",
        agency="Specimen Chamber of Exports",
        office="Mumbai Office",
        office_address="12 Invented Road, Ballard Estate, Mumbai 400001",
        exporter=Party(
            "Sample Mills Private Limited",
            ("Plot 17, Invented Industrial Area", "Phase II", "Ahmedabad 380001, Gujarat"),
            "INDIA",
        ),
        exporter_iec="ZZZZZ0000Z",
        consignee=Party("Muster Handels GmbH", ("Erfundene Straße 5", "20095 Hamburg"), "GERMANY"),
        transport=("By sea, vessel to be named", "Nhava Sheva to Hamburg"),
        official_use="",
        lines=tuple(a_line(item) for item in range(1, lines + 1)),
        importing_country="GERMANY",
        declaration_place="Ahmedabad",
        declaration_date="20 November 2026",
        signatory="Asha Example",
        signatory_designation="Export Manager",
        certification_place="Mumbai",
        certified_on="23 November 2026",
        officer="Ravi Sample",
        officer_designation="Deputy Director",
        application_number="NP-SPC-MUM-2627-0000456-3",
        verify_url="https://ecoo.example/verify",
        qr_url="https://ecoo.example/q/" + "Ab3dEf6hIj" * 8,
    )
    return replace(sheet, **other)
