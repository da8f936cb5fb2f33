"""What only some applications say: the kind's own facts, further parties, terms, origin."""

from __future__ import annotations

from collections.abc import Iterator

from portal.filing.paper.days import NOTHING, day, named
from portal.filing.queries import ApplicationFacts, LineFacts
from portal.filing.rules.goods import printed_criterion
from portal.filing.rules.kinds import PRODUCER_LABELS, Kind, Producer
from portal.filing.rules.origin import statements

Pairs = Iterator[tuple[str, str]]


def certificate(facts: ApplicationFacts) -> Pairs:
    """What is asked for, in place of which certificate, and why."""
    yield "Kind", facts.kind.label
    if facts.kind is Kind.BACK_TO_BACK:
        yield "Trade", facts.trade_label
        yield "Country of origin", named(facts.origin_country_name, facts.origin_country)
    if facts.replaces_number:
        yield "In lieu of certificate", f"{facts.replaces_number} of {day(facts.replaces_date)}"
        yield "What changes, and why", facts.replacement_reason
    if facts.retrospective_reason:
        yield "Asked for retrospectively", facts.retrospective_reason


def notify(facts: ApplicationFacts) -> Pairs:
    """Whom the carrier tells."""
    if facts.notify_name:
        yield "Name", facts.notify_name
        yield "Address", facts.notify_address
        yield "Country", named(facts.notify_country_name, facts.notify_country)


def terms(facts: ApplicationFacts) -> Pairs:
    """Third-country invoicing, letter of credit, and the clause as typed."""
    if facts.invoicing_name:
        place = named(facts.invoicing_country_name, facts.invoicing_country)
        yield "Third-country invoicing", ", ".join(p for p in (facts.invoicing_name, place) if p)
    if facts.credit_number:
        parts = (facts.credit_number, day(facts.credit_date))
        yield "Letter of credit", ", ".join(part for part in parts if part)
    if facts.clause:
        yield "Clause to be printed", facts.clause


def evidence(facts: ApplicationFacts) -> Pairs:
    """The papers that prove foreign origin."""
    for one in facts.evidence:
        yield one.label, f"{one.number}, {day(one.dated)}, {one.issuer}"


def criterion(line: LineFacts, facts: ApplicationFacts) -> str:
    """The short words of box 8, which the certificate prints as well; foreign goods meet none."""
    if facts.kind is Kind.BACK_TO_BACK:
        return f"Origin {facts.origin_country_name or NOTHING}"
    return printed_criterion(line.criterion) or NOTHING


def more_of(line: LineFacts, facts: ApplicationFacts) -> Iterator[str]:
    """Its producer and its invoice, where they aren't the usual ones."""
    if line.producer != Producer.SAME:
        said = (PRODUCER_LABELS[Producer(line.producer)], line.producer_name, line.producer_address)
        yield "Producer: " + "\n".join(part for part in said if part)
    if 0 < line.invoice <= len(facts.invoices):
        yield f"On invoice: {facts.invoices[line.invoice - 1].number or NOTHING}"


def origin(facts: ApplicationFacts) -> Pairs:
    """What is declared of each line's origin, with its rule: each sentence once."""
    foreign = facts.origin_country_name if facts.kind is Kind.BACK_TO_BACK else ""
    for lines, sentence in statements(facts.lines, foreign=foreign):
        yield f"Line {lines}" if lines.isdigit() else f"Lines {lines}", sentence
