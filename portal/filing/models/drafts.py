"""Tables of work under way: what is typed, begun from and brought in by lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime


class Typed(Model):
    """What somebody typed into a section and can't be kept yet, as JSON; nothing typed is lost."""

    __tablename__ = "filing_typed"
    __table_args__ = (UniqueConstraint("application_id", "section", "person_id"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    section: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    typed: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant]


class Template(Model):
    """Particulars that a firm begins applications from, as JSON, under a name of its own."""

    __tablename__ = "filing_template"
    __table_args__ = (
        Index(
            "uq_filing_template_live",
            "firm_id",
            "name_key",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    name: Mapped[str] = mapped_column(String(160))
    name_key: Mapped[str] = mapped_column(String(160))
    particulars: Mapped[str] = mapped_column(Text)
    added_at: Mapped[Instant]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Sheaf(Model):
    """Rows that came by file or paste and wait for their corrections: lines, or applications.

    `rows` is JSON: what stood in each cell, as text.
    """

    __tablename__ = "filing_sheaf"
    __table_args__ = (Index("ix_filing_sheaf_application_id", "application_id"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    # The draft that its lines go into; none where each row begins an application.
    application_id: Mapped[int | None] = mapped_column(ForeignKey("filing_application.id"))
    name: Mapped[str] = mapped_column(String(160))
    rows: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
