"""Reading agreements: a list in two statements, one agreement in four."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from portal.core.db import rows
from portal.core.errors import Missing
from portal.trade_agreements.models import Agreement, Member, OriginRule, ProductRule
from portal.trade_agreements.rules import CERTAINTY_WORDS, Certainty, State, status_words

MOST = 100
SHOWN_PARTNERS = 10


@dataclass(frozen=True)
class AgreementRow:
    """A line of the list; `since` is None unless a source names the day."""

    slug: str
    name: str
    full_name: str
    kind: str
    partners: str
    since: date | None
    since_is_confirmed: bool
    status: str
    tone: str
    certainty: str
    verified_on: date


@dataclass(frozen=True)
class Partner:
    """A country on the other side of an agreement."""

    code: str
    name: str
    is_confirmed: bool


@dataclass(frozen=True)
class Origin:
    """The general origin rule; the fields in `unconfirmed` must be labelled so."""

    general: str
    value_threshold: str
    value_basis: str
    tariff_shift: str
    de_minimis: str
    de_minimis_textiles: str
    cumulation: str
    consignment: str
    validity_months: int | None
    issue_window: str
    retrospective: str
    retention: str
    form: str
    sources: tuple[str, ...]
    certainty: str
    is_confirmed: bool
    unconfirmed: frozenset[str]
    remark: str


@dataclass(frozen=True)
class Example:
    """One product rule as an example."""

    hs: str
    goods: str
    rule: str
    source: str
    certainty: str
    remark: str


@dataclass(frozen=True)
class AgreementFacts:
    """Everything the page of one agreement shows."""

    slug: str
    name: str
    full_name: str
    kind: str
    is_settled: bool
    is_confirmed: bool
    status: str
    tone: str
    partners: tuple[Partner, ...]
    partners_note: str
    signed: date | None
    in_force: date | None
    since_note: str
    status_note: str
    open_point: str
    proof: str
    instrument: str
    official_url: str
    evidence_url: str
    certainty: str
    unconfirmed: frozenset[str]
    remark: str
    verified_on: date
    origin: Origin | None
    examples: tuple[Example, ...]


def agreements(db: Session, wanted: str = "") -> list[AgreementRow]:
    """The agreements whose name or partner holds the text `wanted`, newest first; two statements.

    Unsettled ones and unilateral preferences, which have no day, come last.
    """
    members = defaultdict(list)
    for agreement_id, partner in rows(db, _member_names()):
        members[agreement_id].append(partner)
    return [
        AgreementRow(
            slug,
            name,
            full_name,
            kind,
            _partners(members[key]) or note,
            since,
            "in_force" not in unconfirmed.split(),
            *status_words(state, certainty),
            CERTAINTY_WORDS[certainty],
            verified_on,
        )
        for (
            key,
            slug,
            name,
            full_name,
            kind,
            note,
            since,
            unconfirmed,
            state,
            certainty,
            verified_on,
        ) in rows(db, _matching(wanted))
    ]


def agreement(db: Session, slug: str) -> AgreementFacts:
    """One agreement with members, origin rule and examples; raises Missing."""
    row = db.scalar(select(Agreement).where(Agreement.slug == slug))
    if row is None:
        raise Missing("agreement")
    status, tone = status_words(row.state, row.certainty)
    return AgreementFacts(
        slug=row.slug,
        name=row.name,
        full_name=row.full_name,
        kind=row.kind,
        is_settled=row.state is not State.NOT_SETTLED,
        is_confirmed=row.certainty is not Certainty.UNCONFIRMED,
        status=status,
        tone=tone,
        partners=_members_of(db, row.id),
        partners_note=row.partners_note,
        signed=row.signed,
        in_force=row.in_force,
        since_note=row.since_note,
        status_note=row.status_note,
        open_point=row.open_point,
        proof=row.proof,
        instrument=row.instrument,
        official_url=row.official_url,
        evidence_url=row.evidence_url,
        certainty=CERTAINTY_WORDS[row.certainty],
        unconfirmed=frozenset(row.unconfirmed.split()),
        remark=row.remark,
        verified_on=row.verified_on,
        origin=_origin_of(db, row.id),
        examples=_examples_of(db, row.id),
    )


@cache
def _member_names() -> Select[*tuple[Any, ...]]:
    """Of all agreements: there are a few dozen, and mostly all are shown."""
    return select(Member.agreement_id, Member.name).order_by(Member.name)


@cache
def _listed() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Agreement.id,
            Agreement.slug,
            Agreement.name,
            Agreement.full_name,
            Agreement.kind,
            Agreement.partners_note,
            Agreement.in_force,
            Agreement.unconfirmed,
            Agreement.state,
            Agreement.certainty,
            Agreement.verified_on,
        )
        .order_by(Agreement.in_force.is_(None), Agreement.in_force.desc(), Agreement.name)
        .limit(MOST)
    )


def _matching(wanted: str) -> Select[*tuple[Any, ...]]:
    query = _listed()
    if wanted:
        partner = exists().where(
            Member.agreement_id == Agreement.id,
            or_(
                Member.name.icontains(wanted, autoescape=True),
                Member.country == wanted.upper(),
            ),
        )
        query = query.where(
            or_(
                Agreement.name.icontains(wanted, autoescape=True),
                Agreement.full_name.icontains(wanted, autoescape=True),
                partner,
            )
        )
    return query


def _partners(names: list[str]) -> str:
    if len(names) <= SHOWN_PARTNERS:
        return ", ".join(names)
    return f"{', '.join(names[:3])} … ({len(names)})"


def _members_of(db: Session, agreement_id: int) -> tuple[Partner, ...]:
    found = db.execute(
        select(Member.country, Member.name, Member.certainty)
        .where(Member.agreement_id == agreement_id)
        .order_by(Member.name)
    )
    return tuple(
        Partner(row.country, row.name, row.certainty is not Certainty.UNCONFIRMED) for row in found
    )


def _origin_of(db: Session, agreement_id: int) -> Origin | None:
    row = db.get(OriginRule, agreement_id)
    if row is None:
        return None
    return Origin(
        row.general,
        row.value_threshold,
        row.value_basis,
        row.tariff_shift,
        row.de_minimis,
        row.de_minimis_textiles,
        row.cumulation,
        row.consignment,
        row.validity_months,
        row.issue_window,
        row.retrospective,
        row.retention,
        row.form,
        _sources(row.source),
        CERTAINTY_WORDS[row.certainty],
        row.certainty is not Certainty.UNCONFIRMED,
        frozenset(row.unconfirmed.split()),
        row.remark,
    )


def _examples_of(db: Session, agreement_id: int) -> tuple[Example, ...]:
    found = db.scalars(
        select(ProductRule)
        .where(ProductRule.agreement_id == agreement_id)
        .order_by(ProductRule.position)
        .limit(MOST)
    )
    return tuple(
        Example(r.hs, r.goods, r.rule, r.source, CERTAINTY_WORDS[r.certainty], r.remark)
        for r in found
    )


def _sources(text: str) -> tuple[str, ...]:
    """Several addresses stand one after the other; anything else is one source in words."""
    return tuple(text.split()) if text.startswith("http") else (text,) if text else ()
