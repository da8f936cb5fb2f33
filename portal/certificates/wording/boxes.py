"""The words of the sheet's boxes that every kind of certificate has."""

from __future__ import annotations

from collections.abc import Iterator

from portal.agencies.queries import OfficeFacts
from portal.certificates.sheet import Party, SheetLine
from portal.certificates.wording import remarks
from portal.certificates.wording.days import NOTHING, numbered, written
from portal.filing.paper.said import criterion
from portal.filing.queries import ApplicationFacts, LineFacts
from portal.filing.rules.goods import format_scaled

MODES = {"sea": "By sea", "air": "By air", "road": "By road", "rail": "By rail", "post": "By post"}
PAPERS = {
    "sea": "Bill of lading",
    "air": "Air waybill",
    "road": "Lorry receipt",
    "rail": "Railway receipt",
}
# More invoices than these are named once, and by later lines as those of the first.
SHORT_LIST = 2


def office_address(office: OfficeFacts) -> str:
    """Where the office is, in one row."""
    return ", ".join(part for part in (office.address, office.city, office.state) if part)


def exporter(facts: ApplicationFacts) -> Party:
    """Box 1: the firm as the IEC registry has it."""
    firm = facts.firm
    place = f"{firm.city} {firm.pin}, {firm.state}"
    return Party(firm.name, (*firm.address.splitlines(), place), "India")


def branch(facts: ApplicationFacts) -> tuple[Party, ...]:
    """The branch or factory that sends the goods, in box 1; none where none is named."""
    if not (facts.branch_name or facts.branch_address):
        return ()
    return (Party(facts.branch_name, tuple(facts.branch_address.splitlines()), ""),)


def consignee(facts: ApplicationFacts) -> Party:
    """Box 2, as typed."""
    lines = tuple(facts.consignee_address.splitlines())
    return Party(facts.consignee_name, lines, facts.consignee_country_name)


def notify(facts: ApplicationFacts) -> tuple[Party, ...]:
    """Whom the carrier tells, in box 2; none where nobody is named."""
    if not facts.notify_name:
        return ()
    lines = tuple(facts.notify_address.splitlines())
    return (Party(facts.notify_name, lines, facts.notify_country_name),)


def transport(facts: ApplicationFacts) -> Iterator[str]:
    """Box 3, row by row."""
    how = MODES.get(facts.transport_mode, facts.transport_mode) or NOTHING
    yield f"{how}: {facts.vessel}" if facts.vessel else how
    if facts.departs_on:
        yield f"Departure on or about {written(facts.departs_on)}"
    yield f"From {_loading(facts)}"
    yield from _arrival(facts)
    if facts.transport_document:
        paper = PAPERS.get(facts.transport_mode, "Transport document")
        yield f"{paper} {numbered(facts.transport_document, facts.transport_document_date)}"


def lines(facts: ApplicationFacts) -> tuple[SheetLine, ...]:
    """Boxes 5 to 10, the items counted from 1."""
    everything = "\n".join(_invoice(facts, one) for one in range(len(facts.invoices)))
    many, first, made = len(facts.invoices) > SHORT_LIST, 0, []
    for item, line in enumerate(facts.lines, start=1):
        if 0 < line.invoice <= len(facts.invoices):
            named = _invoice(facts, line.invoice - 1)
        elif many and first:
            named = f"All those of item {first}"
        else:
            named, first = everything, item
        made.append(_line(item, line, facts, named))
    return tuple(made)


def _line(item: int, line: LineFacts, facts: ApplicationFacts, invoice: str) -> SheetLine:
    gross, net = format_scaled(line.gross_weight), format_scaled(line.net_weight)
    quantity = f"{format_scaled(line.quantity)} {line.unit}"
    producer = remarks.producer(line)
    return SheetLine(
        item=item,
        marks=line.marks,
        packages=f"{line.packages} {line.package_kind}",
        description=f"{line.description}\n{producer}" if producer else line.description,
        hs_code=line.hs_code,
        criterion=criterion(line, facts),
        quantity=f"{quantity}\nGross {gross} kg\nNet {net} kg",
        invoice=invoice,
    )


def _invoice(facts: ApplicationFacts, index: int) -> str:
    one = facts.invoices[index]
    return f"{one.number or NOTHING}\n{written(one.dated) or NOTHING}"


def _loading(facts: ApplicationFacts) -> str:
    if facts.loading_abroad or not facts.port_of_loading:
        return facts.loading_abroad or NOTHING
    port = f"{facts.port_of_loading_name} ({facts.port_of_loading})"
    return f"{port}, India" if facts.port_of_loading.startswith("IN") else port


def _arrival(facts: ApplicationFacts) -> Iterator[str]:
    port, country = facts.port_of_discharge or NOTHING, facts.destination_country_name or NOTHING
    if not facts.final_destination:
        yield f"To {port}, {country}"
        return
    yield f"To {port}"
    yield f"Final destination {facts.final_destination}, {country}"
