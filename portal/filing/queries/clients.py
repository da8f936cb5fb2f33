"""What an agent sees: the files that it began for its clients, and what they cost them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.agencies.models import Agency, Office
from portal.agencies.queries import OfficeFacts
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.filing.lifecycle import Status
from portal.filing.models import Application
from portal.filing.rules.fields import bare_name
from portal.identity import queries as identity
from portal.identity.models import Firm
from portal.identity.queries import ClientFacts
from portal.wallet.models import Hold, HoldStatus, Posting, Transfer, TransferKind

PAGE = 50
MOST_LINES = 10_000


@dataclass(frozen=True)
class ClientDesk:
    """A client with what the mandate allows and how much of its limit is used, in paise."""

    client: ClientFacts
    seat: str
    agencies: tuple[str, ...]
    used_paise: int

    @property
    def left_paise(self) -> int | None:
        """What may still be held under the mandate; None without a limit."""
        limit = self.client.limit_paise
        return None if limit is None else max(0, limit - self.used_paise)


class ClientFile(NamedTuple):
    """One file of a client in the agent's list."""

    id: int
    public_ref: str
    status: Status
    firm_id: int
    firm: str
    consignee: str
    office: str
    changed_at: datetime


class StatementLine(NamedTuple):
    """One movement of a client's money for a file that the agent handed in; paise."""

    at: datetime
    ref: str
    kind: TransferKind
    amount_paise: int


@dataclass(frozen=True)
class Statement:
    """What an agent's files cost a client: held now, taken so far, and each movement."""

    client: ClientFacts
    held_paise: int
    taken_paise: int
    lines: tuple[StatementLine, ...]


def offices_for(db: Session, actor: Actor) -> list[OfficeFacts]:
    """The offices where the actor may file: for an agent those that the mandate names."""
    found = agencies.offered(db)
    if actor.client is None:
        return found
    named = _named_agencies(db, actor)
    return [office for office in found if named is None or office.agency_id in named]


def client_desks(db: Session, actor: Actor) -> list[ClientDesk]:
    """Every client of the acting agent at this instant."""
    clients = identity.clients_of(db, actor)
    used = used_under(db, {client.mandate_id for client in clients})
    names = {office.agency_id: office.agency_name for office in agencies.offices(db)}
    return [
        ClientDesk(
            client,
            f"{actor.seat.kind}-{actor.seat.id}-{actor.seat.role}-{client.mandate_id}",
            tuple(sorted(names.get(x, str(x)) for x in client.agencies or ())),
            used.get(client.mandate_id, 0),
        )
        for client in clients
    ]


def client_files(
    db: Session, actor: Actor, ref: str = "", status: str = "", before: int | None = None
) -> list[ClientFile]:
    """The agent's files over all its clients, newest first: up to 51, one more than a page.

    `ref` is that of a mandate and keeps to its firm.
    """
    clients = identity.clients_of(db, actor)
    firms = {client.firm_id for client in clients if ref in ("", client.ref)}
    query = _files_query().where(
        Application.agent_id == actor.agent_id, Application.firm_id.in_(firms)
    )
    if status in tuple(Status):
        query = query.where(Application.status == Status(status))
    if before is not None:
        query = query.where(Application.id < before)
    return [
        ClientFile(i, number or draft, state, firm_id, firm, consignee, f"{agency}, {office}", at)
        for i, number, draft, state, firm_id, firm, consignee, agency, office, at in db.execute(
            query
        )
    ]


def statement(db: Session, actor: Actor, ref: str, most: int = PAGE) -> Statement:
    """What the agent's files cost one client, the newest first. Raises Missing for others."""
    client = next((c for c in identity.clients_of(db, actor) if c.ref == ref), None)
    if client is None:
        raise Missing("client")
    sums = select(Hold.status, func.sum(Hold.amount_paise)).join(
        Application, Application.number == Hold.ref
    )
    held = {row[0]: int(row[1]) for row in db.execute(_its(sums, actor, client, Hold.status))}
    moves = (
        select(Transfer.at, Transfer.ref, Transfer.kind, Posting.amount_paise)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .join(Application, Application.number == Transfer.ref)
        .order_by(Posting.id.desc())
        .limit(most)
    )
    return Statement(
        client,
        held.get(HoldStatus.HELD, 0),
        held.get(HoldStatus.CAPTURED, 0),
        tuple(StatementLine(*row) for row in db.execute(_its(moves, actor, client))),
    )


def agents_names(db: Session, agent_id: int | None) -> frozenset[str]:
    """Names that the exporter's declaration never bears: the agent and its people, bare."""
    if agent_id is None:
        return frozenset()
    names = [*identity.agent_people(db, agent_id), identity.agent(db, agent_id).name]
    return frozenset(map(bare_name, names))


def used_paise(db: Session, mandate_id: int) -> int:
    """What is held or was taken for files that were handed in under a mandate."""
    return used_under(db, {mandate_id}).get(mandate_id, 0)


def used_under(db: Session, mandate_ids: set[int]) -> dict[int, int]:
    """The same for several mandates at once; those without any are left out."""
    query = (
        select(Application.mandate_id, func.sum(Hold.amount_paise))
        .join(Hold, Hold.ref == Application.number)
        .where(Application.mandate_id.in_(mandate_ids), Hold.status != HoldStatus.RELEASED)
        .group_by(Application.mandate_id)
    )
    return {row[0]: int(row[1]) for row in db.execute(query) if row[0] is not None}


def _its(
    query: Select[*tuple[Any, ...]], actor: Actor, client: ClientFacts, *group: Any
) -> Select[*tuple[Any, ...]]:
    """Keep to files that this agent handed in for this client; those of the firm are its own."""
    kept = query.where(
        Application.agent_id == actor.agent_id,
        Application.firm_id == client.firm_id,
        Application.mandate_id.is_not(None),
    )
    return kept.group_by(*group) if group else kept


def _named_agencies(db: Session, actor: Actor) -> frozenset[int] | None:
    mandate_id = actor.client.mandate_id if actor.client else 0
    clients = identity.clients_of(db, actor)
    found = next((c for c in clients if c.mandate_id == mandate_id), None)
    return found.agencies if found is not None else frozenset()


def _files_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Application.id,
            Application.number,
            Application.ref,
            Application.status,
            Application.firm_id,
            Firm.name,
            Application.consignee_name,
            Agency.name,
            Office.name,
            Application.changed_at,
        )
        .join(Firm, Firm.id == Application.firm_id)
        .join(Office, Office.id == Application.office_id)
        .join(Agency, Agency.id == Office.agency_id)
        .order_by(Application.id.desc())
        .limit(PAGE + 1)
    )
