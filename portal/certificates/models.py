"""The register of certificates: every number ever allotted, and every file made for it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.agencies.rules import SealsWith
from portal.certificates.lifecycle import LIFECYCLE, Level, Status
from portal.core.db import Model
from portal.core.steps import Lifecycle, StepEvent
from portal.core.types import Instant, Key, UtcDateTime, text_enum

UNPROVEN = text("proven_until IS NULL AND issued_at IS NOT NULL")
ALLOTTED = text("status = 'allotted'")


class CertificateEvent(StepEvent, Model):
    """One step of a certificate. Append-only."""

    __tablename__ = "certificates_event"

    subject_id: Mapped[int] = mapped_column(ForeignKey("certificates_certificate.id"), index=True)


class Certificate(Model):
    """A number with the frozen sheet it stands for; what is printed never changes again."""

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        CheckConstraint(
            "(status IN ('issued', 'superseded', 'cancelled')) = (issued_at IS NOT NULL)",
            name="issued_has_instant",
        ),
        CheckConstraint("status <> 'void' OR void_reason <> ''", name="void_with_reason"),
        CheckConstraint("proven_until IS NULL OR issued_at IS NOT NULL", name="proven_is_issued"),
        Index(
            "ix_certificates_certificate_unproven",
            "issued_at",
            sqlite_where=UNPROVEN,
            postgresql_where=UNPROVEN,
        ),
        Index(
            "ix_certificates_certificate_allotted",
            "allotted_at",
            sqlite_where=ALLOTTED,
            postgresql_where=ALLOTTED,
        ),
        CheckConstraint("supersedes_id IS NULL OR issued_at IS NOT NULL", name="supersedes_issued"),
        Index("uq_certificates_certificate_supersedes_id", "supersedes_id", unique=True),
        Index("ix_certificates_certificate_proven_until", "proven_until"),
        Index(
            "uq_certificates_certificate_live",
            "application_id",
            unique=True,
            sqlite_where=text("status <> 'void'"),
            postgresql_where=text("status <> 'void'"),
        ),
    )

    lifecycle: ClassVar[Lifecycle] = LIFECYCLE
    event_model: ClassVar[type[CertificateEvent]] = CertificateEvent

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(48), unique=True)
    check_code: Mapped[str] = mapped_column(String(16))
    qr_id: Mapped[str] = mapped_column(String(16), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"))
    status: Mapped[Status] = mapped_column(text_enum(Status, "status"), default=Status.ALLOTTED)
    sheet: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    seal_key_id: Mapped[str] = mapped_column(String(64))
    seals_with: Mapped[SealsWith] = mapped_column(
        text_enum(SealsWith, "seals_with"), default=SealsWith.OFFICE_KEY
    )
    # The certificate that this one was issued in lieu of: said at its issue, and of each one once.
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_certificate.id"))
    allotted_at: Mapped[Instant]
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    void_reason: Mapped[str] = mapped_column(Text, default="")
    # Until when the newest file proves itself: the end of its time stamper's certificate.
    proven_until: Mapped[datetime | None] = mapped_column(UtcDateTime())


class CertificateFile(Model):
    """A version of a certificate's PDF: where it lies and its SHA-256. Append-only.

    A lasting version begins with all bytes of the one it is based on, and each has one successor.
    """

    __tablename__ = "certificates_file"
    __table_args__ = (
        CheckConstraint("(level = 'lasting') = (based_on_id IS NOT NULL)", name="lasting_is_based"),
        Index("uq_certificates_file_based_on_id", "based_on_id", unique=True),
    )

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("certificates_certificate.id"), index=True
    )
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    made_at: Mapped[Instant]
    level: Mapped[Level] = mapped_column(text_enum(Level, "level"), default=Level.SEALED)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("certificates_file.id"))


class DraftSheet(Model):
    """The sheet of a draft as a buyer may see it, marked DRAFT; it goes when the draft changes."""

    __tablename__ = "certificates_draft_sheet"

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"), index=True)
    # SHA-256 of the particulars that it shows.
    fingerprint: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    made_at: Mapped[Instant]
