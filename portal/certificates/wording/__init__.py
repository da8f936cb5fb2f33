"""Puts an application into the words that a certificate prints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from portal.certificates.sheet import Sheet, SheetImage
from portal.certificates.wording import boxes, kinds, remarks
from portal.certificates.wording.days import NOTHING, written
from portal.core.clock import ist_day
from portal.filing.queries import ApplicationFacts

# The layout follows Annexure-II to Appendix 2E; its revision is kept with each certificate.
REVISION = "NP-2"


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
        title=kinds.title(facts),
        number=approval.number,
        check_code=approval.check_code,
        specimen=approval.specimen,
        revision=REVISION,
        agency=facts.office.agency_name,
        office=facts.office.name,
        office_address=boxes.office_address(facts.office),
        exporter=boxes.exporter(facts),
        exporter_iec=facts.firm.iec,
        consignee=boxes.consignee(facts),
        transport=tuple(boxes.transport(facts)),
        official_use="\n".join(kinds.official_use(facts)),
        lines=boxes.lines(facts),
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
        origin_country=kinds.origin(facts),
        images=approval.images,
        branch=boxes.branch(facts),
        notify=boxes.notify(facts),
        declares=kinds.declares(facts),
        notes=tuple(remarks.notes(facts)),
    )


def draft_of(facts: ApplicationFacts, *, specimen: bool) -> Sheet:
    """The sheet of an application as it stands, marked DRAFT: what isn't there yet is a dash.

    It has no number, code, officer, pictures or dates, so the same particulars give the same sheet.
    """
    approval = Approval("", "", facts.created_at, NOTHING, "", "", "", specimen)
    sheet = sheet_of(facts, approval)
    party = sheet.consignee
    return replace(
        sheet,
        draft=True,
        importing_country=sheet.importing_country or NOTHING,
        declaration_place=sheet.declaration_place or NOTHING,
        signatory=sheet.signatory or NOTHING,
        consignee=replace(party, name=party.name or NOTHING, country=party.country or NOTHING),
        declaration_date=NOTHING,
        certified_on=NOTHING,
        application_number=facts.public_ref,
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
