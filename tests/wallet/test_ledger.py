"""Money under random sequences, failures, repeats and simultaneous spending."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from portal.core.errors import NotOpen
from portal.core.money import Paise
from portal.core.tx import write
from portal.wallet import ledger
from portal.wallet.models import Account, AccountKind, Hold, Posting, Transfer, TransferKind

FIRMS, AGENCIES, REFS = (0, 1), (70, 71), ("A", "B", "C")
AMOUNTS = st.integers(1, 3_000)
OPS = st.one_of(
    st.tuples(st.just("credit"), st.sampled_from(FIRMS), AMOUNTS),
    st.tuples(st.just("hold"), st.sampled_from(REFS), st.sampled_from(FIRMS), AMOUNTS),
    st.tuples(st.just("release"), st.sampled_from(REFS)),
    st.tuples(st.just("capture"), st.sampled_from(REFS), st.sampled_from(AGENCIES)),
)
serial = itertools.count(1)


class Broken(Exception):
    """A failure after the act, before its commit."""


class World:
    """The ledger of a few firms, and beside it what we expect of it."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.turn = next(serial) * 1000
        self.available: Counter[int] = Counter()
        self.held: Counter[int] = Counter()
        self.holds: dict[str, list[Any]] = {}

    def do(self, op: tuple[Any, ...], breaks: bool) -> None:
        """Run one operation twice if it works (a repeat changes nothing), or break it off."""
        expected = getattr(self, op[0])(*op[1:])
        with self.sessions() as db:
            if expected is not None:
                with pytest.raises(expected):
                    write(db, self.run, op, False)
            elif breaks:
                with pytest.raises(Broken):
                    write(db, self.run, op, True)
            else:
                write(db, self.run, op, False)
                write(db, self.run, op, False)
                self.note(op)

    def run(self, db: Session, op: tuple[Any, ...], breaks: bool) -> None:
        """The operation itself."""
        name, *facts = op
        if name == "credit":
            key = f"credit:{self.turn}:{facts[0]}:{self.available_of(facts[0])}"
            source = ledger.account(db, AccountKind.SPECIMEN_FUNDS)
            target = ledger.account(db, AccountKind.AVAILABLE, self.turn + facts[0])
            kind = TransferKind.SPECIMEN_CREDIT
            amount = Paise(facts[1])
            ledger.transfer(db, key, kind, source, target, amount, ref="x", person_id=None)
        elif name == "hold":
            ref, firm, amount = facts
            ledger.hold(db, f"{ref}{self.turn}", self.turn + firm, Paise(amount), None)
        elif name == "release":
            ledger.release(db, f"{facts[0]}{self.turn}", None)
        else:
            ledger.capture(db, f"{facts[0]}{self.turn}", facts[1], None)
        if breaks:
            raise Broken

    def available_of(self, firm: int) -> str:
        """A key that is new after each change, so that each credit is one of its own."""
        return f"{self.credits[firm]}" if hasattr(self, "credits") else "0"

    def credit(self, _firm: int, _amount: int) -> type[Exception] | None:
        """A credit always works."""
        if not hasattr(self, "credits"):
            self.credits: Counter[int] = Counter()
        return None

    def hold(self, ref: str, firm: int, amount: int) -> type[Exception] | None:
        """A file has one hold; the same again is the same, other facts are a mistake."""
        known = self.holds.get(ref)
        if known is not None:
            return None if known[:2] == [firm, amount] else ledger.OtherFacts
        return ledger.TooLittleCredit if self.available[firm] < amount else None

    def release(self, ref: str) -> type[Exception] | None:
        """Only what is held, or again what was released."""
        return self._end(ref, "released", None)

    def capture(self, ref: str, agency: int) -> type[Exception] | None:
        """Only what is held, or again for the same agency."""
        return self._end(ref, "captured", agency)

    def _end(self, ref: str, state: str, agency: int | None) -> type[Exception] | None:
        known = self.holds.get(ref)
        if known is None:
            return LookupError
        if known[2] == "held" or known[2:] == [state, agency]:
            return None
        return ledger.OtherFacts if known[2] == state else NotOpen

    def note(self, op: tuple[Any, ...]) -> None:
        """Keep what the operation should have done."""
        name, *facts = op
        if name == "credit":
            self.available[facts[0]] += facts[1]
            self.credits[facts[0]] += 1
        elif name == "hold" and facts[0] not in self.holds:
            ref, firm, amount = facts
            self.holds[ref] = [firm, amount, "held", None]
            self.available[firm] -= amount
            self.held[firm] += amount
        elif name in ("release", "capture") and self.holds[facts[0]][2] == "held":
            firm, amount = self.holds[facts[0]][:2]
            self.held[firm] -= amount
            self.available[firm] += amount if name == "release" else 0
            agency = facts[1] if name == "capture" else None
            self.holds[facts[0]][2:] = ["released" if name == "release" else "captured", agency]

    def check(self) -> None:
        """Every balance is the one expected, and the ledger proves itself."""
        with self.sessions() as db:
            for firm in FIRMS:
                for kind, expected in (
                    (AccountKind.AVAILABLE, self.available[firm]),
                    (AccountKind.HELD, self.held[firm]),
                ):
                    assert balance(db, kind, self.turn + firm) == expected
            assert list(ledger.faults(db)) == []
            assert ledger.total_paise(db) == 0


