"""Beginning a draft from what was typed before: another application, or a template of the firm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.filing.actions.drafting import begin, stream
from portal.filing.actions.goods import put_lines
from portal.filing.actions.mandated import leave_out_agents_name
from portal.filing.models import Application, Template
from portal.filing.queries.facts import application_for
from portal.filing.queries.goods import line_facts
from portal.filing.queries.templates import (
    Reusable,
    agents_mark,
    repeating,
    reusable,
    reusable_template,
    template_for,
)
from portal.filing.rules.kinds import Kind
from portal.filing.rules.reuse import MOST_TEMPLATES
from portal.identity.actions.books import name_key
from portal.identity.models import Firm
from portal.reference.queries import hs_on

COPIED = audit.Act("filing.copied", ("office", "source"))
BEGUN = audit.Act("filing.begun_from_template", ("office", "template"))
KEPT = audit.Act("filing.template_kept", ("template", "source"))
RENAMED = audit.Act("filing.template_renamed", ("template",))
ARCHIVED = audit.Act("filing.template_archived", ("template",))


def use_again(
    db: Session,
    actor: Actor,
    ref: str,
    office_id: int,
    /,
    *,
    instead: Mapping[str, str] | None = None,
    same_credit: bool = False,
    **fresh: Any,
) -> str:
    """Begin a draft with all that repeats of an application, and `fresh` fields; its reference.

    `instead` names for an ended tariff code the one to use. Raises what `create` raises, and
    Invalid for a code that doesn't hold today.
    """
    source = application_for(db, actor, ref)
    kept = reusable(db, actor, ref)
    fields = {**fresh, **(kept.credit if same_credit else {})}
    row = _begun(db, actor, office_id, kept, fields, instead or {})
    audit.record(db, stream(row), COPIED, actor, office=office_id, source=source.ref)
    return row.ref


def use_template(
    db: Session,
    actor: Actor,
    ref: str,
    office_id: int,
    /,
    *,
    instead: Mapping[str, str] | None = None,
    **fresh: Any,
) -> str:
    """Begin a draft from a template; its reference. Raises what `use_again` raises."""
    kept = reusable_template(db, actor, ref)
    row = _begun(db, actor, office_id, kept, fresh, instead or {})
    audit.record(db, stream(row), BEGUN, actor, office=office_id, template=ref)
    return row.ref


def keep_template(db: Session, actor: Actor, ref: str, name: str) -> str:
    """Keep what repeats of an application under a name; returns the template's reference.

    Raises Invalid for a name that is there already, and past 200 templates.
    """
    firm_id = _locked_firm(db, actor)
    source = application_for(db, actor, ref)
    live = select(func.count(Template.id)).where(Template.firm_id == firm_id)
    if (db.scalar(live.where(Template.archived_at.is_(None))) or 0) >= MOST_TEMPLATES:
        raise Invalid(
            N_("A firm keeps %(most)s templates at most. Archive those that you don't need."),
            code="templates_full",
            most=MOST_TEMPLATES,
        )
    key = _free_key(db, actor, firm_id, name)
    kept = repeating(source, line_facts(db, source.id))
    row = Template(
        ref=random_ref(),
        firm_id=firm_id,
        name=name,
        name_key=key,
        particulars=json.dumps(kept, ensure_ascii=False, sort_keys=True),
        added_at=clock.now(),
    )
    db.add(row)
    facts = {"template": row.ref, "source": source.ref}
    audit.record(db, f"firm:{firm_id}", KEPT, actor, **facts)
    return row.ref


def rename_template(db: Session, actor: Actor, ref: str, name: str) -> None:
    """Give a template another name. Raises Missing, and Invalid for a name that is there."""
    firm_id = _locked_firm(db, actor)
    row = template_for(db, actor, ref)
    row.name_key = _free_key(db, actor, firm_id, name, row)
    row.name = name
    audit.record(db, f"firm:{firm_id}", RENAMED, actor, template=ref)


def archive_template(db: Session, actor: Actor, ref: str) -> None:
    """Take a template out of the choice; its name is free again. Raises Missing."""
    firm_id = _locked_firm(db, actor)
    template_for(db, actor, ref).archived_at = clock.now()
    audit.record(db, f"firm:{firm_id}", ARCHIVED, actor, template=ref)


def _begun(
    db: Session,
    actor: Actor,
    office_id: int,
    kept: Reusable,
    fresh: Mapping[str, Any],
    instead: Mapping[str, str],
) -> Application:
    _check_instead(db, instead)
    row = begin(db, actor, office_id)
    for name, value in {**kept.fields, **fresh}.items():
        if value:
            setattr(row, name, Kind(value) if name == "kind" else value)
    leave_out_agents_name(db, row)
    db.flush()
    lines = ({**x, "hs_code": instead.get(x["hs_code"], x["hs_code"])} for x in kept.lines)
    put_lines(db, row, lines)
    return row


def _check_instead(db: Session, instead: Mapping[str, str]) -> None:
    for old, code in instead.items():
        problem = hs_on(db, code, clock.today()).problem
        if problem is not None:
            raise Invalid.because(problem, field=f"instead_{old}")


def _locked_firm(db: Session, actor: Actor) -> int:
    """The firm whose templates these are, locked, so that a name is not taken twice at once."""
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("templates")
    query = select(Firm.id).where(Firm.id == actor.exporter_id).with_for_update()
    found = db.scalar(query)
    if found is None:
        raise Missing("templates")
    return found


def _free_key(
    db: Session, actor: Actor, firm_id: int, name: str, row: Template | None = None
) -> str:
    """The key of a name that no other template has; an agent's stand beside the firm's own."""
    kept_by = row.name_key.partition(":")[0] if row and row.name_key.startswith("@") else ""
    mark = f"{kept_by}:" if kept_by else agents_mark(actor)
    key = (mark + name_key(name))[:160]
    same = select(Template.id).where(Template.firm_id == firm_id, Template.name_key == key)
    same = same.where(Template.archived_at.is_(None), Template.ref != (row.ref if row else ""))
    if db.scalar(same) is not None:
        raise Invalid(
            N_("A template has this name already. Give this one another name."),
            code="name_taken",
            field="name",
        )
    return key
