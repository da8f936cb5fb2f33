"""How a draft and the firm's books stand to each other: what is used most, what isn't kept yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.permissions import Actor
from portal.filing.models import Application, GoodsLine
from portal.filing.queries.goods import line_facts
from portal.filing.queries.shapes import LineFacts
from portal.identity import queries as identity
from portal.identity.actions.books import name_key

# How many of the newest files say what is used most.
LOOKED_AT = 200
MOST_OFFERED = 50
SIDES = ("consignee", "notify")


@dataclass(frozen=True)
class PartyState:
    """A party of a draft, and the entry of the book with its name, if there is one."""

    side: str
    name: str
    address: str
    country: str
    entry: Mapping[str, str] | None

    @property
    def state(self) -> str:
        """`new`, `same` or `differs`."""
        if self.entry is None:
            return "new"
        same = all(getattr(self, n) == self.entry[n] for n in ("name", "address", "country"))
        return "same" if same else "differs"


def consignees_by_use(db: Session, actor: Actor) -> list[identity.Entry]:
    """The firm's consignees, those of its newest files first, then by name."""
    found = identity.consignees(db, actor)
    if not found:
        return found
    newest = select(Application.consignee_name).where(Application.firm_id == actor.firm_id)
    names = db.scalars(newest.order_by(Application.id.desc()).limit(LOOKED_AT))
    used = Counter(name_key(name) for name in names if name)
    return sorted(found, key=lambda row: (-used[row["name_key"]], row["name"]))


def parties_of(db: Session, actor: Actor, row: Application) -> list[PartyState]:
    """Consignee and notify party of a draft, as far as they are named, beside the firm's book.

    Nothing for an agent: the book is the firm's.
    """
    if actor.firm_id is None:
        return []
    keys = {name_key(name) for name in (row.consignee_name, row.notify_name) if name}
    known = {entry["name_key"]: entry for entry in identity.parties_named(db, actor, keys)}
    found = []
    for side in SIDES:
        name, address, country = (
            getattr(row, f"{side}_{part}") for part in ("name", "address", "country")
        )
        if name:
            found.append(PartyState(side, name, address, country, known.get(name_key(name))))
    return found


def last_position(db: Session, row: Application) -> int:
    """The position of a draft's last line; 0 without lines."""
    here = GoodsLine.application_id == row.id
    return db.scalar(select(func.max(GoodsLine.position)).where(here)) or 0


def lines_to_keep(db: Session, actor: Actor, row: Application) -> list[LineFacts]:
    """The first goods lines of each description that the product book doesn't have, 50 at most."""
    if actor.firm_id is None:
        return []
    known = {name_key(entry["description"]) for entry in identity.products(db, actor)}
    found: dict[str, LineFacts] = {}
    for line in line_facts(db, row.id):
        key = name_key(line.description)
        if key not in known:
            found.setdefault(key, line)
    return list(found.values())[:MOST_OFFERED]
