"""Tables of agreements, their members, origin rules and examples of product rules."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Key, text_enum
from portal.trade_agreements.rules import Certainty, State


class Agreement(Model):
    """An agreement as information; `unconfirmed` names the fields that no source confirms."""

    __tablename__ = "trade_agreements_agreement"
    __table_args__ = (
        CheckConstraint("state <> 'not_settled' OR in_force IS NULL", name="unsettled_has_no_date"),
        CheckConstraint("state <> 'not_settled' OR open_point <> ''", name="unsettled_says_why"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(text_enum(State, "state"))
    partners_note: Mapped[str] = mapped_column(String(120), default="")
    signed: Mapped[date | None] = mapped_column(Date)
    in_force: Mapped[date | None] = mapped_column(Date)
    since_note: Mapped[str] = mapped_column(String(120), default="")
    status_note: Mapped[str] = mapped_column(String(200), default="")
    open_point: Mapped[str] = mapped_column(Text, default="")
    proof: Mapped[str] = mapped_column(String(200), default="")
    instrument: Mapped[str] = mapped_column(String(160), default="")
    official_url: Mapped[str] = mapped_column(String(400), default="")
    evidence_url: Mapped[str] = mapped_column(String(400), default="")
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))
    unconfirmed: Mapped[str] = mapped_column(String(120), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")
    verified_on: Mapped[date] = mapped_column(Date)


class Member(Model):
    """A partner of India in an agreement, with the country's name kept for reading."""

    __tablename__ = "trade_agreements_member"

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("trade_agreements_agreement.id"), primary_key=True
    )
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))


class OriginRule(Model):
    """The general origin rule of an agreement and what surrounds it."""

    __tablename__ = "trade_agreements_origin_rule"

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("trade_agreements_agreement.id"), primary_key=True
    )
    general: Mapped[str] = mapped_column(String(300))
    value_threshold: Mapped[str] = mapped_column(String(120), default="")
    value_basis: Mapped[str] = mapped_column(String(80), default="")
    tariff_shift: Mapped[str] = mapped_column(String(40), default="")
    de_minimis: Mapped[str] = mapped_column(String(200), default="")
    de_minimis_textiles: Mapped[str] = mapped_column(String(80), default="")
    cumulation: Mapped[str] = mapped_column(String(120), default="")
    consignment: Mapped[str] = mapped_column(String(120), default="")
    validity_months: Mapped[int | None]
    issue_window: Mapped[str] = mapped_column(String(120), default="")
    retrospective: Mapped[str] = mapped_column(String(120), default="")
    retention: Mapped[str] = mapped_column(String(80), default="")
    form: Mapped[str] = mapped_column(String(400), default="")
    source: Mapped[str] = mapped_column(String(400), default="")
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))
    unconfirmed: Mapped[str] = mapped_column(String(120), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")


class ProductRule(Model):
    """An example of a rule for one product, in the order of the compiled list."""

    __tablename__ = "trade_agreements_product_rule"
    __table_args__ = (UniqueConstraint("agreement_id", "position"),)

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("trade_agreements_agreement.id"))
    position: Mapped[int]
    hs: Mapped[str] = mapped_column(String(12))
    goods: Mapped[str] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))
    remark: Mapped[str] = mapped_column(String(120), default="")
