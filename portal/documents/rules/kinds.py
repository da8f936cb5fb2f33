"""What an uploaded document is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.core.words import N_


class DocumentKind(StrEnum):
    """What an uploaded document is, in the order in which papers are read.

    Invoice and packing list are compulsory (PN 43/2024-25), a foreign certificate of origin where
    goods of another country are certified (para 2.93(f)).
    """

    INVOICE = "invoice"
    PACKING_LIST = "packing_list"
    TRANSPORT_DOCUMENT = "transport_document"
    SHIPPING_BILL = "shipping_bill"
    LETTER_OF_CREDIT = "letter_of_credit"
    FOREIGN_CERTIFICATE = "foreign_certificate"
    FOREIGN_PROOF = "foreign_proof"
    OTHER = "other"

    @property
    def is_single(self) -> bool:
        """Whether a file has one of it at a time, so that a new one replaces the one before."""
        return self is not DocumentKind.OTHER


KIND_LABELS: Mapping[DocumentKind, str] = {
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.PACKING_LIST: N_("Packing list"),
    DocumentKind.TRANSPORT_DOCUMENT: N_("Transport document"),
    DocumentKind.SHIPPING_BILL: N_("Shipping Bill"),
    DocumentKind.LETTER_OF_CREDIT: N_("Letter of credit"),
    DocumentKind.FOREIGN_CERTIFICATE: N_("Foreign certificate of origin"),
    DocumentKind.FOREIGN_PROOF: N_("Other proof of foreign origin"),
    DocumentKind.OTHER: N_("Other document"),
}


def label_of(kind: str) -> str:
    """A kind in words; its own name where it is none that is known."""
    known = kind in DocumentKind.__members__.values()
    return KIND_LABELS[DocumentKind(kind)] if known else kind


def rank_of(kind: str) -> int:
    """Where a kind stands among the others."""
    kinds = [str(known) for known in DocumentKind]
    return kinds.index(kind) if kind in kinds else len(kinds)
