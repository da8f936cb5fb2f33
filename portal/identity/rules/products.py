"""What a product of a firm's book may say, checked before it is kept."""

from __future__ import annotations

from portal.core.errors import Problem
from portal.core.words import N_

# The same values as a goods line's (portal.filing.rules), which stands above this room.
ORIGINS = (
    ("wholly_obtained", N_("Wholly obtained in India: grown, mined, caught or bred")),
    ("made_from_indian_inputs", N_("Made in India from Indian inputs only")),
    ("processed_beyond_minimal", N_("Made in India with imported inputs")),
)
PRODUCERS = (
    ("same", N_("The exporter makes them")),
    ("other", N_("Another producer makes them")),
    ("confidential", N_("The producer is confidential")),
)


def check_producer(producer: str, name: str) -> Problem | None:
    """Another producer has a name."""
    if producer == "other" and not name.strip():
        return Problem("no_producer", N_("Type the producer's name, or choose another answer."))
    return None
