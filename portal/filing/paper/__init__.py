"""The application as a paper: in words and frozen, so that an exporter signs what was declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.core.printable import visible
from portal.filing.paper import rows, said
from portal.filing.paper.shapes import (
    ApplicationPaper,
    PaperDocument,
    PaperLine,
    PaperTotals,
    Rows,
)
from portal.filing.particulars import fingerprint_of
from portal.filing.queries import ApplicationFacts
from portal.filing.rules.declaration import declaration_of
from portal.filing.rules.kinds import Kind

TITLE = "APPLICATION FOR A CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)"
TITLES: Mapping[Kind, str] = {
    Kind.NON_PREFERENTIAL: TITLE,
    Kind.BACK_TO_BACK: "APPLICATION FOR A BACK-TO-BACK CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)",
}
NOTICE = "This is an application to the agency named below. It is not a certificate of origin."
SIGNED = "Signed electronically; see the signature panel"

__all__ = [
    "NOTICE",
    "SIGNED",
    "TITLE",
    "ApplicationPaper",
    "PaperDocument",
    "PaperLine",
    "PaperTotals",
    "Rows",
    "paper_of",
]


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
        title=TITLES[facts.kind],
        notice=NOTICE,
        reference=reference,
        version=version,
        specimen=specimen,
        file=rows.file(facts, version, digest),
        addressee=rows.visibly(rows.addressee(facts)),
        exporter=rows.visibly(rows.exporter(facts)),
        consignee=rows.visibly(rows.consignee(facts)),
        certificate=rows.visibly(said.certificate(facts)),
        notify=rows.visibly(said.notify(facts)),
        transport=rows.visibly(rows.transport(facts)),
        invoice=rows.visibly(rows.invoice(facts)),
        terms=rows.visibly(said.terms(facts)),
        evidence=rows.visibly(said.evidence(facts)),
        currency=visible(facts.currency),
        lines=tuple(rows.line(line, facts) for line in facts.lines),
        totals=rows.totals(facts),
        criteria=rows.criteria(facts),
        documents=tuple(rows.document(attachment) for attachment in facts.attachments),
        declaration=declaration_of(facts.kind),
        declared_by=rows.visibly(rows.declared_by(facts, signer)),
        declared_at=rows.visibly(rows.declared_at(facts, at)),
        signed=SIGNED,
        author=visible(facts.firm.name),
        particulars_sha256=digest,
    )
