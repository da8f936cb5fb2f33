"""The real bodies of Appendix 2E, as information: facts from public sources, certainty kept."""

from __future__ import annotations

import csv
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Listing
from portal.agencies.rules import Category, Standing
from portal.core import clock
from portal.core.clock import start_of
from portal.notices.models import Certainty
from portal.notices.rules import slug_of

SEED = Path(__file__).parents[1] / "seed" / "appendix2e.csv"


def seed(db: Session) -> None:
    """Add the bodies that are missing; what the directorate changed stays as it is."""
    known = set(db.scalars(select(Agency.slug)))
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, listings in groupby(rows, key=lambda row: row["name"]):
        if slug_of(name) not in known:
            _add(db, name, list(listings))


def _add(db: Session, name: str, listings: list[dict[str, str]]) -> None:
    first = listings[0]
    row = Agency(
        slug=slug_of(name),
        name=name,
        category=Category(first["category"]),
        city=first["city"],
        state=first["state"],
        is_invented=False,
    )
    db.add(row)
    db.flush()
    for facts in listings:
        db.add(_listing(row.id, facts))
        db.flush()


def _listing(agency_id: int, facts: dict[str, str]) -> Listing:
    return Listing(
        agency_id=agency_id,
        standing=Standing.LISTED,
        valid_from=_instant(facts["since"]),
        valid_until=_instant(facts["until"]),
        notice=facts["notice"],
        end_notice=facts["end_notice"],
        source=facts["source"],
        certainty=Certainty(facts["certainty"]),
        entered_at=clock.now(),
    )


def _instant(day: str) -> datetime | None:
    return start_of(date.fromisoformat(day)) if day else None
