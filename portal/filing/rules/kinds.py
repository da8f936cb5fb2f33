"""What an application asks for, and whose goods it is about."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import Problem
from portal.core.words import N_


class Kind(StrEnum):
    """The kind of certificate that is asked for (Handbook of Procedures 2023, para 2.93).

    Whether it stands in place of an issued one, or comes after the goods have left, is said apart.
    """

    NON_PREFERENTIAL = "non_preferential"
    BACK_TO_BACK = "back_to_back"

    @property
    def label(self) -> str:
        """The marked words that forms and pages show."""
        return KIND_LABELS[self]


class Trade(StrEnum):
    """Why goods of another country are certified here (para 2.93(f), PN 43/2024-25)."""

    RE_EXPORT = "re_export"
    TRANS_SHIPMENT = "trans_shipment"
    MERCHANTING = "merchanting"


class Producer(StrEnum):
    """Who made the goods of a line, as far as it is said."""

    SAME = "same"
    OTHER = "other"
    CONFIDENTIAL = "confidential"


class Evidence(StrEnum):
    """What proves that goods come from another country."""

    CERTIFICATE_OF_ORIGIN = "certificate_of_origin"
    BILL_OF_ENTRY = "bill_of_entry"
    INVOICE = "invoice"
    OTHER = "other"


def check_origin(country: str) -> Problem | None:
    """The origin of a back-to-back certificate: never India (para 2.93(f), PN 43/2024-25)."""
    if country != "IN":
        return None
    return Problem(
        "indian_origin",
        N_(
            "Goods of Indian origin get the ordinary certificate: a back-to-back one is for goods "
            "of another country (para 2.93(f) of the Handbook, Public Notice 43/2024-25). Choose "
            "that country, or begin an ordinary application."
        ),
    )


def leaves_india(kind: str, trade: str) -> bool:
    """Whether the goods go out from India; in merchanting trade they never come there."""
    return (kind, trade) != (Kind.BACK_TO_BACK, Trade.MERCHANTING)


KIND_LABELS = {
    Kind.NON_PREFERENTIAL: N_("Non-preferential certificate: goods of Indian origin"),
    Kind.BACK_TO_BACK: N_("Back-to-back certificate: goods of another country"),
}
TRADE_LABELS = {
    Trade.RE_EXPORT: N_("Re-export"),
    Trade.TRANS_SHIPMENT: N_("Trans-shipment"),
    Trade.MERCHANTING: N_("Merchanting trade"),
}
PRODUCER_LABELS = {
    Producer.SAME: N_("The exporter made them"),
    Producer.OTHER: N_("Another producer made them"),
    Producer.CONFIDENTIAL: N_("The producer is confidential"),
}
EVIDENCE_LABELS = {
    Evidence.CERTIFICATE_OF_ORIGIN: N_("Certificate of origin of that country"),
    Evidence.BILL_OF_ENTRY: N_("Bill of entry"),
    Evidence.INVOICE: N_("Invoice of the foreign seller"),
    Evidence.OTHER: N_("Other proof"),
}
