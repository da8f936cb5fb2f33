"""`flask import …`: take lists of codes in, atomically, with a report of every refused row."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.permissions import Actor, Role, Seat, SeatKind
from portal.core.sheets import Unreadable, read
from portal.core.tx import write
from portal.core.words import N_
from portal.kit import Portal
from portal.legacy import actions as legacy
from portal.reference.actions import Outcome, Taking, rebuild_index, take_in
from portal.reference.lists import (
    KINDS,
    Entry,
    ListKind,
    Refusal,
    entry_of,
    missing_columns,
    readable_code,
)
from portal.reference.queries import headings
from portal.reference.rules import CERTAINTIES
from portal.reference.tariff import judged_line

# Rows that could not be made out at all: what they named can't be told from what vanished.
ILLEGIBLE = frozenset({"row_torn", "row_cut", "row_long", "row_shape"})

# Whoever has a shell on the machine acts for the directorate; the audit row names no person.
OPERATOR = Actor(None, "operator", Seat(SeatKind.DIRECTORATE, 0, Role.DIRECTORATE, "operator"))

import_group = AppGroup("import", help="Take lists of codes in, as of a day; again without change.")


@dataclass
class Reading:
    """What was read of a file before anything is written."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    also_named: set[str] = field(default_factory=set)
    remarks: Counter[str] = field(default_factory=Counter)

    @property
    def illegible(self) -> int:
        """How many rows could not be made out at all."""
        return sum(refusal.why.code in ILLEGIBLE for refusal in self.refused)


class _OnlyTried(Exception):
    """Ends a dry run, so that its transaction is undone."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def read_list(path: Path, kind: ListKind, known_headings: dict[str, str]) -> Reading:
    """Judge the rows of a file one after the other; raises Unreadable."""
    found = Reading()
    for row in read(path):
        if not found.rows and row.problem is None and (missing := missing_columns(kind, row)):
            raise Unreadable(N_("The file lacks the column %(names)s."), names=", ".join(missing))
        found.rows += 1
        judged = entry_of(kind, row)
        if isinstance(judged, Entry) and kind.name == "national-lines":
            judged = _worded(found, judged, known_headings)
        if isinstance(judged, Entry):
            found.remarks["torn at a comma, mended"] += judged.is_mended
            found.entries.append(judged)
        else:
            found.refused.append(judged)
            found.also_named.add(readable_code(kind, row))
    if not found.rows:
        raise Unreadable(N_("The file has no rows."))
    return found


def _worded(found: Reading, entry: Entry, known_headings: dict[str, str]) -> Entry | Refusal:
    judged, wording = judged_line(entry, known_headings)
    found.remarks["in capitals, made small"] += wording.was_capitals
    found.remarks["cut in the file, marked …"] += wording.was_cut
    found.remarks["without wording, that of the subheading taken"] += wording.is_heading
    return judged


def _day(_context: click.Context, _option: click.Parameter, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter("write the day as YYYY-MM-DD") from None


def _command(kind: ListKind) -> None:
    @import_group.command(kind.name, help=f"Take a list of {kind.name} in (CSV or JSON).")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--as-of", required=True, callback=_day, help="The day the list states.")
    @click.option("--source", default="", help="Where it is from; shown on pages.")
    @click.option("--certainty", default="K", type=click.Choice(CERTAINTIES[1:]))
    @click.option("--complete", is_flag=True, help="End the codes that the list doesn't name.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
    @with_appcontext
    def take(
        file: Path, as_of: date, source: str, certainty: str, complete: bool, dry_run: bool
    ) -> None:
        taking = Taking(kind, as_of, (source or file.name)[:200], certainty, complete)
        try:
            with _portal().sessions() as db:
                db.info["process"] = "import"
                reading = read_list(file, kind, headings(db, as_of))
                outcome = _run(db, taking, reading, dry_run=dry_run)
        except DomainError as error:
            click.echo(f"Nothing was taken in: {error}", err=True)
            sys.exit(1)
        _report(reading, outcome, dry_run=dry_run)


def _run(db: Session, taking: Taking, reading: Reading, *, dry_run: bool) -> Outcome:
    if taking.is_complete and reading.illegible:
        raise DomainError(
            N_(
                "%(count)s rows can't be made out, so what vanished can't be told. "
                "Mend them or leave --complete out."
            ),
            count=reading.illegible,
        )
    try:
        return write(db, _take, taking, reading, dry_run=dry_run)
    except _OnlyTried as tried:
        return tried.outcome


def _take(db: Session, taking: Taking, reading: Reading, *, dry_run: bool) -> Outcome:
    outcome = take_in(db, taking, reading.entries, frozenset(reading.also_named))
    if dry_run:
        raise _OnlyTried(outcome)
    return outcome


def _report(reading: Reading, outcome: Outcome, *, dry_run: bool) -> None:
    refused = sorted([*reading.refused, *outcome.refused], key=lambda one: one.line)
    for one in refused:
        where = f"row {one.line}" if one.line else "not in the list"
        click.echo(f"{where}: {one.what or '(empty)'}: {one.why.plain()}")
    reasons = Counter(one.why.text % _blank(one) for one in refused)
    for words, count in [*reasons.most_common(), *reading.remarks.items()]:
        if count:
            click.echo(f"{count:>8} {words}")
    click.echo(
        f"{'would be: ' if dry_run else ''}{reading.rows} rows read, {outcome.added} added, "
        f"{outcome.corrected} corrected, {outcome.ended} ended, "
        f"{outcome.unchanged} unchanged, {len(refused)} refused"
    )


def _blank(one: Refusal) -> dict[str, str]:
    return dict.fromkeys(one.why.values, "…")


def _portal() -> Portal:
    found: Portal = current_app.extensions["portal"]
    return found


for _kind in KINDS:
    _command(_kind)


@import_group.command("search-index")
@with_appcontext
def search_index() -> None:
    """Make the index that searches use anew."""
    started = clock.now()
    with _portal().sessions() as db:
        counts = write(db, rebuild_index)
    for kind, count in counts.items():
        click.echo(f"{kind}: {count} rows indexed")
    click.echo(f"{(clock.now() - started).total_seconds():.1f} s")


@import_group.command("legacy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@with_appcontext
def import_legacy(file: Path, dry_run: bool) -> None:
    """Take a register of eCoO 1.0 in: all sound rows or, after a failure, none."""
    portal: Portal = current_app.extensions["portal"]
    with portal.sessions() as db:
        try:
            if dry_run:
                report = legacy.preview(db, file)
            else:
                report = write(db, legacy.import_files, OPERATOR, file)
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
    for refused in report.refused:
        click.echo(f"line {refused.line}: {refused.problem.plain()}")
    counts = f"{report.added} new, {report.unchanged} known, {len(report.refused)} refused"
    click.echo(f"{'would be ' if dry_run else ''}{counts}")
