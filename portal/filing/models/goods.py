"""Tables of goods lines and of what went into the goods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.types import Key, text_enum
from portal.filing.rules.kinds import Producer

if TYPE_CHECKING:
    from portal.filing.models.applications import Application


class GoodsLine(Model):
    """One line of goods. Quantities and weights are integers × 1000, FOB in minor units."""

    __tablename__ = "filing_goods_line"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        CheckConstraint("gross_weight >= net_weight", name="gross_not_below_net"),
        CheckConstraint("quantity > 0 AND net_weight > 0 AND packages > 0", name="above_zero"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    position: Mapped[int]
    hs_code: Mapped[str] = mapped_column(String(8))
    description: Mapped[str] = mapped_column(Text)
    marks: Mapped[str] = mapped_column(Text, default="")
    packages: Mapped[int]
    package_kind: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str] = mapped_column(String(3))
    gross_weight: Mapped[int] = mapped_column(BigInteger)
    net_weight: Mapped[int] = mapped_column(BigInteger)
    fob_minor: Mapped[int] = mapped_column(BigInteger)
    criterion: Mapped[str] = mapped_column(String(32))
    # Which of the ten minimal operations were done, by their codes with commas between, and
    # what more was done to imported inputs.
    operations: Mapped[str] = mapped_column(String(200), default="")
    processing: Mapped[str] = mapped_column(Text, default="")
    producer: Mapped[Producer] = mapped_column(
        text_enum(Producer, "producer"), default=Producer.SAME
    )
    producer_name: Mapped[str] = mapped_column(String(160), default="")
    producer_address: Mapped[str] = mapped_column(Text, default="")
    # Which invoice the line stands on, counted from 1; 0 stands for all of them.
    invoice: Mapped[int] = mapped_column(default=0)

    application: Mapped[Application] = relationship(back_populates="lines", lazy="raise")


class Input(Model):
    """An imported material that went into the goods of a line."""

    __tablename__ = "filing_input"
    __table_args__ = (UniqueConstraint("line_id", "position"),)

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("filing_goods_line.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(160))
    hs_code: Mapped[str] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(2))
