"""What stands in box 7 beneath the goods: what the buyer, the bank or the trade asks for."""

from __future__ import annotations

from collections.abc import Iterator

from portal.certificates.wording.days import numbered
from portal.filing.queries import ApplicationFacts, LineFacts
from portal.filing.rules.kinds import Producer

# A producer who is confidential is known to the portal's office, and to authorities that ask it.
CONFIDENTIAL = "Producer: available to the authorities on request"


def notes(facts: ApplicationFacts) -> Iterator[str]:
    """Third-country invoicing, letter of credit, and the buyer's clause exactly as typed."""
    if facts.invoicing_name:
        place = (facts.invoicing_name, facts.invoicing_country_name)
        yield f"Third-country invoicing by {', '.join(part for part in place if part)}"
    if facts.credit_number:
        yield f"Letter of credit {numbered(facts.credit_number, facts.credit_date)}"
    if facts.clause:
        yield facts.clause


def producer(line: LineFacts) -> str:
    """Who made the goods of a line, where it isn't the exporter; else nothing."""
    if line.producer == Producer.CONFIDENTIAL:
        return CONFIDENTIAL
    if line.producer != Producer.OTHER:
        return ""
    address = ", ".join(line.producer_address.splitlines())
    return "Producer: " + ", ".join(part for part in (line.producer_name, address) if part)
