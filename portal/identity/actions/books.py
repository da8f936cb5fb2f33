"""Keeping a firm's books: entries are added, changed and archived, never deleted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.identity.lists import check_gstin_of
from portal.identity.models import Firm
from portal.identity.queries.books import BOOKS
from portal.reference.queries import hs_on

MOST_ENTRIES = 500
ADDED = audit.Act("identity.book_entry_added", ("book", "entry"))
CHANGED = audit.Act("identity.book_entry_changed", ("book", "entry"))
ARCHIVED = audit.Act("identity.book_entry_archived", ("book", "entry"))


def add_entry(db: Session, actor: Actor, kind: str, /, **fields: Any) -> str:
    """Add an entry to a book of the actor's firm; returns its reference.

    Raises Invalid for a name that is there already, for another state's GSTIN, or past 500.
    """
    firm = _locked_firm(db, actor)
    model = BOOKS[kind]
    query = select(func.count(model.id)).where(model.firm_id == firm.id)
    if (db.scalar(query.where(model.archived_at.is_(None))) or 0) >= MOST_ENTRIES:
        raise Invalid(
            N_("A book holds %(most)s entries at most. Archive those that you don't need."),
            code="book_full",
            most=MOST_ENTRIES,
        )
    _check(db, firm, kind, "", fields)
    row = model(
        ref=random_ref(),
        firm_id=firm.id,
        name_key=name_key(fields["name"]),
        added_at=clock.now(),
        **fields,
    )
    db.add(row)
    audit.record(db, f"firm:{firm.id}", ADDED, actor, book=kind, entry=row.ref)
    return row.ref


def change_entry(db: Session, actor: Actor, kind: str, ref: str, /, **fields: Any) -> None:
    """Change an entry; applications that used it keep what they took. Raises Missing, Invalid."""
    firm = _locked_firm(db, actor)
    row = _live(db, firm, kind, ref)
    _check(db, firm, kind, ref, fields)
    for name, value in {**fields, "name_key": name_key(fields["name"])}.items():
        setattr(row, name, value)
    audit.record(db, f"firm:{firm.id}", CHANGED, actor, book=kind, entry=ref)


def archive_entry(db: Session, actor: Actor, kind: str, ref: str) -> None:
    """Take an entry out of the choice; its name is free again. Raises Missing."""
    firm = _locked_firm(db, actor)
    _live(db, firm, kind, ref).archived_at = clock.now()
    audit.record(db, f"firm:{firm.id}", ARCHIVED, actor, book=kind, entry=ref)


def name_key(name: str) -> str:
    """What counts as the same name: letters and digits alone, without case."""
    return "".join(c for c in name.casefold() if c.isalnum())[:160] or name[:160]


def _locked_firm(db: Session, actor: Actor) -> Firm:
    """The actor's own firm; its row is locked, so that a name is not added twice at once."""
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("books")
    found = db.scalar(select(Firm).where(Firm.id == actor.firm_id).with_for_update())
    if found is None:
        raise Missing("books")
    return found


def _live(db: Session, firm: Firm, kind: str, ref: str) -> Any:
    model = BOOKS[kind]
    query = select(model).where(model.ref == ref, model.firm_id == firm.id)
    found = db.scalar(query.where(model.archived_at.is_(None)))
    if found is None:
        raise Missing("entry")
    return found


def _check(db: Session, firm: Firm, kind: str, ref: str, fields: dict[str, Any]) -> None:
    model = BOOKS[kind]
    same = select(model.id).where(model.firm_id == firm.id, model.archived_at.is_(None))
    same = same.where(model.name_key == name_key(fields["name"]), model.ref != ref)
    if db.scalar(same) is not None:
        raise Invalid(
            N_("This name is in the book already. Change that entry, or give this one a name."),
            code="name_taken",
            field="name",
        )
    if fields.get("gstin"):
        problem = check_gstin_of(fields["gstin"], fields["state"], firm.pan)
        if problem is not None:
            raise Invalid.because(problem, field="gstin")
    if kind == "products":
        problem = hs_on(db, fields["hs_code"], clock.today()).problem
        if problem is not None:
            raise Invalid.because(problem, field="hs_code")
