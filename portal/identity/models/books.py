"""What a firm keeps ready for its applications: branches, consignees, signatories."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime


class Entry:
    """The columns of every book. A name stands once among what is not archived."""

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    name: Mapped[str] = mapped_column(String(160))
    # The name without case, spaces and marks: what counts as the same one.
    name_key: Mapped[str] = mapped_column(String(160))
    added_at: Mapped[Instant]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


def _once(table: str) -> Index:
    live = text("archived_at IS NULL")
    name = f"uq_{table}_live"
    columns = ("firm_id", "name_key")
    return Index(name, *columns, unique=True, sqlite_where=live, postgresql_where=live)


class Branch(Entry, Model):
    """A place of the firm with the GSTIN of its state; `state` is the state's GST code."""

    __tablename__ = "identity_branch"
    __table_args__ = (_once("identity_branch"),)

    address: Mapped[str] = mapped_column(String(400))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(2))
    pin: Mapped[str] = mapped_column(String(6))
    gstin: Mapped[str] = mapped_column(String(15), default="")


class Party(Entry, Model):
    """A consignee that the firm sends goods to."""

    __tablename__ = "identity_party"
    __table_args__ = (_once("identity_party"),)

    address: Mapped[str] = mapped_column(String(400))
    country: Mapped[str] = mapped_column(String(2))


class Signatory(Entry, Model):
    """Somebody who signs the firm's declarations."""

    __tablename__ = "identity_signatory"
    __table_args__ = (_once("identity_signatory"),)

    designation: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80))


class Product(Entry, Model):
    """Goods that the firm sends again and again, with what a goods line says of them each time."""

    __tablename__ = "identity_product"
    __table_args__ = (_once("identity_product"),)

    hs_code: Mapped[str] = mapped_column(String(8))
    description: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(3), default="")
    package_kind: Mapped[str] = mapped_column(String(40), default="")
    # What of the origin statement stays the same, as the goods line says it.
    criterion: Mapped[str] = mapped_column(String(32), default="")
    operations: Mapped[str] = mapped_column(String(200), default="")
    processing: Mapped[str] = mapped_column(Text, default="")
    # JSON: name, hs_code and country of each imported input.
    inputs: Mapped[str] = mapped_column(Text, default="[]")
    producer: Mapped[str] = mapped_column(String(16), default="same")
    producer_name: Mapped[str] = mapped_column(String(160), default="")
    producer_address: Mapped[str] = mapped_column(Text, default="")
