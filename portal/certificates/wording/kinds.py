"""What each kind of certificate says: its title, box 4 and box 12.

The words are the portal's own: Handbook of Procedures 2023, para 2.93(d) and (f) (as amended by
Public Notice 43/2024-25) prescribe what must stand there, no source prescribes how.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.certificates.wording.days import NOTHING, numbered
from portal.filing.queries import ApplicationFacts
from portal.filing.rules.kinds import Evidence, Kind, Trade

TITLES = {
    Kind.NON_PREFERENTIAL: "CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)",
    Kind.BACK_TO_BACK: "BACK-TO-BACK CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)",
}
RETROSPECTIVE = "ISSUED RETROSPECTIVELY"
TRADES = {
    Trade.RE_EXPORT: "RE-EXPORT",
    Trade.TRANS_SHIPMENT: "TRANS-SHIPMENT",
    Trade.MERCHANTING: "MERCHANTING TRADE",
}
EVIDENCE = {
    Evidence.CERTIFICATE_OF_ORIGIN: "Certificate of origin",
    Evidence.BILL_OF_ENTRY: "Bill of entry",
    Evidence.INVOICE: "Invoice of the foreign seller",
    Evidence.OTHER: "Document",
}
INDIA = "INDIA"


def title(facts: ApplicationFacts) -> str:
    """What the certificate is called."""
    return TITLES[facts.kind]


def origin(facts: ApplicationFacts) -> str:
    """The country of origin in capitals: never India on a back-to-back certificate."""
    if facts.kind is Kind.BACK_TO_BACK:
        return facts.origin_country_name.upper() or NOTHING
    return INDIA


def official_use(facts: ApplicationFacts) -> Iterator[str]:
    """Box 4, row by row."""
    if facts.replaces_number:
        replaced = numbered(facts.replaces_number, facts.replaces_date)
        yield f"ISSUED IN LIEU OF CERTIFICATE {replaced.replace('dated', 'DATED')}"
    if facts.retrospective_reason:
        yield RETROSPECTIVE
    if facts.kind is Kind.BACK_TO_BACK:
        yield f"{_trade(facts)} OF GOODS ORIGINATING IN {origin(facts)}"
        yield "Evidence of origin:" if facts.evidence else f"Evidence of origin: {NOTHING}"
        for one in facts.evidence:
            yield f"{EVIDENCE[Evidence(one.kind)]} {numbered(one.number, one.dated)}, {one.issuer}"


def declares(facts: ApplicationFacts) -> tuple[str, ...]:
    """Box 12's sentence, plain and bold in turn; nothing where it is the usual one of Indian goods.

    It never says that foreign goods were produced in India.
    """
    if facts.kind is not Kind.BACK_TO_BACK:
        return ()
    return (
        "The details and statements above are correct; the goods are of foreign origin, they "
        "originate in ",
        origin(facts),
        " as the evidence named in box 4 proves, and are consigned to ",
        facts.destination_country_name or NOTHING,
        ".",
    )


def _trade(facts: ApplicationFacts) -> str:
    return TRADES[Trade(facts.trade)] if facts.trade else NOTHING
