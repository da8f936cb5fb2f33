"""The directorate's acts on Appendix 2E: add an agency, list, suspend, strike off, give goods."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Change, Listing, Scope
from portal.agencies.rules import Standing, Turn
from portal.core import audit, clock, outbox
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.notices.models import Certainty
from portal.notices.rules import slug_of

ADDED = audit.Act("agencies.added", ("agency",))
TAKEN_BACK = audit.Act("agencies.standing_taken_back", ("agency",))
TURNED = audit.Act("agencies.standing_changed", ("agency", "turn", "at", "notice"))
SCOPE_GIVEN = audit.Act("agencies.scope_given", ("agency", "scope"))
SCOPE_ENDED = audit.Act("agencies.scope_ended", ("agency", "scope"))

BEGINS = {Turn.LIST: Standing.LISTED, Turn.SUSPEND: Standing.SUSPENDED}


def stream(agency: Agency) -> str:
    """The audit stream of an agency."""
    return f"agency:{agency.id}"


def add_agency(db: Session, actor: Actor, why: str, /, **fields: Any) -> str:
    """Add an agency that is in no listing yet; returns its slug.

    Raises Invalid if name or code are taken.
    """
    _check(actor)
    slug = slug_of(fields["name"])
    if not slug or db.scalar(select(Agency.id).where(Agency.slug == slug)) is not None:
        raise Invalid(
            N_("An agency of this name is in the register already."),
            code="agency_known",
            field="name",
        )
    code = fields.pop("code", None) or None
    if code and db.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise Invalid(N_("Another agency has this code."), code="code_taken", field="code")
    row = Agency(slug=slug, code=code, **fields)
    db.add(row)
    db.flush()
    _keep(db, actor, row, "added", {}, {"name": row.name, "state": row.state}, why)
    audit.record(db, stream(row), ADDED, actor, agency=slug)
    return slug


def turn(
    db: Session,
    actor: Actor,
    slug: str,
    turned: Turn,
    at: datetime,
    *,
    notice: str,
    source: str,
    certainty: Certainty,
    why: str,
) -> None:
    """List, suspend or strike off an agency at an instant, by notice.

    Raises Invalid where it stands so already, or where something later is entered.
    """
    agency = _agency(db, actor, slug)
    last = db.scalar(
        select(Listing).where(Listing.agency_id == agency.id).order_by(Listing.id.desc()).limit(1)
    )
    _check_turn(last, turned, at)
    before = _said(last)
    if last is not None and last.valid_until is None:
        last.valid_until, last.end_notice = at, notice
        db.flush()
    after = {"turn": turned.value, "at": at.isoformat(), "notice": notice, "source": source}
    if turned in BEGINS:
        facts = {"notice": notice, "source": source, "certainty": certainty}
        db.add(_listing(agency, BEGINS[turned], at, facts))
    _keep(db, actor, agency, turned.value.replace("_", " "), before, after, why)
    outbox.announce(db, f"agencies.{_FACTS[turned]}", str(agency.id), max(at, clock.now()))
    told = {"turn": turned.value, "at": at.isoformat(), "notice": notice}
    audit.record(db, stream(agency), TURNED, actor, agency=slug, **told)


def take_back(db: Session, actor: Actor, slug: str, why: str) -> None:
    """Take the last entry of an agency's standing back, as if it had never been made.

    What stood before it stands again. Files that were given back meanwhile stay given back.
    Raises Invalid where nothing is entered.
    """
    agency = _agency(db, actor, slug)
    found = db.scalars(
        select(Listing).where(Listing.agency_id == agency.id).order_by(Listing.id.desc()).limit(2)
    ).all()
    if not found:
        raise Invalid(N_("Nothing is entered that could be taken back."), code="no_entry")
    last, before = found[0], _said(found[0])
    standing: Listing | None = last
    if last.valid_until is not None:
        last.valid_until, last.end_notice = None, ""
    else:
        standing = _what_stood_before(db, last, found[1:])
    db.flush()
    _keep(db, actor, agency, "taken back", before, _said(standing), why)
    if standing is not None and standing.standing is Standing.LISTED:
        outbox.announce(db, "agencies.listed", str(agency.id))
    audit.record(db, stream(agency), TAKEN_BACK, actor, agency=slug)


def _what_stood_before(db: Session, last: Listing, others: Sequence[Listing]) -> Listing | None:
    """Remove an open listing; the one that it ended goes on."""
    previous = others[0] if others else None
    goes_on = previous is not None and previous.valid_until == last.valid_from
    db.delete(last)
    db.flush()
    if previous is not None and goes_on:
        previous.valid_until, previous.end_notice = None, ""
    return previous


_FACTS = {Turn.LIST: "listed", Turn.SUSPEND: "suspended", Turn.STRIKE_OFF: "struck_off"}


def give_scope(db: Session, actor: Actor, slug: str, why: str, /, **fields: Any) -> None:
    """Give goods to an agency from an instant on. Raises Invalid without goods or digits."""
    agency = _agency(db, actor, slug)
    if not fields["hs_prefix"] and not fields["goods"]:
        raise Invalid(
            N_("Say which goods: by the first digits of the tariff, or in words."),
            code="no_goods",
            field="goods",
        )
    row = Scope(agency_id=agency.id, **fields)
    db.add(row)
    db.flush()
    after = {"hs_prefix": row.hs_prefix, "goods": row.goods, "notice": row.notice}
    _keep(db, actor, agency, "goods given", {}, after, why)
    audit.record(db, stream(agency), SCOPE_GIVEN, actor, agency=slug, scope=row.id)


def end_scope(
    db: Session, actor: Actor, slug: str, scope_id: int, at: datetime, notice: str, why: str
) -> None:
    """End a product scope at an instant, by notice. Raises Invalid if it ended or begins later."""
    agency = _agency(db, actor, slug)
    row = db.scalar(select(Scope).where(Scope.id == scope_id, Scope.agency_id == agency.id))
    if row is None:
        raise Missing("scope")
    if row.valid_until is not None or at <= row.valid_from:
        raise Invalid(
            N_("It has an end already, or begins only after that instant."),
            code="scope_order",
            field="at",
        )
    row.valid_until, row.end_notice = at, notice
    _keep(db, actor, agency, "goods ended", {"scope": row.id}, {"until": at.isoformat()}, why)
    audit.record(db, stream(agency), SCOPE_ENDED, actor, agency=slug, scope=row.id)


def _check_turn(last: Listing | None, turned: Turn, at: datetime) -> None:
    latest = None if last is None else last.valid_until or last.valid_from
    if (latest is not None and at < latest) or (last and last.valid_from and at <= last.valid_from):
        raise Invalid(
            N_("Something later is entered already: see below what was changed."),
            code="later_entered",
            field="at",
        )
    open_now = last.standing if last is not None and last.valid_until is None else None
    if open_now is BEGINS.get(turned):
        raise Invalid(_STANDS_SO[turned], code="stands_so", field="turn")


_STANDS_SO = {
    Turn.LIST: N_("The agency is listed already."),
    Turn.SUSPEND: N_("The agency is suspended already."),
    Turn.STRIKE_OFF: N_("The agency is not in Appendix 2E, so it can't be struck off."),
}


def _listing(
    agency: Agency, standing: Standing, starts: datetime | None, facts: dict[str, Any]
) -> Listing:
    return Listing(
        agency_id=agency.id,
        standing=standing,
        valid_from=starts,
        entered_at=clock.now(),
        **facts,
    )


def _said(row: Listing | None) -> dict[str, str]:
    if row is None:
        return {}
    starts, ends = row.valid_from, row.valid_until
    return {
        "standing": row.standing.value,
        "from": starts.isoformat() if starts else "not known",
        "until": ends.isoformat() if ends else "",
    }


def _keep(
    db: Session, actor: Actor, agency: Agency, what: str, before: Any, after: Any, why: str
) -> None:
    db.add(
        Change(
            agency_id=agency.id,
            at=clock.now(),
            person_id=actor.person_id,
            what=what,
            before=json.dumps(before, ensure_ascii=False),
            after=json.dumps(after, ensure_ascii=False),
            why=why,
        )
    )


def _agency(db: Session, actor: Actor, slug: str) -> Agency:
    _check(actor)
    row = db.scalar(select(Agency).where(Agency.slug == slug).with_for_update())
    if row is None:
        raise Missing("agency")
    return row


def _check(actor: Actor) -> None:
    if not actor.may(Permission.AGENCIES_WRITE):
        raise Forbidden("agencies")
