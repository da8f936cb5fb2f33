"""The application as a paper: in words and frozen, so that an exporter signs what was declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.core.clock import IST, ist_day
from portal.core.printable import visible
from portal.filing.particulars import fingerprint_of
from portal.filing.queries import ApplicationFacts, AttachmentFacts, LineFacts
from portal.filing.rules.declaration import DECLARATION
from portal.filing.rules.goods import (
    OriginCriterion,
    format_minor,
    format_scaled,
    printed_criterion,
    totals,
)

# A caption and what stands beside it.
Rows = tuple[tuple[str, str], ...]

TITLE = "APPLICATION FOR A CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)"
NOTICE = "This is an application to the agency named below. It is not a certificate of origin."
SIGNED = "Signed electronically; see the signature panel"
NOTHING = "–"


@dataclass(frozen=True)
class PaperLine:
    """One goods line; every figure is text."""

    item: str
    hs_code: str
    description: str
    marks: str
    packages: str
    quantity: str
    gross_kg: str
    net_kg: str
    fob: str
    criterion: str


@dataclass(frozen=True)
class PaperTotals:
    """The sums as the portal shows them; quantities aren't summed, units differ."""

    lines: str
    packages: str
    gross_kg: str
    net_kg: str
    fob: str


@dataclass(frozen=True)
class PaperDocument:
    """An attached document, by its content; `sha256` is hexadecimal."""

    kind: str
    name: str
    pages: str
    sha256: str


@dataclass(frozen=True)
class ApplicationPaper:
    """Everything that the signed application prints, already worded, in English.

    `particulars_sha256` is that of the version kept when the same particulars are handed in.
    `specimen` prints SPECIMEN, NOT VALID.
    """

    title: str
    notice: str
    reference: str
    version: int
    specimen: bool
    file: Rows
    addressee: Rows
    exporter: Rows
    consignee: Rows
    transport: Rows
    invoice: Rows
    currency: str
    lines: tuple[PaperLine, ...]
    totals: PaperTotals
    criteria: Rows
    documents: tuple[PaperDocument, ...]
    declaration: str
    declared_by: Rows
    declared_at: Rows
    signed: str
    author: str
    particulars_sha256: str


def paper_of(
    facts: ApplicationFacts, *, version: int, at: datetime, specimen: bool, signer: str = ""
) -> ApplicationPaper:
    """The paper of an application as it is now, to be signed as its version `version`.

    `at` (aware) is the instant of its making. `signer` is who signs where it isn't the signatory:
    an agent's person. A character that can't be printed or seen stands as its code point: no name
    on a signed paper hides one.
    """
    reference = f"{'Application' if facts.number else 'Draft'} {facts.public_ref}"
    digest = fingerprint_of(facts)
    return ApplicationPaper(
        title=TITLE,
        notice=NOTICE,
        reference=reference,
        version=version,
        specimen=specimen,
        file=_file(facts, version, digest),
        addressee=_rows(_addressee(facts)),
        exporter=_rows(_exporter(facts)),
        consignee=_rows(_consignee(facts)),
        transport=_rows(_transport(facts)),
        invoice=_rows(_invoice(facts)),
        currency=visible(facts.currency),
        lines=tuple(_line(line, facts.currency_exponent) for line in facts.lines),
        totals=_totals(facts),
        criteria=_criteria(facts),
        documents=tuple(_document(attachment) for attachment in facts.attachments),
        declaration=DECLARATION,
        declared_by=_rows(_declared_by(facts, signer)),
        declared_at=_rows(_declared_at(facts, at)),
        signed=SIGNED,
        author=visible(facts.firm.name),
        particulars_sha256=digest,
    )


def _rows(pairs: Iterator[tuple[str, str]]) -> Rows:
    return tuple((caption, visible(text) or NOTHING) for caption, text in pairs)


def _file(facts: ApplicationFacts, version: int, digest: str) -> Rows:
    caption = "File number" if facts.number else "Draft reference"
    return (
        (caption, facts.public_ref),
        ("Version", str(version)),
        ("SHA-256 of particulars", f"{digest[:32]}\n{digest[32:]}"),
    )


