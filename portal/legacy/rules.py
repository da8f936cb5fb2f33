"""What a row of an import has to look like; each fault is named with its column and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.core.clock import written_day
from portal.core.errors import Problem
from portal.core.words import N_

COLUMNS = (
    "file_number",
    "certificate_number",
    "iec",
    "exporter",
    "agency",
    "status",
    "submitted_on",
    "issued_on",
    "destination",
)
LONGEST = {"file_number": 80, "certificate_number": 80, "exporter": 160, "agency": 160}
LAST_DAY = date(2024, 8, 27)


class LegacyStatus(StrEnum):
    """Where a file of eCoO 1.0 stood when it was imported."""

    PENDING = "pending"
    ISSUED = "issued"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LegacyRow:
    """One sound row."""

    file_number: str
    certificate_number: str | None
    iec: str
    exporter: str
    agency: str
    status: LegacyStatus
    submitted_on: date
    issued_on: date | None
    destination: str


def number(text: str) -> str:
    """A number of eCoO 1.0 as it is stored: capitals, no spaces, slashes kept."""
    return "".join(text.split()).upper()


def read_row(cells: Mapping[str, str], last_day: date = LAST_DAY) -> LegacyRow | Problem:
    """A row from its cells, or the first thing that is wrong with it.

    `last_day` is the last day on which applications belonged to eCoO 1.0.
    """
    for name in ("file_number", "iec", "exporter", "agency", "status", "submitted_on"):
        if not cells.get(name, "").strip():
            return Problem("missing", N_("%(column)s is empty."), {"column": name})
    for name, longest in LONGEST.items():
        if len(cells.get(name, "")) > longest:
            values = {"column": name, "longest": longest}
            return Problem("too_long", N_("%(column)s is over %(longest)s characters."), values)
    return _typed(cells, last_day)


def _typed(cells: Mapping[str, str], last_day: date) -> LegacyRow | Problem:
    iec, status = cells["iec"].strip().upper(), cells["status"].strip().lower()
    if len(iec) != 10 or not iec.isalnum():
        return Problem("iec", N_("iec “%(iec)s” has not ten letters or digits."), {"iec": iec})
    if status not in tuple(LegacyStatus):
        known = ", ".join(LegacyStatus)
        values = {"status": status, "known": known}
        return Problem("status", N_("status “%(status)s” is none of: %(known)s."), values)
    days = {}
    for name in ("submitted_on", "issued_on"):
        found = _day(cells.get(name, ""))
        if isinstance(found, Problem):
            return Problem(found.code, found.text, {**found.values, "column": name})
        days[name] = found
    return _consistent(cells, iec, LegacyStatus(status), days, last_day)


def _consistent(
    cells: Mapping[str, str],
    iec: str,
    status: LegacyStatus,
    days: Mapping[str, date | None],
    last_day: date,
) -> LegacyRow | Problem:
    submitted, issued = days["submitted_on"], days["issued_on"]
    certificate = number(cells.get("certificate_number", "")) or None
    if submitted is None or submitted > last_day:
        values = {
            "day": written_day(submitted) if submitted else "",
            "last": written_day(last_day),
        }
        text = N_("submitted_on %(day)s is after %(last)s: that is not a file of eCoO 1.0.")
        return Problem("after_cut_over", text, values)
    if (status in (LegacyStatus.ISSUED, LegacyStatus.CANCELLED)) != (certificate is not None):
        text = N_("status and certificate_number don't agree: issued and cancelled files have one.")
        return Problem("certificate", text)
    if (certificate is None) != (issued is None):
        return Problem("issued_on", N_("certificate_number and issued_on go together."))
    return LegacyRow(
        file_number=number(cells["file_number"]),
        certificate_number=certificate,
        iec=iec,
        exporter=cells["exporter"].strip(),
        agency=cells["agency"].strip(),
        status=status,
        submitted_on=submitted,
        issued_on=issued,
        destination=cells.get("destination", "").strip()[:80],
    )


def _day(text: str) -> date | Problem | None:
    plain = text.strip()
    if not plain:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return Problem(
        "day", N_("%(column)s “%(text)s” is no day such as 2024-08-27."), {"text": plain}
    )
