"""Lists of goods lines and of applications: kept as they come, corrected, and taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.filing.actions.drafting import create, editable, stream
from portal.filing.actions.goods import put_lines
from portal.filing.actions.mandated import check_agency, check_signatory
from portal.filing.models import Application, Sheaf
from portal.filing.queries import application_for
from portal.filing.queries.clients import offices_for
from portal.filing.queries.references import own_references
from portal.filing.queries.sheaves import Looked, application_of, look, sheaf_for
from portal.filing.rules.fields import reference_may_be_aadhaar
from portal.filing.rules.sheaves import Content, name_columns, put_right, read_back, write_down
from portal.identity.queries import check_may_file

KEPT = audit.Act("filing.list_kept", ("list", "rows"))
CORRECTED = audit.Act("filing.list_corrected", ("list", "rows"))
GIVEN_UP = audit.Act("filing.list_given_up", ("list",))
LINES_ADDED = audit.Act("filing.lines_added", ("lines", "replaced"))
BATCH_MADE = audit.Act("filing.applications_made", ("list", "applications", "lines"))


def keep_lines(db: Session, actor: Actor, ref: str, name: str, content: Content) -> str:
    """Keep a list of goods lines beside a draft; returns its reference. Nothing is added yet."""
    return _keep(db, actor, editable(db, actor, ref), name, content)


def keep_batch(db: Session, actor: Actor, office_id: int, name: str, content: Content) -> str:
    """Keep a list of applications for an office; returns its reference. No draft is made yet.

    Raises Invalid for an office that isn't offered, BeyondMandate for one an agent may not use.
    """
    if actor.exporter_id is None or not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("list")
    check_may_file(db, actor)
    if office_id not in {office.id for office in offices_for(db, actor)}:
        raise Invalid(N_("Choose an office from the list."), code="no_office", field="office")
    check_agency(db, actor, office_id)
    content.office_id = office_id
    return _keep(db, actor, None, name, content)


def correct(
    db: Session,
    actor: Actor,
    ref: str,
    cells: Mapping[int, Mapping[str, str]],
    *,
    out: Iterable[int] = (),
    back: Iterable[int] = (),
    suggestions: str = "",
) -> None:
    """Put cells right, {line: {column: text}}; leave rows out or take them in again.

    A page sends all its cells: one that says what it said before is no answer to what was asked
    about it, unless the whole row is sent. With `suggestions` every cell of that column gets what
    it may have been.
    """
    row, content, application = _open(db, actor, ref)
    known = {line for line in content.rows if line not in content.taken}
    for line, typed in cells.items():
        if line in known:
            put_right(content, line, typed)
    content.read_anew()
    content.left_out |= known & set(out)
    content.left_out -= set(back)
    if suggestions:
        for line, judged in look(db, actor, content, application).rows.items():
            if suggestions in judged.suggested:
                content.fixed.setdefault(line, {})[suggestions] = judged.suggested[suggestions]
    _store(db, actor, row, content, application)
    audit.record(db, _stream(row, application), CORRECTED, actor, list=row.ref, rows=len(cells))


def set_columns(
    db: Session, actor: Actor, ref: str, names: tuple[str, ...], *, first_is_head: bool
) -> None:
    """Say which column of a list is which. Raises Invalid where one is named twice, or none."""
    row, content, application = _open(db, actor, ref)
    used = [name for name in names if name]
    if len(used) < 2:
        raise Invalid(N_("Say of at least two columns what they are."), code="no_columns")
    if len(set(used)) < len(used):
        words = N_("Two columns can't both be “%(twice)s”. Choose one of them.")
        twice = next(c.label for c in content.all_columns if used.count(c.name) > 1)
        raise Invalid(words, code="column_twice", twice=twice)
    name_columns(content, names, first_is_head=first_is_head)
    _store(db, actor, row, content, application)
    audit.record(db, _stream(row, application), CORRECTED, actor, list=row.ref, rows=0)


def give_up(db: Session, actor: Actor, ref: str) -> None:
    """Put a list aside for good; what was taken of it stays."""
    row, _content, application = _open(db, actor, ref)
    row.done_at = clock.now()
    audit.record(db, _stream(row, application), GIVEN_UP, actor, list=row.ref)


def take_lines(db: Session, actor: Actor, ref: str, *, replace: bool = False) -> int:
    """Add all sound rows of a list to its draft, or put them in place of its lines.

    Rows with wrong cells stay and wait. Returns how many lines were added.
    """
    row, content, application = _open(db, actor, ref)
    if application is None:
        raise Invalid(N_("This list makes applications, not lines."), code="no_draft")
    looked = look(db, actor, content, application)
    lines = looked.sound
    if not lines:
        raise Invalid(N_("No row can be taken yet. Correct the rows first."), code="none_sound")
    _name_invoice(application, content, lines)
    replaced = put_lines(db, application, _facts(looked, lines), replace=replace)
    _taken(row, content, lines, looked)
    counts = {"lines": len(lines), "replaced": replaced}
    audit.record(db, stream(application), LINES_ADDED, actor, **counts)
    return len(lines)


def take_batch(
    db: Session, actor: Actor, ref: str, among: Iterable[str], *, again: bool = False
) -> list[str]:
    """Begin a draft for each of these references of which every row is sound; returns their refs.

    A reference of a file that the firm has already is left out, or begun once more with `again`.
    """
    row, content, application = _open(db, actor, ref)
    looked = look(db, actor, content, application)
    ready = {own: looked.ready[own] for own in among if own in looked.ready}
    there = own_references(db, actor, ready)
    made: list[str] = []
    lines: list[int] = []
    for reference, (its, facts) in ready.items():
        if again or reference not in there:
            made.append(_begin(db, actor, content.office_id, facts, looked, its))
            lines += its
        else:
            content.left_out |= set(its)
    if not ready:
        raise Invalid(N_("No application can be made yet. Correct the rows."), code="none_sound")
    _taken(row, content, lines, looked)
    counts = {"applications": len(made), "lines": len(lines)}
    audit.record(db, _stream(row, None), BATCH_MADE, actor, list=row.ref, **counts)
    return made


def _begin(
    db: Session,
    actor: Actor,
    office_id: int,
    facts: Mapping[str, Any],
    looked: Looked,
    lines: tuple[int, ...],
) -> str:
    ref = create(db, actor, office_id)
    db.flush()
    draft = application_for(db, actor, ref)
    check_signatory(db, draft, facts.get("signatory", ""))
    for name, value in facts.items():
        setattr(draft, name, value)
    put_lines(db, draft, _facts(looked, lines))
    return ref


def _facts(looked: Looked, lines: Iterable[int]) -> list[Mapping[str, Any]]:
    return [looked.rows[line].facts for line in lines]


def _name_invoice(application: Application, content: Content, lines: list[int]) -> None:
    """A draft without an invoice takes the one number that all its lines name."""
    numbers = {content.cells(line).get("invoice", "") for line in lines}
    number = numbers.pop() if len(numbers) == 1 else ""
    if number and not application.invoice_number and not reference_may_be_aadhaar(number):
        application.invoice_number = number


def _keep(
    db: Session, actor: Actor, application: Application | None, name: str, content: Content
) -> str:
    row = Sheaf(
        ref=random_ref(),
        firm_id=actor.exporter_id,
        application_id=application.id if application else None,
        name=name[:160],
        made_at=clock.now(),
        person_id=actor.person_id,
        rows="",
    )
    _store(db, actor, row, content, application)
    db.add(row)
    stream_, rows = _stream(row, application), len(content.rows)
    audit.record(db, stream_, KEPT, actor, list=row.ref, rows=rows)
    return row.ref


def _open(db: Session, actor: Actor, ref: str) -> tuple[Sheaf, Content, Application | None]:
    """A list with its content and its draft, both locked, if it can be worked on now."""
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("list")
    row = sheaf_for(db, actor, ref, lock=True)
    application = application_of(db, actor, row)
    if application is not None:
        application = editable(db, actor, application.ref)
    if row.done_at is not None:
        raise NotOpen(N_("Nothing waits in this list any more."), code="list_done")
    return row, read_back(row.rows), application


def _store(
    db: Session, actor: Actor, row: Sheaf, content: Content, application: Application | None
) -> None:
    looked = look(db, actor, content, application)
    content.waiting = len(content.rows) if content.asks else len(looked.wrong)
    row.rows = write_down(content)


def _taken(row: Sheaf, content: Content, lines: Iterable[int], looked: Looked) -> None:
    content.taken |= set(lines)
    content.waiting = len(set(looked.wrong) - content.taken - content.left_out)
    row.rows = write_down(content)
    if not content.open_lines:
        row.done_at = clock.now()


def _stream(row: Sheaf, application: Application | None) -> str:
    return stream(application) if application is not None else f"firm:{row.firm_id}"
