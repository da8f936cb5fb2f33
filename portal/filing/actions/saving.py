"""Saving a section: what two people typed is merged field by field, and nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Invalid
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.actions.drafting import editable, stream
from portal.filing.actions.mandated import check_signatory
from portal.filing.lifecycle import Status
from portal.filing.models import Application, GoodsLine, Typed
from portal.filing.particulars import FIELDS, MORE_FIELDS
from portal.filing.queries import application_for
from portal.filing.queries.sections import (
    ACT,
    MODELS,
    Saver,
    last_savers,
    section_values,
    typed_row,
)
from portal.filing.rules.kinds import leaves_india
from portal.filing.rules.sections import ANSWER, BRANCH, LISTS, Fate, Sent, digest, fate
from portal.reference.queries import currency_exponent

# `fields` has the names of what changed with commas between, `page` the random name of the page
# that sent it, with the count of its turn.
SAVED = audit.Act(ACT, ("section", "fields", "page"))
COLUMNS = {*FIELDS, *MORE_FIELDS, "office_id", "own_reference"}
# Characters of JSON that are kept for one person and section.
MOST_TYPED = 20_000
# Both sides have something else: it depends on who saved last.
_UNLIKE = (Fate.CLASHES, Fate.AS_SHOWN)


@dataclass(frozen=True)
class Clash:
    """A field that somebody else saved while it was typed here: their value, who and when."""

    theirs: Any
    saver: Saver


@dataclass(frozen=True)
class Kept:
    """What became of a page's section: fields that were stored now, and those that clash."""

    at: datetime
    stored: tuple[str, ...]
    clashes: Mapping[str, Clash]


def save(db: Session, actor: Actor, ref: str, section: str, /, **fields: Any) -> None:
    """Store some fields whatever stood there before; they were checked before."""
    if not set(fields) <= COLUMNS:
        raise ValueError(f"not fields of an application: {sorted(set(fields) - COLUMNS)}")
    row = editable(db, actor, ref)
    check_signatory(db, row, fields.get("signatory", ""))
    _store(db, row, fields)
    names = ",".join(sorted(fields))
    audit.record(db, stream(row), SAVED, actor, section=section, fields=names, page="")


def keep(db: Session, actor: Actor, ref: str, section: str, sent: Sent) -> Kept:
    """Store what a page sends of a section, merged with what others saved since it was shown.

    Fields that only one side changed are merged; one that both changed is left as it is stored and
    returned as a clash. What can't be stored is kept as typed for this person. Raises Invalid for
    a signatory who may not sign or a currency that the lines don't fit, NotOpen where nothing can
    be changed any more.
    """
    row = editable(db, actor, ref)
    stored = section_values(db, row, section)
    mine, clashes = _merged(db, row, actor, sent, stored)
    if "currency" in clashes:
        # The total was read in the decimals of a currency that doesn't stand.
        mine.pop("invoice_total", None)
        sent = sent.without("invoice_total")
    check_signatory(db, row, mine.get("signatory", ""))
    _keep_typed(db, row, actor, section, sent, stored, clashes)
    if mine:
        _store(db, row, mine)
        names, page = ",".join(mine), f"{sent.page}.{sent.turn}" if sent.page else ""
        audit.record(db, stream(row), SAVED, actor, section=section, fields=names, page=page)
    return Kept(clock.now(), tuple(mine), clashes)


def keep_answer(db: Session, actor: Actor, ref: str, text: str) -> None:
    """Keep an answer that can't be handed in yet for its person; nothing typed is lost."""
    row = application_for(db, actor, ref, lock=True)
    if actor.person_id is not None and row.status is Status.QUESTIONED:
        found = typed_row(db, row, ANSWER, actor.person_id)
        _write_typed(db, row, actor, ANSWER, found, {"text": {"typed": {"text": text}}})


def _merged(
    db: Session, row: Application, actor: Actor, sent: Sent, stored: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Clash]]:
    """What of a page is to be stored, and what somebody else changed as well."""
    shown = sent.shown or {}
    fates = {n: fate(v, stored[n], shown.get(n)) for n, v in sent.values.items()}
    savers = last_savers(db, row, [n for n, f in fates.items() if f in _UNLIKE])
    clashes = {
        name: Clash(stored[name], saver)
        for name, saver in savers.items()
        if _is_asked(fates[name], saver, actor, sent)
    }
    mine = {
        name: value
        for name, value in sent.values.items()
        if fates[name] is not Fate.LEFT and name not in clashes
        if name not in savers or _is_earlier(savers[name], actor, sent)
    }
    return mine, clashes


