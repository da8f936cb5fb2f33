"""Requests for a signature: what was to be signed, what was asked, answered and made of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.steps import Lifecycle, StepEvent
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.signing.lifecycle import LIFECYCLE, FileKind, Means, Purpose, Status


class SignRequestEvent(StepEvent, Model):
    """One step of a request. Append-only."""

    __tablename__ = "signing_event"

    subject_id: Mapped[int] = mapped_column(ForeignKey("signing_request.id"), index=True)


class SignRequest(Model):
    """One try to have one document signed by one person. A second try is a row of its own.

    `fingerprint` is what the signature stands for (of an application: its particulars), a digest is
    SHA-256 in hexadecimal. Of the signer's certificate only name, serial and fingerprint are kept
    as facts; the messages are kept whole as proof and shown nowhere.
    """

    __tablename__ = "signing_request"
    __table_args__ = (
        CheckConstraint(
            "(status = 'signed') = (signed_at IS NOT NULL AND signer_sha256 <> '')",
            name="signed_has_signer",
        ),
        CheckConstraint(
            "status IN ('preparing', 'failed', 'cancelled', 'expired') OR digest <> ''",
            name="ready_has_digest",
        ),
        CheckConstraint(
            "status NOT IN ('sent', 'responded', 'signed') OR consented_at IS NOT NULL",
            name="sent_with_consent",
        ),
        Index("ix_signing_request_subject", "purpose", "subject", "status"),
        Index("ix_signing_request_open", "status", "expires_at"),
    )

    lifecycle: ClassVar[Lifecycle] = LIFECYCLE
    event_model: ClassVar[type[SignRequestEvent]] = SignRequestEvent

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    means: Mapped[Means] = mapped_column(text_enum(Means, "means"))
    purpose: Mapped[Purpose] = mapped_column(text_enum(Purpose, "purpose"))
    subject: Mapped[str] = mapped_column(String(48))
    title: Mapped[str] = mapped_column(String(160))
    number: Mapped[str] = mapped_column(String(48))
    fingerprint: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    seat: Mapped[str] = mapped_column(String(64))
    expected_name: Mapped[str] = mapped_column(String(120))
    back: Mapped[str] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(text_enum(Status, "status"), default=Status.PREPARING)
    made_at: Mapped[Instant]
    expires_at: Mapped[Instant]

    # What is signed of the prepared file: all but its room.
    digest: Mapped[str] = mapped_column(String(64), default="")
    room_from: Mapped[int] = mapped_column(default=0)
    room_to: Mapped[int] = mapped_column(default=0)

    # What the person agreed to, when and from where; what went to the provider and came back.
    consent: Mapped[str] = mapped_column(String(16), default="")
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    address: Mapped[str] = mapped_column(String(64), default="")
    txn: Mapped[str | None] = mapped_column(String(64), unique=True)
    request: Mapped[str] = mapped_column(Text, default="")
    response: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(40), default="")
    outcome_said: Mapped[str] = mapped_column(String(400), default="")

    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    signer_serial: Mapped[str] = mapped_column(String(64), default="")
    signer_sha256: Mapped[str] = mapped_column(String(64), default="")
    signer_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class SignFile(Model):
    """A file of a request: with room for the signature, signed, or signed and lasting. Append-only.

    A lasting version begins with all bytes of the one it is based on, and each has one successor.
    """

    __tablename__ = "signing_file"
    __table_args__ = (
        CheckConstraint("(kind = 'lasting') = (based_on_id IS NOT NULL)", name="lasting_is_based"),
        Index("uq_signing_file_based_on_id", "based_on_id", unique=True),
    )

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("signing_request.id"), index=True)
    kind: Mapped[FileKind] = mapped_column(text_enum(FileKind, "kind"))
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    made_at: Mapped[Instant]
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("signing_file.id"))
