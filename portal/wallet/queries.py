"""What a firm sees of its wallet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.core.personal import PersonalData, rows_about
from portal.wallet.models import Account, AccountKind, Posting, Transfer, TransferKind

PAGE = 50


@dataclass(frozen=True)
class Balances:
    """Available and held credit, in paise."""

    available: int
    held: int


@dataclass(frozen=True)
class Line:
    """One posting as the firm sees it; `change_paise` is the change of the available credit."""

    id: int
    at: datetime
    kind: TransferKind
    ref: str
    change_paise: int
    held_change_paise: int


def balances(db: Session, actor: Actor) -> Balances:
    """The acting firm's balances. Raises Missing outside a firm."""
    kept = {row.kind: row.balance_paise for row in _accounts(db, actor)}
    return Balances(kept.get(AccountKind.AVAILABLE, 0), kept.get(AccountKind.HELD, 0))


def lines(db: Session, actor: Actor, before: int | None = None) -> list[Line]:
    """The firm's postings, newest first: up to 51 before posting `before`, one more than a page."""
    mine = {row.id: row.kind for row in _accounts(db, actor)}
    source, destination = aliased(Account), aliased(Account)
    query = (
        select(Posting, Transfer)
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .join(source, source.id == Posting.source_id)
        .join(destination, destination.id == Posting.destination_id)
        .where(source.id.in_(mine) | destination.id.in_(mine))
        .order_by(Posting.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Posting.id < before)
    return [_line(posting, moved, mine) for posting, moved in db.execute(query)]


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(db, person_id, (Transfer, ["person_id"]))


def _accounts(db: Session, actor: Actor) -> Sequence[Row[Any]]:
    if actor.firm_id is None:
        raise Missing("wallet")
    return rows(db, _accounts_of(), firm=actor.firm_id)


@cache
def _accounts_of() -> Select[Any]:
    columns: tuple[Any, ...] = (Account.id, Account.kind, Account.balance_paise)
    kinds = (AccountKind.AVAILABLE, AccountKind.HELD)
    mine = Account.owner_id == bindparam("firm")
    return select(*columns).where(mine, Account.kind.in_(kinds))


def _line(posting: Posting, moved: Transfer, mine: dict[int, AccountKind]) -> Line:
    change = {AccountKind.AVAILABLE: 0, AccountKind.HELD: 0}
    for account_id, sign in ((posting.source_id, -1), (posting.destination_id, 1)):
        if account_id in mine:
            change[mine[account_id]] += sign * posting.amount_paise
    return Line(
        posting.id,
        moved.at,
        moved.kind,
        moved.ref,
        change[AccountKind.AVAILABLE],
        change[AccountKind.HELD],
    )
