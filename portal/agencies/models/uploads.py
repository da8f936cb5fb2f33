"""A list of offices that an administrator sent in, row by row, until every row is settled."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key, text_enum


class RowState(StrEnum):
    """How far a row is: wrong cells, ready to be taken, taken, there before, or left out."""

    WRONG = "wrong"
    SOUND = "sound"
    TAKEN = "taken"
    THERE = "there"
    LEFT_OUT = "left_out"


class Upload(Model):
    """One list, as it was sent in."""

    __tablename__ = "agencies_upload"
    __table_args__ = (Index("ix_agencies_upload_agency", "agency_id", "id"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))


class UploadRow(Model):
    """One row of a list: its cells as JSON, as sent in or corrected since."""

    __tablename__ = "agencies_upload_row"
    __table_args__ = (UniqueConstraint("upload_id", "line"),)

    id: Mapped[Key]
    upload_id: Mapped[int] = mapped_column(ForeignKey("agencies_upload.id"))
    line: Mapped[int]
    cells: Mapped[str] = mapped_column(Text)
    state: Mapped[RowState] = mapped_column(text_enum(RowState, "state"))
