"""The declaration of each kind: what the exporter ticks is what the application's paper says."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.words import N_
from portal.filing.rules.kinds import Kind

# The page shows them translated, the signed paper in English.
DECLARATION = N_(
    "I declare that the particulars are correct, that the goods were produced in India, and that "
    "they comply with the origin requirements for non-preferential certificates."
)
DECLARATIONS: Mapping[Kind, str] = {
    Kind.NON_PREFERENTIAL: DECLARATION,
    Kind.BACK_TO_BACK: N_(
        "I declare that the particulars are correct, that the goods are not of Indian origin, that "
        "they originate in the country named, as the documents named prove, and that the trade is "
        "the one named."
    ),
}


def declaration_of(kind: Kind) -> str:
    """What is declared for a kind of certificate, as a marked text."""
    return DECLARATIONS[kind]
