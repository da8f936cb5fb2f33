"""The only way money moves: idempotent transfers between accounts, holds that end once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import is_sqlite
from portal.core.errors import DomainError, Missing, NotOpen
from portal.core.money import Paise, rupees
from portal.core.words import N_
from portal.wallet.models import (
    Account,
    AccountKind,
    Hold,
    HoldStatus,
    Posting,
    Transfer,
    TransferKind,
)

MAY_FALL_BELOW_ZERO = (AccountKind.SPECIMEN_FUNDS, AccountKind.GATEWAY)


class TooLittleCredit(DomainError):
    """The available balance doesn't cover the amount; `short_paise` says how much is missing."""

    status = 422

    def __init__(self, needed: int, available: int) -> None:
        self.short_paise = Paise(needed - available)
        super().__init__(
            N_(
                "The wallet holds %(available)s, the fee is %(needed)s: %(short)s short. "
                "Add credit, then submit again; the draft is kept."
            ),
            code="too_little_credit",
            available=rupees(available),
            needed=rupees(needed),
            short=rupees(self.short_paise),
        )


class OtherFacts(ValueError):
    """An idempotency key came again with other facts: a programming mistake, never a transfer."""


def account(db: Session, kind: AccountKind, owner_id: int = 0) -> Account:
    """The account of a kind and owner, made at first use."""
    insert = sqlite_insert if is_sqlite(db) else postgresql_insert
    fresh = insert(Account).values(kind=kind, owner_id=owner_id, balance_paise=0)
    db.execute(fresh.on_conflict_do_nothing())
    query = select(Account).where(Account.kind == kind, Account.owner_id == owner_id)
    return db.scalars(query).one()


def transfer(
    db: Session,
    key: str,
    kind: TransferKind,
    source: Account,
    destination: Account,
    amount: Paise,
    *,
    ref: str,
    person_id: int | None,
) -> Transfer:
    """Move `amount` (paise, above zero); a repeated `key` returns the first transfer.

    Raises TooLittleCredit if the source may not fall below zero, OtherFacts if the key was used
    for something else.
    """
    facts = [kind.value, source.id, destination.id, int(amount), ref]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    known = find(db, key)
    if known is not None:
        if known.facts_digest != digest:
            raise OtherFacts(key)
        return known
    _move(db, source, destination, amount)
    made = Transfer(
        key=key, facts_digest=digest, kind=kind, at=clock.now(), ref=ref, person_id=person_id
    )
    db.add(made)
    db.flush()
    db.add(
        Posting(
            transfer_id=made.id,
            source_id=source.id,
            destination_id=destination.id,
            amount_paise=amount,
        )
    )
    db.flush()
    return made


def find(db: Session, key: str) -> Transfer | None:
    """The transfer of an idempotency key, if it was made."""
    return db.scalar(select(Transfer).where(Transfer.key == key))


def hold(db: Session, ref: str, firm_id: int, amount: Paise, person_id: int | None) -> Hold:
    """Set `amount` aside for file `ref`; again for the same file returns the first hold.

    Raises TooLittleCredit, or OtherFacts if the file's hold is another firm's or amount.
    """
    known = db.scalar(select(Hold).where(Hold.ref == ref))
    if known is not None:
        if (known.firm_id, known.amount_paise) != (firm_id, amount):
            raise OtherFacts(ref)
        return known
    available = account(db, AccountKind.AVAILABLE, firm_id)
    held = account(db, AccountKind.HELD, firm_id)
    made = transfer(
        db, f"hold:{ref}", TransferKind.HOLD, available, held, amount, ref=ref, person_id=person_id
    )
    row = Hold(
        ref=ref,
        firm_id=firm_id,
        amount_paise=amount,
        status=HoldStatus.HELD,
        held_at=made.at,
    )
    db.add(row)
    db.flush()
    return row


def release(db: Session, ref: str, person_id: int | None) -> None:
    """Give a hold back to its firm, once.

    Raises NotOpen if it was captured, Missing without one.
    """
    row = _end(db, ref, HoldStatus.RELEASED)
    held = account(db, AccountKind.HELD, row.firm_id)
    available = account(db, AccountKind.AVAILABLE, row.firm_id)
    amount = Paise(row.amount_paise)
    key, kind = f"release:{ref}", TransferKind.RELEASE
    transfer(db, key, kind, held, available, amount, ref=ref, person_id=person_id)


