"""What of an application repeats, as plain data, and the templates that a firm keeps of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.permissions import Actor, Permission
from portal.filing.models import Application, Template
from portal.filing.particulars import (
    FIELDS,
    INPUT_FIELDS,
    LINE_FIELDS,
    MORE_FIELDS,
    MORE_LINE_FIELDS,
)
from portal.filing.queries.facts import application_for
from portal.filing.queries.goods import line_facts
from portal.filing.queries.shapes import LineFacts
from portal.filing.rules.reuse import CREDIT, NEW_EACH_TIME

REPEATS = tuple(name for name in (*FIELDS, *MORE_FIELDS) if name not in NEW_EACH_TIME)
# Which invoice a line stands on is another matter with each shipment.
LINE_REPEATS = tuple(
    name for name in (*LINE_FIELDS, *MORE_LINE_FIELDS) if name not in ("position", "invoice")
)


@dataclass(frozen=True)
class Reusable:
    """What a new draft takes along: fields and lines as plain data, and the office of before."""

    title: str
    office_id: int
    fields: Mapping[str, Any]
    lines: tuple[Mapping[str, Any], ...]
    # Number and date of the letter of credit, taken along only where it is the same one.
    credit: Mapping[str, Any]

    @property
    def codes(self) -> tuple[str, ...]:
        """The tariff codes of the lines, each once."""
        return tuple(dict.fromkeys(line["hs_code"] for line in self.lines))


@dataclass(frozen=True)
class TemplateRow:
    """A template in the list; `by_agent` says whether the firm's agent keeps it."""

    ref: str
    name: str
    added_at: datetime
    by_agent: bool
    archived_at: datetime | None = None


def reusable(db: Session, actor: Actor, ref: str) -> Reusable:
    """What repeats of an application that the actor sees, in whatever status. Raises Missing."""
    row = application_for(db, actor, ref)
    found = repeating(row, line_facts(db, row.id))
    credit = {name: getattr(row, name) for name in CREDIT} if row.credit_number else {}
    return Reusable(row.public_ref, row.office_id, found["fields"], found["lines"], credit)


def repeating(row: Application, lines: Iterable[LineFacts]) -> dict[str, Any]:
    """The repeating particulars of an application as JSON can keep them."""
    return {
        "office": row.office_id,
        "fields": {name: getattr(row, name) for name in REPEATS},
        "lines": tuple(_line(line) for line in lines),
    }


def templates(db: Session, actor: Actor, *, archived: bool = False) -> list[TemplateRow]:
    """The templates of the acting firm by name; an agent is offered those that it keeps itself.

    As with consignees, an agent doesn't see whom its client trades with.
    """
    columns = (Template.ref, Template.name, Template.added_at, Template.name_key)
    is_archived = Template.archived_at.is_not(None)
    query = select(*columns, Template.archived_at).where(
        _theirs(actor), is_archived if archived else ~is_archived
    )
    return [
        TemplateRow(ref, name, added_at, key.startswith("@"), archived_at)
        for ref, name, added_at, key, archived_at in db.execute(
            query.order_by(Template.name, Template.id)
        )
    ]


def template_for(db: Session, actor: Actor, ref: str) -> Template:
    """A template that is not archived and may be used by the actor. Raises Missing."""
    found = db.scalar(
        select(Template).where(Template.ref == ref, Template.archived_at.is_(None), _theirs(actor))
    )
    if found is None:
        raise Missing("template")
    return found


def reusable_template(db: Session, actor: Actor, ref: str) -> Reusable:
    """What a new draft takes from a template. Raises Missing."""
    row = template_for(db, actor, ref)
    kept = json.loads(row.particulars)
    # What came to applications later isn't in an older template, what went is left out.
    fields = {name: kept["fields"][name] for name in REPEATS if name in kept["fields"]}
    return Reusable(row.name, kept["office"], fields, tuple(kept["lines"]), {})


def agents_mark(actor: Actor) -> str:
    """What stands before the key of a template's name where an agent keeps it."""
    return f"@{actor.agent_id}:" if actor.client is not None else ""


def _theirs(actor: Actor) -> ColumnElement[bool]:
    if actor.exporter_id is None or not actor.may(Permission.APPLICATION_READ):
        raise Missing("templates")
    own = Template.firm_id == actor.exporter_id
    mark = agents_mark(actor)
    return own & Template.name_key.startswith(mark, autoescape=True) if mark else own


def _line(line: LineFacts) -> dict[str, Any]:
    facts = {name: _plain(getattr(line, name)) for name in LINE_REPEATS}
    inputs = [{name: getattr(row, name) for name in INPUT_FIELDS} for row in line.inputs]
    return {**facts, "inputs": inputs}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
