"""The application as a document: what its signatory reads, declares and signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.core.clock import IST
from portal.filing.queries.shapes import ApplicationFacts, AttachmentFacts, LineFacts
from portal.filing.rules.goods import OriginCriterion, format_scaled, printed_criterion, totals

TITLE = "APPLICATION FOR A CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)"
DECLARATION = (
    "I declare that the particulars are correct, that the goods were produced in India, and that "
    "they comply with the origin requirements for non-preferential certificates."
)
HEADS = (
    "Item",
    "ITC(HS)",
    "Description and marks",
    "Packages",
    "Quantity",
    "Weight",
    "FOB",
    "Origin",
)


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, as (label, words); words may have several lines."""

    heading: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Paper:
    """A whole application in plain words. `rows` have a cell for each of `HEADS`."""

    title: str
    reference: str
    fingerprint: str
    specimen: bool
    sections: tuple[Section, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    declaration: tuple[str, ...]


def paper_of(facts: ApplicationFacts, fingerprint: str, at: datetime, *, specimen: bool) -> Paper:
    """The paper of an application as it stands; `at` is the instant of its making (aware).

    `fingerprint` is the SHA-256 of the particulars, which the signature stands for.
    """
    sums = totals(facts.lines)
    return Paper(
        title=TITLE,
        reference=facts.public_ref,
        fingerprint=fingerprint,
        specimen=specimen,
        sections=(_head(facts), _exporter(facts), _consignee(facts), _transport(facts)),
        rows=tuple(_row(number, line, facts) for number, line in enumerate(facts.lines, start=1)),
        totals=(
            "",
            "",
            f"Total of {len(facts.lines)}",
            str(sums.packages),
            "",
            f"{format_scaled(sums.gross_weight)} kg gross\n{format_scaled(sums.net_weight)} kg net",
            _money(sums.fob_minor, facts),
            "",
        ),
        documents=tuple((a.kind.replace("_", " "), _document(a)) for a in facts.attachments),
        declaration=_declaration(facts, at),
    )


def _head(facts: ApplicationFacts) -> Section:
    invoice = f"{facts.invoice_number} of {_day(facts.invoice_date)}"
    return Section(
        "Application",
        (
            ("Reference", facts.public_ref),
            ("Issuing agency", f"{facts.office.agency_name}, {facts.office.name}"),
            ("Invoice", f"{invoice}, {facts.currency} {facts.incoterm}"),
        ),
    )


def _exporter(facts: ApplicationFacts) -> Section:
    firm = facts.firm
    place = f"{firm.address}\n{firm.city} {firm.pin}, {firm.state}, India"
    by = (("Prepared by", f"{facts.agent} for {firm.name}"),) if facts.agent else ()
    names = (("Name", firm.name), ("IEC", firm.iec), ("GSTIN", firm.gstin or "–"))
    return Section("Exporter", (*names, ("Address", place), *by))


def _consignee(facts: ApplicationFacts) -> Section:
    return Section(
        "Consignee",
        (
            ("Name", facts.consignee_name),
            ("Address", facts.consignee_address),
            ("Country", facts.consignee_country_name),
        ),
    )


def _transport(facts: ApplicationFacts) -> Section:
    return Section(
        "Transport",
        (
            ("Mode", facts.transport_mode),
            ("Vessel, flight or vehicle", facts.vessel or "–"),
            ("Departure on or about", _day(facts.departs_on)),
            ("From", f"{facts.port_of_loading_name} ({facts.port_of_loading})"),
            ("To", f"{facts.port_of_discharge}, {facts.destination_country_name}"),
        ),
    )


def _row(number: int, line: LineFacts, facts: ApplicationFacts) -> tuple[str, ...]:
    what = f"{line.description}\n{line.marks}" if line.marks else line.description
    gross, net = format_scaled(line.gross_weight), format_scaled(line.net_weight)
    return (
        str(number),
        line.hs_code,
        what,
        f"{line.packages} {line.package_kind}",
        f"{format_scaled(line.quantity)} {line.unit}",
        f"{gross} kg gross\n{net} kg net",
        _money(line.fob_minor, facts),
        printed_criterion(OriginCriterion(line.criterion)),
    )


def _document(attached: AttachmentFacts) -> str:
    return f"{attached.name}\nSHA-256 {attached.sha256}"


def _declaration(facts: ApplicationFacts, at: datetime) -> tuple[str, ...]:
    local = at.astimezone(IST)
    return (
        DECLARATION,
        f"{facts.signatory}, {facts.signatory_designation}",
        f"{facts.declaration_place}, {local:%d.%m.%Y, %H:%M} IST",
        "Signed electronically: see the signature panel of your reader.",
    )


def _money(minor: int, facts: ApplicationFacts) -> str:
    return f"{facts.currency} {format_scaled(minor, facts.currency_exponent)}"


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "–"
