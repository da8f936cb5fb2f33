"""A firm's books, for the firm; an agent is offered the signatories of its client alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.identity.models import Branch, Party, Product, Signatory

BOOKS: Mapping[str, type[Branch] | type[Party] | type[Signatory] | type[Product]] = {
    "branches": Branch,
    "parties": Party,
    "products": Product,
    "signatories": Signatory,
}
# An entry as pages see it: its reference, name and what the book keeps besides.
Entry = Mapping[str, Any]


def entries(db: Session, actor: Actor, kind: str, *, archived: bool = False) -> list[Entry]:
    """The entries of one book of the acting firm, by name. Raises Missing outside a firm."""
    if actor.firm_id is None:
        raise Missing("books")
    return _entries(db, actor.firm_id, kind, archived=archived)


def entry(db: Session, actor: Actor, kind: str, ref: str) -> Entry:
    """One entry that is not archived. Raises Missing."""
    return _named(entries(db, actor, kind), ref)


def book_sizes(db: Session, actor: Actor) -> dict[str, int]:
    """How many entries each book of the acting firm has."""
    found = {}
    for kind, model in BOOKS.items():
        query = select(func.count(model.id)).where(model.firm_id == actor.firm_id)
        found[kind] = db.scalar(query.where(model.archived_at.is_(None))) or 0
    return found


def consignees(db: Session, actor: Actor) -> list[Entry]:
    """Whom a draft may be addressed to: an agent doesn't see whom its client trades with."""
    return [] if actor.firm_id is None else _entries(db, actor.firm_id, "parties")


def parties_named(db: Session, actor: Actor, keys: Collection[str]) -> list[Entry]:
    """The firm's consignees whose names count as one of `keys`; nothing for an agent."""
    found = rows(db, _parties(), firm=actor.firm_id, keys=list(keys))
    return [dict(row._mapping) for row in found]


def products(db: Session, actor: Actor) -> list[Entry]:
    """What goods lines may be filled from: an agent doesn't see who produces for its client."""
    return [] if actor.firm_id is None else _entries(db, actor.firm_id, "products")


def signatories(db: Session, actor: Actor) -> list[Entry]:
    """Who may sign the declaration of the acting firm, or of an agent's client."""
    return [] if actor.exporter_id is None else _entries(db, actor.exporter_id, "signatories")


def chosen(offered: list[Entry], ref: str) -> Entry | None:
    """The entry of `offered` with a reference, or None."""
    return next((row for row in offered if row["ref"] == ref), None)


@cache
def _parties() -> Select[Any]:
    table = Party.__table__
    mine = (table.c.firm_id == bindparam("firm"), table.c.archived_at.is_(None))
    return select(table).where(*mine, table.c.name_key.in_(bindparam("keys", expanding=True)))


def _named(found: list[Entry], ref: str) -> Entry:
    row = chosen(found, ref)
    if row is None:
        raise Missing("entry")
    return row


def _entries(db: Session, firm_id: int, kind: str, *, archived: bool = False) -> list[Entry]:
    table = BOOKS[kind].__table__
    is_archived = table.c.archived_at.is_not(None)
    query = (
        select(table)
        .where(table.c.firm_id == firm_id, is_archived if archived else ~is_archived)
        .order_by(table.c.name, table.c.id)
    )
    return [dict(row) for row in db.execute(query).mappings()]