def balance(db: Session, kind: AccountKind, owner: int) -> int:
    query = select(Account.balance_paise).where(Account.kind == kind, Account.owner_id == owner)
    return db.scalar(query) or 0


def fund(sessions: sessionmaker[Session], firm: int, amount: int) -> None:
    def add(db: Session) -> None:
        source = ledger.account(db, AccountKind.SPECIMEN_FUNDS)
        target = ledger.account(db, AccountKind.AVAILABLE, firm)
        kind = TransferKind.SPECIMEN_CREDIT
        key = f"fund:{firm}"
        ledger.transfer(db, key, kind, source, target, Paise(amount), ref="x", person_id=None)

    with sessions() as db:
        write(db, add)


@settings(max_examples=30)
@given(ops=st.lists(st.tuples(OPS, st.booleans()), max_size=14))
def test_whatever_happens_the_books_add_up(
    sessions: sessionmaker[Session], ops: list[tuple[tuple[Any, ...], bool]]
) -> None:
    """Credits, holds, releases, captures, repeats and failures in any order."""
    world = World(sessions)
    for op, breaks in ops:
        world.do(op, breaks)
    world.check()


def test_a_key_used_again_with_other_facts_is_an_error(sessions: sessionmaker[Session]) -> None:
    fund(sessions, 1, 100)
    with sessions() as db:
        source = ledger.account(db, AccountKind.SPECIMEN_FUNDS)
        target = ledger.account(db, AccountKind.AVAILABLE, 1)
        other = ledger.account(db, AccountKind.AVAILABLE, 2)
        credit, hold = TransferKind.SPECIMEN_CREDIT, TransferKind.HOLD
        facts: list[Any] = [credit, source, target, Paise(100), "x"]
        for place, changed in ((0, hold), (2, other), (3, Paise(101)), (4, "y")):
            attempt = [*facts[:place], changed, *facts[place + 1 :]]
            with pytest.raises(ledger.OtherFacts):
                ledger.transfer(db, "fund:1", *attempt[:4], ref=attempt[4], person_id=None)
        assert ledger.transfer(db, "fund:1", *facts[:4], ref="x", person_id=None).id == 1


def test_a_hold_again_with_other_facts_is_an_error(sessions: sessionmaker[Session]) -> None:
    fund(sessions, 1, 100)
    fund(sessions, 2, 100)
    with sessions() as db:
        first = write(db, ledger.hold, "F", 1, Paise(40), None)
        assert write(db, ledger.hold, "F", 1, Paise(40), None).id == first.id
        for firm, amount in ((1, 41), (2, 40)):
            with pytest.raises(ledger.OtherFacts):
                write(db, ledger.hold, "F", firm, Paise(amount), None)
        write(db, ledger.capture, "F", 7, None)
        with pytest.raises(ledger.OtherFacts):
            write(db, ledger.capture, "F", 8, None)


