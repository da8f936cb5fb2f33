"""Requests for a signature and what was made of them; the signing credentials of people."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.steps import Lifecycle, StepEvent
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.signing.lifecycle import (
    CREDENTIAL_LIFECYCLE,
    LIFECYCLE,
    CredentialStatus,
    FileKind,
    Means,
    Purpose,
    Status,
)
from portal.signing.rules.credentials import Binding


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


class SigningCredentialEvent(StepEvent, Model):
    """One step of a signing credential. Append-only."""

    __tablename__ = "signing_credential_event"

    subject_id: Mapped[int] = mapped_column(ForeignKey("signing_credential.id"), index=True)


class SigningCredential(Model):
    """A person's certificate on a token, whose key signed a test page here.

    `bound_to` is an IEC, an organisation or the digest of a PAN, never a PAN. `faults` are the
    checks that did not pass; `judged_at` is when it was last judged by lists that spoke of it.
    Certificate and chain are base64 of DER, the chain one a line.
    """

    __tablename__ = "signing_credential"
    __table_args__ = (
        UniqueConstraint("person_id", "sha256"),
        CheckConstraint("valid_from <= valid_to", name="in_order"),
        CheckConstraint("(binding IS NULL) = (bound_to = '')", name="bound"),
        CheckConstraint(
            "status <> 'active'"
            " OR (registered_at IS NOT NULL AND binding IS NOT NULL AND faults = '')",
            name="active_is_sound",
        ),
        CheckConstraint("(status = 'refused') = (faults <> '')", name="refused_has_fault"),
        CheckConstraint("(status = 'revoked') = (revoked_at IS NOT NULL)", name="revoked_has_time"),
        CheckConstraint("warned_days IN (0, 7, 30)", name="a_warning"),
        Index("ix_signing_credential_watched", "status", "valid_to"),
    )

    lifecycle: ClassVar[Lifecycle] = CREDENTIAL_LIFECYCLE
    event_model: ClassVar[type[SigningCredentialEvent]] = SigningCredentialEvent

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    serial: Mapped[str] = mapped_column(String(64))
    issuer: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    grade: Mapped[int]
    valid_from: Mapped[Instant]
    valid_to: Mapped[Instant]
    binding: Mapped[Binding | None] = mapped_column(text_enum(Binding, "binding"))
    bound_to: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[CredentialStatus] = mapped_column(text_enum(CredentialStatus, "status"))
    faults: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[Instant]
    judged_at: Mapped[Instant]
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The last warning before the end, in days; 0: none yet.
    warned_days: Mapped[int] = mapped_column(default=0)
    # The request whose signature proved that the person holds the key.
    request_id: Mapped[int] = mapped_column(ForeignKey("signing_request.id"))
    certificate: Mapped[str] = mapped_column(Text)
    chain: Mapped[str] = mapped_column(Text, default="")