def _addressee(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    office = facts.office
    yield "Agency", office.agency_name
    yield "Office", office.name
    yield "Address", ", ".join(part for part in (office.address, office.city, office.state) if part)


def _exporter(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    firm = facts.firm
    yield "Name", firm.name
    yield "Address", f"{firm.address}\n{firm.city} {firm.pin}, {firm.state}, India"
    yield "IEC", firm.iec
    yield "GSTIN", firm.gstin
    if facts.agent:
        yield "Prepared", f"by agent {facts.agent} for exporter {firm.name}"


def _consignee(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    yield "Name", facts.consignee_name
    yield "Address", facts.consignee_address
    yield "Country", _named(facts.consignee_country_name, facts.consignee_country)


def _transport(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    yield "Mode", facts.transport_mode.capitalize()
    yield "Vessel, flight or vehicle", facts.vessel
    yield "Departure on or about", _day(facts.departs_on)
    yield "Port of loading", _named(facts.port_of_loading_name, facts.port_of_loading)
    yield "Port of discharge", facts.port_of_discharge
    country = _named(facts.destination_country_name, facts.destination_country)
    yield "Country of destination", country


def _invoice(facts: ApplicationFacts) -> Iterator[tuple[str, str]]:
    yield "Number", facts.invoice_number
    yield "Date", _day(facts.invoice_date)
    yield "Currency", facts.currency
    yield "Term of delivery", facts.incoterm


def _declared_by(facts: ApplicationFacts, signer: str) -> Iterator[tuple[str, str]]:
    yield "Exporter", facts.firm.name
    yield "Signatory", facts.signatory
    yield "Designation", facts.signatory_designation
    if signer not in ("", facts.signatory):
        yield "Signing agent", f"{signer}, {facts.agent}" if facts.agent else signer


def _declared_at(facts: ApplicationFacts, at: datetime) -> Iterator[tuple[str, str]]:
    yield "Place", facts.declaration_place
    yield "Date", _day(ist_day(at))
    local, utc = at.astimezone(IST), at.astimezone(UTC)
    yield (
        "Drawn up at",
        f"{_day(local.date())}, {local:%H:%M:%S} IST\n{utc:%Y-%m-%dT%H:%M:%SZ} (UTC)",
    )


def _line(line: LineFacts, exponent: int) -> PaperLine:
    return PaperLine(
        item=str(line.position),
        hs_code=visible(line.hs_code),
        description=visible(line.description),
        marks=visible(line.marks),
        packages=f"{line.packages} {visible(line.package_kind)}",
        quantity=f"{format_scaled(line.quantity)} {visible(line.unit)}",
        gross_kg=format_scaled(line.gross_weight),
        net_kg=format_scaled(line.net_weight),
        fob=format_minor(line.fob_minor, exponent),
        criterion=printed_criterion(OriginCriterion(line.criterion)),
    )


def _totals(facts: ApplicationFacts) -> PaperTotals:
    sums, count = totals(facts.lines), len(facts.lines)
    return PaperTotals(
        lines=f"Total of {count} {'line' if count == 1 else 'lines'}",
        packages=str(sums.packages),
        gross_kg=format_scaled(sums.gross_weight),
        net_kg=format_scaled(sums.net_weight),
        fob=format_minor(sums.fob_minor, facts.currency_exponent),
    )


def _criteria(facts: ApplicationFacts) -> Rows:
    """The criteria that the lines name, each with its full words."""
    used = {line.criterion for line in facts.lines}
    return tuple((printed_criterion(c), c.label) for c in OriginCriterion if c.value in used)


def _document(attachment: AttachmentFacts) -> PaperDocument:
    return PaperDocument(
        kind=attachment.label,
        name=visible(attachment.name),
        pages=str(attachment.pages),
        sha256=attachment.sha256,
    )


def _named(name: str, code: str) -> str:
    return f"{name} ({code})" if code else ""


def _day(day: date | None) -> str:
    """A day as the portal writes it in English: 23 Nov 2026."""
    return f"{day.day} {day:%b} {day.year}" if day else ""