def test_too_little_credit_says_how_much_is_short(sessions: sessionmaker[Session]) -> None:
    fund(sessions, 1, 15_050)
    with sessions() as db:
        with pytest.raises(ledger.TooLittleCredit) as refused:
            write(db, ledger.hold, "F", 1, Paise(20_000), None)
        assert refused.value.short_paise == 4_950
        assert str(refused.value).startswith(
            "The wallet holds ₹150.50, the fee is ₹200.00: ₹49.50 short."
        )
        assert balance(db, AccountKind.AVAILABLE, 1) == 15_050
        assert db.scalar(select(func.count(Hold.id))) == 0
        assert list(ledger.faults(db)) == []


def test_spending_at_the_same_moment_never_goes_below_zero(
    sessions: sessionmaker[Session],
) -> None:
    """Six want 40 of 100: two get it, four hear how much is short."""
    fund(sessions, 1, 100)
    ready, found = threading.Barrier(6), []

    def spend(place: int) -> None:
        with sessions() as db:
            ready.wait(10)
            try:
                write(db, ledger.hold, f"F{place}", 1, Paise(40), None)
                found.append("held")
            except ledger.TooLittleCredit:
                found.append("short")

    threads = [threading.Thread(target=spend, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == ["held"] * 2 + ["short"] * 4
    with sessions() as db:
        assert balance(db, AccountKind.AVAILABLE, 1) == 20
        assert list(ledger.faults(db)) == []


def test_the_database_refuses_money_that_does_not_exist(sessions: sessionmaker[Session]) -> None:
    fund(sessions, 1, 100)
    with sessions() as db:
        write(db, ledger.hold, "F", 1, Paise(40), None)
        wrong = (
            "UPDATE wallet_account SET balance_paise = -1 WHERE kind = 'available'",
            "UPDATE wallet_account SET balance_paise = -1 WHERE kind = 'held'",
            "UPDATE wallet_account SET kind = 'treasure'",
            "UPDATE wallet_hold SET amount_paise = 0",
            "UPDATE wallet_hold SET status = 'captured'",
            "UPDATE wallet_hold SET ended_at = held_at",
            "INSERT INTO wallet_posting (transfer_id, source_id, destination_id, amount_paise)"
            " VALUES (1, 1, 2, 0)",
            "INSERT INTO wallet_posting (transfer_id, source_id, destination_id, amount_paise)"
            " VALUES (1, 1, 1, 5)",
            "INSERT INTO wallet_posting (transfer_id, source_id, destination_id, amount_paise)"
            " VALUES (999, 1, 2, 5)",
            "INSERT INTO wallet_account (kind, owner_id, balance_paise) VALUES ('available', 1, 0)",
        )
        for statement in wrong:
            assert is_refused(db, text(statement)), statement
            db.rollback()


def test_a_forged_balance_shows(sessions: sessionmaker[Session]) -> None:
    fund(sessions, 1, 100)
    with sessions() as db:
        db.execute(text("UPDATE wallet_account SET balance_paise = 900 WHERE kind = 'available'"))
        assert any("postings 100" in fault for fault in ledger.faults(db))


@pytest.mark.parametrize("table", ["wallet_posting", "wallet_transfer"])
def test_what_was_posted_stays(sessions: sessionmaker[Session], table: str) -> None:
    fund(sessions, 1, 100)
    with sessions() as db:
        statements = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
        if db.get_bind().dialect.name == "postgresql":
            statements.append(f"TRUNCATE {table} CASCADE")
        for statement in statements:
            with pytest.raises(DatabaseError, match="append-only"):
                db.execute(text(statement))
            db.rollback()
        assert db.scalar(select(func.count(Posting.id))) == 1
        assert db.scalar(select(func.count(Transfer.id))) == 1


def is_refused(db: Session, statement: Any, values: Any = None) -> bool:
    """Whether the database refuses a statement by a constraint; undone in any case."""
    try:
        db.execute(statement, values)
    except IntegrityError:
        return True
    finally:
        db.rollback()
    return False
