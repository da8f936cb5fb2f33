"""Accounts, transfers, postings and holds; amounts are whole paise above zero."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import BigInt, Instant, Key, UtcDateTime, text_enum


class AccountKind(StrEnum):
    """What an account is for. Only `specimen_funds` and `gateway` may fall below zero."""

    AVAILABLE = "available"
    HELD = "held"
    OWED_TO_AGENCY = "owed_to_agency"
    SPECIMEN_FUNDS = "specimen_funds"
    GATEWAY = "gateway"


class TransferKind(StrEnum):
    """Why money moved."""

    SPECIMEN_CREDIT = "specimen_credit"
    HOLD = "hold"
    RELEASE = "release"
    CAPTURE = "capture"


class HoldStatus(StrEnum):
    """A hold ends once: captured or released."""

    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"


class Account(Model):
    """A place for money: its kind and whose it is (a firm or an agency; 0 for the platform)."""

    __tablename__ = "wallet_account"
    __table_args__ = (
        UniqueConstraint("kind", "owner_id"),
        CheckConstraint(
            "balance_paise >= 0 OR kind IN ('specimen_funds', 'gateway')", name="not_below_zero"
        ),
    )

    id: Mapped[Key]
    kind: Mapped[AccountKind] = mapped_column(text_enum(AccountKind, "account_kind"))
    owner_id: Mapped[int] = mapped_column(BigInt)
    balance_paise: Mapped[int] = mapped_column(BigInteger, default=0)


class Transfer(Model):
    """One movement with its idempotency key and a digest of its facts. Append-only."""

    __tablename__ = "wallet_transfer"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    facts_digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[TransferKind] = mapped_column(text_enum(TransferKind, "transfer_kind"))
    at: Mapped[Instant]
    ref: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None]


class Posting(Model):
    """An amount from one account to another: balanced by construction. Append-only."""

    __tablename__ = "wallet_posting"
    __table_args__ = (
        CheckConstraint("amount_paise > 0", name="amount_above_zero"),
        CheckConstraint("source_id <> destination_id", name="two_accounts"),
        Index("ix_wallet_posting_source", "source_id"),
        Index("ix_wallet_posting_destination", "destination_id"),
    )

    id: Mapped[Key]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("wallet_transfer.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("wallet_account.id"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("wallet_account.id"))
    amount_paise: Mapped[int] = mapped_column(BigInteger)


class Hold(Model):
    """Money set aside for one file; exactly one of capture and release ends it."""

    __tablename__ = "wallet_hold"
    __table_args__ = (
        CheckConstraint("amount_paise > 0", name="amount_above_zero"),
        CheckConstraint(
            "(status = 'held') = (ended_at IS NULL)", name="ended_when_captured_or_released"
        ),
    )

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    firm_id: Mapped[int] = mapped_column(BigInt, index=True)
    amount_paise: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[HoldStatus] = mapped_column(text_enum(HoldStatus, "hold_status"))
    held_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
