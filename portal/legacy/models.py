"""Files of eCoO 1.0 as imported; nothing here can be edited or charged."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key, text_enum
from portal.legacy.rules import LegacyStatus


class LegacyFile(Model):
    """One file of eCoO 1.0, with its certificate if one was issued."""

    __tablename__ = "legacy_file"
    __table_args__ = (
        CheckConstraint(
            "(status IN ('issued', 'cancelled')) = (certificate_number IS NOT NULL)",
            name="issued_has_number",
        ),
        CheckConstraint(
            "(certificate_number IS NULL) = (issued_on IS NULL)", name="issued_has_day"
        ),
    )

    id: Mapped[Key]
    file_number: Mapped[str] = mapped_column(String(80), unique=True)
    certificate_number: Mapped[str | None] = mapped_column(String(80), unique=True)
    iec: Mapped[str] = mapped_column(String(10), index=True)
    exporter: Mapped[str] = mapped_column(String(160))
    agency: Mapped[str] = mapped_column(String(160), index=True)
    status: Mapped[LegacyStatus] = mapped_column(text_enum(LegacyStatus, "status"))
    submitted_on: Mapped[date] = mapped_column(Date)
    issued_on: Mapped[date | None] = mapped_column(Date)
    destination: Mapped[str] = mapped_column(String(80), default="")
    imported_at: Mapped[Instant]
