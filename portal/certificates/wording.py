"""Puts an application into the words that a certificate prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.agencies.queries import OfficeFacts
from portal.certificates.sheet import Party, Sheet, SheetImage, SheetLine
from portal.core.clock import ist_day
from portal.filing.queries import ApplicationFacts, LineFacts
from portal.filing.rules.goods import format_scaled, printed_criterion

# The layout follows Annexure-II to Appendix 2E; its revision is kept with each certificate.
REVISION = "NP-1"
TITLE = "CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)"
MODES = {"sea": "By sea", "air": "By air", "road": "By road", "rail": "By rail", "post": "By post"}


@dataclass(frozen=True)
class Approval:
    """What the approval adds to an application: number, instant, officer, images, addresses."""

    number: str
    check_code: str
    at: datetime
    officer: str
    designation: str
    verify_url: str
    qr_url: str
    specimen: bool
    images: tuple[SheetImage, ...] = ()


def sheet_of(facts: ApplicationFacts, approval: Approval) -> Sheet:
    """The sheet of an approved application, complete and frozen."""
    return Sheet(
        title=TITLE,
        number=approval.number,
        check_code=approval.check_code,
        specimen=approval.specimen,
        revision=REVISION,
        agency=facts.office.agency_name,
        office=facts.office.name,
        office_address=_office_address(facts.office),
        exporter=_exporter(facts),
        exporter_iec=facts.firm.iec,
        consignee=_consignee(facts),
        transport=tuple(_transport(facts)),
        official_use="",
        lines=tuple(_line(i, line, facts) for i, line in enumerate(facts.lines, start=1)),
        importing_country=facts.destination_country_name,
        declaration_place=facts.declaration_place,
        declaration_date=written(ist_day(facts.submitted_at or approval.at)),
        signatory=facts.signatory,
        signatory_designation=facts.signatory_designation,
        certification_place=facts.office.city,
        certified_on=written(ist_day(approval.at)),
        officer=approval.officer,
        officer_designation=approval.designation,
        application_number=facts.number or "",
        verify_url=approval.verify_url,
        qr_url=approval.qr_url,
        images=approval.images,
    )


def written(day: date | None) -> str:
    """A day as certificates write it: 23.11.2026."""
    return f"{day:%d.%m.%Y}" if day else ""


def _office_address(office: OfficeFacts) -> str:
    return ", ".join(part for part in (office.address, office.city, office.state) if part)


def _exporter(facts: ApplicationFacts) -> Party:
    firm = facts.firm
    place = f"{firm.city} {firm.pin}, {firm.state}"
    return Party(firm.name, (*firm.address.splitlines(), place), "India")


def _consignee(facts: ApplicationFacts) -> Party:
    lines = tuple(facts.consignee_address.splitlines())
    return Party(facts.consignee_name, lines, facts.consignee_country_name)


def _transport(facts: ApplicationFacts) -> list[str]:
    how = MODES.get(facts.transport_mode, facts.transport_mode)
    parts = [f"{how}: {facts.vessel}" if facts.vessel else how]
    if facts.departs_on:
        parts.append(f"Departure on or about {written(facts.departs_on)}")
    parts.append(f"From {facts.port_of_loading_name} ({facts.port_of_loading}), India")
    parts.append(f"To {facts.port_of_discharge}, {facts.destination_country_name}")
    return parts


def _line(item: int, line: LineFacts, facts: ApplicationFacts) -> SheetLine:
    gross, net = format_scaled(line.gross_weight), format_scaled(line.net_weight)
    quantity = f"{format_scaled(line.quantity)} {line.unit}"
    return SheetLine(
        item=item,
        marks=line.marks,
        packages=f"{line.packages} {line.package_kind}",
        description=line.description,
        hs_code=line.hs_code,
        criterion=printed_criterion(line.criterion),
        quantity=f"{quantity}\nGross {gross} kg\nNet {net} kg",
        invoice=f"{facts.invoice_number}\n{written(facts.invoice_date)}",
    )


def decision_page(sheet: Sheet, fingerprint: str) -> tuple[str, tuple[str, ...]]:
    """Title and lines of the page that an officer signs beside the office's seal."""
    return "Decision on an application", (
        f"I, {sheet.officer}, {sheet.officer_designation}, approved application "
        f"{sheet.application_number} of {sheet.exporter.name} (IEC {sheet.exporter_iec}).",
        f"Certificate {sheet.number} is issued for it by {sheet.agency}, {sheet.office}.",
        f"Approved on {sheet.certified_on} at {sheet.certification_place}.",
        "SHA-256 of the certificate's particulars as approved:",
        fingerprint,
    )
