"""What a paper is made of."""

from __future__ import annotations

from dataclasses import dataclass

# A caption and what stands beside it.
Rows = tuple[tuple[str, str], ...]


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
    # What more is said of the goods, each beneath its description: "Producer: …".
    more: tuple[str, ...] = ()


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

    Rows that only some applications have are empty in the others. `particulars_sha256` is that of
    the version kept when the same particulars are handed in. `specimen` prints SPECIMEN, NOT VALID.
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
    certificate: Rows
    notify: Rows
    transport: Rows
    invoice: Rows
    terms: Rows
    evidence: Rows
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
