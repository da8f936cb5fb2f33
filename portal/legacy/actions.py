"""Importing the register of eCoO 1.0: previewed, atomic, repeatable without doubles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core import audit, clock, sheets
from portal.core.errors import Forbidden, Invalid, Problem
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.legacy.models import LegacyFile
from portal.legacy.rules import COLUMNS, LegacyRow, read_row

IMPORTED = audit.Act("legacy.imported", ("added", "unchanged", "refused"))
BATCH = 1000


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: its line in the file and why."""

    line: int
    problem: Problem


@dataclass
class Report:
    """What an import did, or would do."""

    added: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


def preview(db: Session, path: Path) -> Report:
    """What importing the file would do, without doing it."""
    report = Report()
    for _batch in _sorted_out(db, path, report):
        pass
    return report


def import_files(db: Session, actor: Actor, path: Path) -> Report:
    """Import every sound row of a file (CSV with the columns of `rules.COLUMNS`).

    One transaction: a failure half-way leaves nothing. A row that is there already with the same
    facts is left alone; one with other facts is refused, since the register is read-only.
    """
    if not actor.may(Permission.LEGACY_IMPORT):
        raise Forbidden("import")
    report, now = Report(), clock.now()
    for batch in _sorted_out(db, path, report):
        rows = [{**_columns(row), "imported_at": now} for row in batch]
        if rows:
            db.execute(insert(LegacyFile), rows)
    facts = {"added": report.added, "unchanged": report.unchanged, "refused": len(report.refused)}
    audit.record(db, "legacy", IMPORTED, actor, **facts)
    return report


def _sorted_out(db: Session, path: Path, report: Report) -> Iterator[list[LegacyRow]]:
    """The new rows in batches, counting the rest into `report`."""
    seen: set[str] = set()
    batch: list[tuple[int, LegacyRow]] = []
    for line, found in _rows(path):
        if isinstance(found, Problem):
            report.refused.append(Refusal(line, found))
            continue
        twice = {found.file_number, found.certificate_number or ""} & seen
        if twice - {""}:
            report.refused.append(Refusal(line, _problem_of_doubles(found)))
            continue
        seen |= {found.file_number, found.certificate_number or ""}
        batch.append((line, found))
        if len(batch) == BATCH:
            yield _new(db, batch, report)
            batch = []
    yield _new(db, batch, report)


def _rows(path: Path) -> Iterator[tuple[int, LegacyRow | Problem]]:
    for row in sheets.read(path):
        if row.problem is not None:
            yield row.line, row.problem
        elif not set(COLUMNS[:1]) <= set(row.cells):
            raise Invalid(
                N_(
                    "The file lacks the column file_number. Its first line names the columns: "
                    "%(columns)s."
                ),
                code="columns",
                columns=", ".join(COLUMNS),
            )
        else:
            yield row.line, read_row(row.cells)


def _new(db: Session, batch: Iterable[tuple[int, LegacyRow]], report: Report) -> list[LegacyRow]:
    rows = list(batch)
    numbers = [row.file_number for _line, row in rows]
    held = {
        row.file_number: row
        for row in db.scalars(select(LegacyFile).where(LegacyFile.file_number.in_(numbers)))
    }
    certificates = [row.certificate_number for _line, row in rows if row.certificate_number]
    taken = set(
        db.scalars(
            select(LegacyFile.certificate_number).where(
                LegacyFile.certificate_number.in_(certificates)
            )
        )
    )
    fresh: list[LegacyRow] = []
    for line, row in rows:
        known = held.get(row.file_number)
        if known is None and row.certificate_number not in taken:
            fresh.append(row)
        elif known is not None and _columns(row) == _stored(known):
            report.unchanged += 1
        else:
            report.refused.append(Refusal(line, _problem_of_change(row)))
    report.added += len(fresh)
    return fresh


def _columns(row: LegacyRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in COLUMNS}


def _stored(row: LegacyFile) -> dict[str, object]:
    return {name: getattr(row, name) for name in COLUMNS}


def _problem_of_doubles(row: LegacyRow) -> Problem:
    text = N_("%(number)s stands in this file twice; the first row was taken.")
    return Problem("twice", text, {"number": row.file_number})


def _problem_of_change(row: LegacyRow) -> Problem:
    text = N_("%(number)s is in the register with other facts, and the register is read-only.")
    return Problem("changed", text, {"number": row.file_number})
