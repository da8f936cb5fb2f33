"""Loading the compiled events; what an editor changed since is never overwritten."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.reference.actions import trade_name
from portal.trade_events.models import Event

SEED = Path(__file__).parent / "seed" / "trade_events.csv"
DAYS = ("starts", "ends", "verified_on")


def seed(db: Session) -> None:
    """Load every event that is missing; again without change."""
    known = set(db.scalars(select(Event.slug)))
    with SEED.open(encoding="utf-8", newline="") as file:
        fresh = [row for row in csv.DictReader(file) if row["slug"] not in known]
    for row in fresh:
        days = {name: date.fromisoformat(row.pop(name)) for name in DAYS}
        db.add(Event(**row, **days, country_name=trade_name(row["country"])))
    db.flush()
