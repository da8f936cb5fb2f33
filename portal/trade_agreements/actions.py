"""Loading the compiled agreements; what an editor changed since is never overwritten."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.reference.actions import trade_name
from portal.trade_agreements.models import Agreement, Member, OriginRule, ProductRule
from portal.trade_agreements.rules import Certainty

SEED = Path(__file__).parent / "seed"


def seed(db: Session) -> None:
    """Load every agreement that is missing, with its members and rules; again without change."""
    known = set(db.scalars(select(Agreement.slug)))
    fresh = {row["slug"]: row for row in _rows("agreements.csv") if row["slug"] not in known}
    made = {slug: _add_agreement(db, row) for slug, row in fresh.items()}
    for row in _rows("origin_rules.csv"):
        if row["agreement"] in made:
            _add_origin_rule(db, made[row.pop("agreement")], row)
    for row in _rows("product_rules.csv"):
        if row["agreement"] in made:
            _add_product_rule(db, made[row.pop("agreement")], row)
    db.flush()


def _add_agreement(db: Session, row: dict[str, str]) -> Agreement:
    partners = row.pop("partners").split()
    days = {name: _day(row.pop(name)) for name in ("signed", "in_force")}
    verified_on = date.fromisoformat(row.pop("verified_on"))
    made = Agreement(**row, **days, verified_on=verified_on)
    db.add(made)
    db.flush()
    for partner in partners:
        code, _mark, certainty = partner.partition(":")
        db.add(
            Member(
                agreement_id=made.id,
                country=code,
                name=trade_name(code),
                certainty=Certainty(certainty or Certainty.SEEN),
            )
        )
    return made


def _add_origin_rule(db: Session, agreement: Agreement, row: dict[str, str]) -> None:
    months = row.pop("validity_months")
    db.add(
        OriginRule(
            agreement_id=agreement.id, validity_months=int(months) if months else None, **row
        )
    )


def _add_product_rule(db: Session, agreement: Agreement, row: dict[str, str]) -> None:
    position = int(row.pop("position"))
    db.add(ProductRule(agreement_id=agreement.id, position=position, **row))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