def capture(db: Session, ref: str, agency_id: int, person_id: int | None) -> None:
    """Take a hold for the agency that issued, once.

    Raises NotOpen if it was released, Missing without one, OtherFacts if another agency took it.
    """
    row = _end(db, ref, HoldStatus.CAPTURED)
    held = account(db, AccountKind.HELD, row.firm_id)
    owed = account(db, AccountKind.OWED_TO_AGENCY, agency_id)
    amount = Paise(row.amount_paise)
    key, kind = f"capture:{ref}", TransferKind.CAPTURE
    transfer(db, key, kind, held, owed, amount, ref=ref, person_id=person_id)


def faults(db: Session) -> Iterator[str]:
    """What doesn't add up: balances against postings, holds against held accounts, the sum."""
    incoming = _sums(db, Posting.destination_id)
    outgoing = _sums(db, Posting.source_id)
    total = 0
    for row in db.scalars(select(Account)):
        total += row.balance_paise
        proven = incoming.get(row.id, 0) - outgoing.get(row.id, 0)
        if proven != row.balance_paise:
            yield f"account {row.id} ({row.kind}): balance {row.balance_paise}, postings {proven}"
    if total:
        yield f"all accounts together hold {total} paise, not zero"
    kept = {
        row.owner_id: row.balance_paise
        for row in db.scalars(select(Account).where(Account.kind == AccountKind.HELD))
    }
    open_holds = select(Hold.firm_id, func.sum(Hold.amount_paise)).where(
        Hold.status == HoldStatus.HELD
    )
    expected = {firm: int(amount) for firm, amount in db.execute(open_holds.group_by(Hold.firm_id))}
    for firm in kept.keys() | expected.keys():
        if kept.get(firm, 0) != expected.get(firm, 0):
            yield f"firm {firm}: {kept.get(firm, 0)} held, open holds {expected.get(firm, 0)}"


def total_paise(db: Session) -> int:
    """The sum over all accounts: zero, always."""
    return int(db.scalar(select(func.sum(Account.balance_paise))) or 0)


def _move(db: Session, source: Account, destination: Account, amount: Paise) -> None:
    """Change both balances, the lower id first, so that two transfers never lock crosswise."""
    changes = {source.id: -amount, destination.id: amount}
    for account_id in sorted(changes):
        change = changes[account_id]
        query = update(Account).where(Account.id == account_id)
        if account_id == source.id and source.kind not in MAY_FALL_BELOW_ZERO:
            query = query.where(Account.balance_paise >= amount)
        done = cast(
            "CursorResult[Any]",
            db.execute(
                query.values(balance_paise=Account.balance_paise + change).execution_options(
                    synchronize_session=False
                )
            ),
        )
        if done.rowcount != 1:
            db.refresh(source)
            raise TooLittleCredit(amount, source.balance_paise)
    db.expire(source)
    db.expire(destination)


def _end(db: Session, ref: str, status: HoldStatus) -> Hold:
    """End the hold of `ref`, or find it ended this way: the transfer that follows has a key."""
    done = cast(
        "CursorResult[Any]",
        db.execute(
            update(Hold)
            .where(Hold.ref == ref, Hold.status == HoldStatus.HELD)
            .values(status=status, ended_at=clock.now())
            .execution_options(synchronize_session=False)
        ),
    )
    query = select(Hold).where(Hold.ref == ref).execution_options(populate_existing=True)
    row = db.scalar(query)
    if row is None:
        raise Missing("hold")
    if done.rowcount == 1 or row.status == status:
        return row
    raise NotOpen(
        N_("The fee of this file was already %(status)s."), code="hold_ended", status=row.status
    )


def _sums(db: Session, column: Any) -> dict[int, int]:
    query = select(column, func.sum(Posting.amount_paise)).group_by(column)
    return {row[0]: int(row[1]) for row in db.execute(query)}
