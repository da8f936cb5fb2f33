"""The one declaration: what the exporter ticks is what the application's document says."""

from __future__ import annotations

from portal.core.words import N_

# The page shows it translated, the signed paper in English.
DECLARATION = N_(
    "I declare that the particulars are correct, that the goods were produced in India, and that "
    "they comply with the origin requirements for non-preferential certificates."
)
