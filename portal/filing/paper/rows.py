"""Rows that every application's paper has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from portal.core.clock import IST, ist_day
from portal.core.printable import visible
from portal.filing.paper import said
from portal.filing.paper.days import NOTHING, day, named
from portal.filing.paper.shapes import PaperDocument, PaperLine, PaperTotals, Rows
from portal.filing.queries import ApplicationFacts, AttachmentFacts, LineFacts
from portal.filing.rules.goods import (
    OriginCriterion,
    format_minor,
    format_scaled,
    printed_criterion,
)
from portal.filing.rules.goods import totals as summed


def visibly(pairs: Iterator[tuple[str, str]]) -> Rows:
    """The pairs as they are printed: no character hides, and what is missing is a dash."""
    return tuple((caption, visible(text) or NOTHING) for caption, text in pairs)


def file(facts: ApplicationFacts, version: int, digest: str) -> Rows:
    """How the file is called, and what the signature stands for."""
    caption = "File number" if facts.number else "Draft reference"
    return (
        (caption, facts.public_ref),
        ("Version", str(version)),
        ("SHA-256 of particulars", f"{digest[:32]}\n{digest[32:]}"),
    )


def addressee(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    """The office that shall issue."""
    office = facts.office
    yield "Agency", office.agency_name
    yield "Office", office.name
    yield "Address", ", ".join(part for part in (office.address, office.city, office.state) if part)


def exporter(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    """The firm, its branch, and the agent that prepared the application."""
    firm = facts.firm
    yield "Name", firm.name
    yield "Address", f"{firm.address}\n{firm.city} {firm.pin}, {firm.state}, India"
    yield "IEC", firm.iec
    yield "GSTIN", facts.branch_gstin or firm.gstin
    if facts.branch_name or facts.branch_address:
        parts = (facts.branch_name, facts.branch_address)
        yield "Branch", "\n".join(part for part in parts if part)
    if facts.agent:
        yield "Prepared", f"by agent {facts.agent} for exporter {firm.name}"


def consignee(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    """Box 2."""
    yield "Name", facts.consignee_name
    yield "Address", facts.consignee_address
    yield "Country", named(facts.consignee_country_name, facts.consignee_country)


def transport(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    """Box 3."""
    yield "Mode", facts.transport_mode.capitalize()
    yield "Vessel, flight or vehicle", facts.vessel
    yield "Departure on or about", day(facts.departs_on)
    if facts.loading_abroad:
        yield "Place of loading", facts.loading_abroad
    else:
        yield "Port of loading", named(facts.port_of_loading_name, facts.port_of_loading)
    yield "Port of discharge", facts.port_of_discharge
    country = named(facts.destination_country_name, facts.destination_country)
    yield "Country of destination", country
    if facts.final_destination:
        yield "Final destination", facts.final_destination
    if facts.transport_document:
        paper = (facts.transport_document, day(facts.transport_document_date))
        yield "Transport document", ", ".join(part for part in paper if part)


def invoice(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    """The invoices in order, and what holds for all of them."""
    for place, one in enumerate(facts.invoices, start=1):
        number, dated = ("Number", "Date") if place == 1 else (f"Number {place}", f"Date {place}")
        yield number, one.number
        yield dated, day(one.dated)
    yield "Currency", facts.currency
    yield "Term of delivery", facts.incoterm
    if facts.invoice_total is not None:
        yield "Total of invoices", format_minor(facts.invoice_total, facts.currency_exponent)


def declared_by(facts: ApplicationFacts, signer: str) -> Iterator[tuple[str, str]]:
    """Who declares, and who signs where that is an agent's person."""
    yield "Exporter", facts.firm.name
    yield "Signatory", facts.signatory
    yield "Designation", facts.signatory_designation
    if signer not in ("", facts.signatory):
        yield "Signing agent", f"{signer}, {facts.agent}" if facts.agent else signer


def declared_at(facts: ApplicationFacts, at: datetime) -> Iterator[tuple[str, str]]:
    """Where, and at which instant (aware)."""
    yield "Place", facts.declaration_place
    yield "Date", day(ist_day(at))
    local, utc = at.astimezone(IST), at.astimezone(UTC)
    yield (
        "Drawn up at",
        f"{day(local.date())}, {local:%H:%M:%S} IST\n{utc:%Y-%m-%dT%H:%M:%SZ} (UTC)",
    )


def line(line: LineFacts, facts: ApplicationFacts) -> PaperLine:
    """A goods line with all that is said of it."""
    return PaperLine(
        item=str(line.position),
        hs_code=visible(line.hs_code),
        description=visible(line.description),
        marks=visible(line.marks),
        packages=f"{line.packages} {visible(line.package_kind)}",
        quantity=f"{format_scaled(line.quantity)} {visible(line.unit)}",
        gross_kg=format_scaled(line.gross_weight),
        net_kg=format_scaled(line.net_weight),
        fob=format_minor(line.fob_minor, facts.currency_exponent),
        criterion=visible(said.criterion(line, facts)),
        more=tuple(visible(text) for text in said.more_of(line, facts)),
    )


def totals(facts: ApplicationFacts) -> PaperTotals:
    """The sums of all lines."""
    sums, count = summed(facts.lines), len(facts.lines)
    return PaperTotals(
        lines=f"Total of {count} {'line' if count == 1 else 'lines'}",
        packages=str(sums.packages),
        gross_kg=format_scaled(sums.gross_weight),
        net_kg=format_scaled(sums.net_weight),
        fob=format_minor(sums.fob_minor, facts.currency_exponent),
    )


def criteria(facts: ApplicationFacts) -> Rows:
    """The criteria that the lines name, each with its full words."""
    used = {line.criterion for line in facts.lines}
    return tuple((printed_criterion(c), c.label) for c in OriginCriterion if c.value in used)


def document(attachment: AttachmentFacts) -> PaperDocument:
    """An attached document."""
    return PaperDocument(
        kind=attachment.label,
        name=visible(attachment.name),
        pages=str(attachment.pages),
        sha256=attachment.sha256,
    )
