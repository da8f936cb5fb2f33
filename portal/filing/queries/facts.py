"""One application with everything that belongs to it, for pages, checks and the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.permissions import Actor, SeatKind
from portal.filing.models import (
    Application,
    ApplicationEvent,
    ForeignEvidence,
    Invoice,
    Question,
    ShippingBill,
)
from portal.filing.particulars import FIELDS, MORE_FIELDS
from portal.filing.queries.goods import line_facts
from portal.filing.queries.papers import attachments
from portal.filing.queries.shapes import (
    ApplicationFacts,
    EventFacts,
    EvidenceFacts,
    InvoiceFacts,
    LineFacts,
    QuestionFacts,
    ShippingBillFacts,
)
from portal.identity import queries as identity
from portal.reference import queries as reference


def application_for(db: Session, actor: Actor, ref: str, *, lock: bool = False) -> Application:
    """The application that `actor` may see under `ref` (number or draft reference).

    A firm sees its own; an agent what it began for the client it acts for; an office what was
    handed in to it. Raises Missing for everybody else. `lock` holds the row until the transaction
    ends; an agent's mandate is read anew and held with it, or MandateEnded raised.
    """
    if lock and actor.client is not None:
        identity.mandate_for(db, actor)
    if actor.firm_id is not None:
        whose: dict[str, int | None] = {"firm_id": actor.firm_id}
    elif actor.client is not None:
        whose = {"firm_id": actor.client.firm_id, "agent_id": actor.agent_id}
    elif actor.office_id is not None:
        whose = {"office_id": actor.office_id}
    else:
        raise Missing("application")
    query = _called(*whose)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalars(query, {"called": ref, **whose}).one_or_none()
    if found is None:
        raise Missing("application")
    return found


def application_facts(
    db: Session, row: Application, lines: tuple[LineFacts, ...] | None = None
) -> ApplicationFacts:
    """Everything about an application that was looked up before.

    A page of a draft that shows some of the goods lines gives them as `lines`: the others and
    the file's history aren't read then.
    """
    questions, events = _history(db, row) if lines is None else ([], [])
    names = _names(db, row, questions, events)
    agent = identity.agent(db, row.agent_id).name if row.agent_id is not None else ""
    acted = {e.at for e in events if _is_agents(e)}
    fields: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    papers, countries = attachments(db, row.id), _country_names(db, row)
    return ApplicationFacts(
        **fields,
        **countries,
        firm=identity.firm(db, row.firm_id),
        office=agencies.office(db, row.office_id),
        officer=names.get(row.officer_id or 0, ""),
        port_of_loading_name=_station(db, row.port_of_loading),
        currency_exponent=reference.currency_exponent(db, row.currency) if row.currency else 2,
        more_invoices=_more_invoices(db, row.id),
        evidence=_evidence(db, row.id),
        shipping_bill=_shipping_bill(db, row.id),
        lines=line_facts(db, row.id) if lines is None else lines,
        attachments=tuple(one for one in papers if one.ended_at is None),
        earlier=tuple(one for one in papers if one.ended_at is not None),
        agent=agent,
        questions=tuple(
            _question(q, names, agent if q.answered_at in acted else "") for q in questions
        ),
        events=tuple(_event(e, names, agent if _is_agents(e) else "") for e in events),
    )


_PLAIN = (
    *FIELDS,
    *MORE_FIELDS,
    "own_reference",
    "replaces_id",
    "id",
    "ref",
    "number",
    "status",
    "created_at",
    "changed_at",
    "submitted_at",
    "decided_at",
    "officer_id",
    "fee_paise",
    "reason",
)


_COUNTRIES = ("consignee", "destination", "origin", "notify", "invoicing")


@cache
def _called(*whose: str) -> Select[Application]:
    """The application of a number or reference, if these of its columns are as they have to be."""
    called: BindParameter[str] = bindparam("called")
    query = select(Application).where(or_(Application.ref == called, Application.number == called))
    if "office_id" in whose:
        query = query.where(Application.submitted_at.is_not(None))
    return query.where(*(getattr(Application, name) == bindparam(name) for name in whose))


@cache
def _of(model: Any, belongs: str = "application_id", order: str = "id") -> Select[Any]:
    """The rows of one application in order."""
    table = model.__table__
    return (
        select(table).where(table.c[belongs] == bindparam("application")).order_by(table.c[order])
    )


def _more_invoices(db: Session, application_id: int) -> tuple[InvoiceFacts, ...]:
    found = rows(db, _of(Invoice, order="position"), application=application_id)
    return tuple(InvoiceFacts(row.number, row.dated) for row in found)


def _evidence(db: Session, application_id: int) -> tuple[EvidenceFacts, ...]:
    found = rows(db, _of(ForeignEvidence, order="position"), application=application_id)
    return tuple(EvidenceFacts(row.kind, row.number, row.dated, row.issuer) for row in found)


def _shipping_bill(db: Session, application_id: int) -> ShippingBillFacts | None:
    found = rows(db, _of(ShippingBill), application=application_id)
    row = next((one for one in found if one.replaced_at is None), None)
    if row is None:
        return None
    numbers = tuple(row.invoices.splitlines())
    port = _station(db, row.port)
    return ShippingBillFacts(row.number, row.dated, row.port, port, numbers, row.entered_at)


def _history(db: Session, row: Application) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """The questions and the steps of a file."""
    asked = rows(db, _of(Question), application=row.id)
    return asked, rows(db, _of(ApplicationEvent, "subject_id"), application=row.id)


def _names(
    db: Session,
    row: Application,
    questions: Sequence[Row[Any]],
    events: Sequence[Row[Any]],
) -> dict[int, str]:
    people = {row.officer_id, *(e.person_id for e in events)}
    people |= {person for q in questions for person in (q.asked_by, q.answered_by)}
    known = {person for person in people if person is not None}
    return identity.names(db, known) if known else {}


def _is_agents(row: Row[Any]) -> bool:
    """Whether a step was taken under a mandate; only the agent that began the file has one."""
    return str(row.seat).startswith(f"{SeatKind.AGENT.value}-")


def _event(row: Row[Any], names: dict[int, str], agent: str) -> EventFacts:
    who = names.get(row.person_id or 0, "eCoO")
    return EventFacts(row.step, row.after, row.at, who, row.note, agent)


def _question(row: Row[Any], names: dict[int, str], agent: str) -> QuestionFacts:
    return QuestionFacts(
        row.text,
        row.asked_at,
        names.get(row.asked_by, ""),
        row.answer,
        row.answered_at,
        names.get(row.answered_by or 0, ""),
        agent,
    )


def _country_names(db: Session, row: Application) -> dict[str, Any]:
    """The name of each country that an application says; most say one twice."""
    codes = {f"{said}_country_name": getattr(row, f"{said}_country") for said in _COUNTRIES}
    names = {code: reference.country_name(db, code) for code in set(codes.values()) - {""}}
    return {field: names.get(code, "") for field, code in codes.items()}


def _station(db: Session, code: str) -> str:
    return reference.station_name(db, code) if code else ""