def _is_asked(one: Fate, saver: Saver, actor: Actor, sent: Sent) -> bool:
    """Whether somebody has to say which of two values stands.

    A page that was shown again from before it was saved (by the back button, without script) says
    what it showed at first: perhaps typed once more, perhaps never looked at.
    """
    if one is Fate.CLASHES:
        return not _is_own(saver, actor, sent)
    return _is_own(saver, actor, sent) and saver.turn == sent.turn


def _is_own(saver: Saver, actor: Actor, sent: Sent) -> bool:
    """Whether this very page saved it before, and the answer didn't come through."""
    return bool(sent.page) and (saver.person_id, saver.page) == (actor.person_id, sent.page)


def _is_earlier(saver: Saver, actor: Actor, sent: Sent) -> bool:
    """Whether an earlier turn of the same page saved it; a later one may arrive first."""
    return _is_own(saver, actor, sent) and saver.turn <= sent.turn


def _store(db: Session, row: Application, fields: Mapping[str, Any]) -> None:
    if fields.get("currency", row.currency) != row.currency:
        _count_in(db, row, fields["currency"])
    for name, value in fields.items():
        if name in LISTS:
            _store_list(db, row, name, value)
        elif name == "branch":
            for column, part in zip(BRANCH, value, strict=True):
                setattr(row, column, part)
        else:
            setattr(row, name, value)
    if "trade" in fields:
        _follow_trade(row)
    row.changed_at = clock.now()


def _follow_trade(row: Application) -> None:
    """Goods that never come to India are loaded abroad; the others aren't."""
    setattr(row, "loading_abroad" if leaves_india(row.kind, row.trade) else "port_of_loading", "")


def _count_in(db: Session, row: Application, currency: str) -> None:
    """The same amounts in another currency's minor units: 900.00 dollars become 900 yen.

    Raises Invalid where a goods line has decimals that the currency doesn't know.
    """
    before, after = (currency_exponent(db, c) if c else 2 for c in (row.currency, currency))
    here, factor = GoodsLine.application_id == row.id, 10 ** abs(after - before)
    if after < before:
        if db.scalar(select(GoodsLine.id).where(here, GoodsLine.fob_minor % factor != 0).limit(1)):
            raise Invalid(
                N_(
                    "%(currency)s has %(decimals)s decimals, but there are goods lines with a "
                    "value that has more. Correct their values first, then change the currency."
                ),
                code="decimals_of_lines",
                field="currency",
                currency=currency,
                decimals=after,
            )
        db.execute(update(GoodsLine).where(here).values(fob_minor=GoodsLine.fob_minor // factor))
    elif after > before:
        db.execute(update(GoodsLine).where(here).values(fob_minor=GoodsLine.fob_minor * factor))


def _store_list(
    db: Session, row: Application, name: str, rows: tuple[tuple[Any, ...], ...]
) -> None:
    """The rows in their order; further invoices count from 2, the first stands in the file."""
    model, first = MODELS[name], 2 if name == "more_invoices" else 1
    db.execute(delete(model).where(model.application_id == row.id))
    for position, values in enumerate(rows, first):
        columns = dict(zip(LISTS[name], values, strict=True))
        db.add(model(application_id=row.id, position=position, **columns))


def _keep_typed(
    db: Session,
    row: Application,
    actor: Actor,
    section: str,
    sent: Sent,
    stored: Mapping[str, Any],
    clashes: Mapping[str, Clash],
) -> None:
    """Each field that was sent is either stored now, or stands among what is typed."""
    if actor.person_id is None:
        return
    shown = sent.shown or {}
    unkept = {n: t for n, t in sent.typed.items() if n not in sent.values or n in clashes}
    news: dict[str, Any] = dict.fromkeys([*sent.values, *sent.given_up])
    for name, typed in unkept.items():
        basis = shown.get(name) or digest(stored[name])
        news[name] = {"typed": dict(typed), "shown": basis} if typed else None
    found = typed_row(db, row, section, actor.person_id)
    _write_typed(db, row, actor, section, found, news)


def _write_typed(
    db: Session,
    row: Application,
    actor: Actor,
    section: str,
    found: Typed | None,
    news: Mapping[str, Any],
) -> None:
    """Of `news` None is no longer kept; where the rest is too much, nothing new is."""
    before = json.loads(found.typed) if found is not None else {}
    after = {name: what for name, what in before.items() if news.get(name, what) is not None}
    more = {**after, **{name: what for name, what in news.items() if what is not None}}
    if len(_written(more)) <= MOST_TYPED:
        after = more
    if after == before:
        return
    if found is None:
        found = Typed(application_id=row.id, section=section, person_id=actor.person_id)
        db.add(found)
    elif not after:
        db.delete(found)
        return
    found.typed, found.at = _written(after), clock.now()


def _written(typed: Mapping[str, Any]) -> str:
    return json.dumps(typed, sort_keys=True)
