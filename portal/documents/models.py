"""Uploaded documents: where they lie and what exactly was received."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import BigInt, Instant, Key


class Document(Model):
    """One file as it was received; its content never changes."""

    __tablename__ = "documents_document"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    pages: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))
    firm_id: Mapped[int] = mapped_column(BigInt)
    person_id: Mapped[int | None] = mapped_column(BigInt)
    received_at: Mapped[Instant]


class Scan(Model):
    """That a scanner for malware looked at a document, and what it found, if anything."""

    __tablename__ = "documents_scan"

    id: Mapped[Key]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents_document.id"), unique=True)
    at: Mapped[Instant]
    finding: Mapped[str] = mapped_column(String(120), default="")
