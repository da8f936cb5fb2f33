"""Who may do what: one enumeration of permissions, the roles that hold them, and the actor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """`subject:act`; every route names one or is public."""

    ACCOUNT_USE = "account:use"
    DASHBOARD_READ = "dashboard:read"
    APPLICATION_READ = "application:read"
    APPLICATION_PREPARE = "application:prepare"
    APPLICATION_SUBMIT = "application:submit"
    APPLICATION_SCRUTINISE = "application:scrutinise"
    CERTIFICATE_APPROVE = "certificate:approve"
    CERTIFICATE_VOID = "certificate:void"
    WALLET_READ = "wallet:read"
    WALLET_ADD = "wallet:add"
    ACCOUNT_OPEN = "account:open"
    FIRM_READ = "firm:read"
    FIRM_MANAGE = "firm:manage"
    AGENCY_READ = "agency:read"
    AGENCY_MANAGE = "agency:manage"
    OFFICE_READ = "office:read"
    OFFICE_MANAGE = "office:manage"
    AGENCIES_WRITE = "agencies:write"
    CLAIMS_JUDGE = "claims:judge"
    CLIENTS_READ = "clients:read"
    AGENT_MANAGE = "agent:manage"
    OVERSIGHT_READ = "oversight:read"
    NOTICES_WRITE = "notices:write"
    REFERENCE_WRITE = "reference:write"
    LEGACY_READ = "legacy:read"
    LEGACY_IMPORT = "legacy:import"
    ISSUE = "certificate:issue"
    DOCUMENT_SIGN = "document:sign"
    SIGNING_PROCESS = "signing:process"


class Role(StrEnum):
    """Roles of a membership, an office seat, an agency seat, an agent or the directorate.

    Somebody without any of them is a person: they may link a firm, register an agency, or accept
    an invitation.
    """

    OWNER = "owner"
    SIGNATORY = "signatory"
    PREPARER = "preparer"
    FINANCE = "finance"
    VIEWER = "viewer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    DEPUTY = "deputy"
    AGENT_OWNER = "agent_owner"
    AGENT = "agent"
    PERSON = "person"
    DIRECTORATE = "directorate"
    SYSTEM = "system"


class SeatKind(StrEnum):
    """On whose behalf a person acts."""

    FIRM = "firm"
    OFFICE = "office"
    AGENCY = "agency"
    AGENT = "agent"
    PERSON = "person"
    DIRECTORATE = "directorate"
    SYSTEM = "system"


_P = Permission
# What somebody signs is the matter of the room that asks for it; trying it out is everybody's.
_ACCOUNT = frozenset({_P.ACCOUNT_USE, _P.DASHBOARD_READ, _P.ACCOUNT_OPEN, _P.DOCUMENT_SIGN})
_SIGNED_IN = _ACCOUNT | {_P.LEGACY_READ}
_MEMBER = _SIGNED_IN | {_P.FIRM_READ}
_PREPARE = frozenset({_P.APPLICATION_READ, _P.APPLICATION_PREPARE})
_OFFICER = _SIGNED_IN | {_P.APPLICATION_SCRUTINISE, _P.CERTIFICATE_APPROVE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _MEMBER
    | _PREPARE
    | {_P.APPLICATION_SUBMIT, _P.WALLET_READ, _P.WALLET_ADD, _P.FIRM_MANAGE},
    Role.SIGNATORY: _MEMBER | _PREPARE | {_P.APPLICATION_SUBMIT, _P.WALLET_READ},
    Role.PREPARER: _MEMBER | _PREPARE,
    Role.FINANCE: _MEMBER | {_P.APPLICATION_READ, _P.WALLET_READ, _P.WALLET_ADD},
    Role.VIEWER: _MEMBER | {_P.APPLICATION_READ},
    Role.OFFICER: _OFFICER,
    Role.SUPERVISOR: _OFFICER | {_P.CERTIFICATE_VOID},
    Role.MANAGER: _SIGNED_IN | {_P.OFFICE_READ, _P.OFFICE_MANAGE},
    Role.ADMINISTRATOR: _SIGNED_IN | {_P.AGENCY_READ, _P.AGENCY_MANAGE, _P.OFFICE_MANAGE},
    Role.DEPUTY: _SIGNED_IN | {_P.AGENCY_READ, _P.AGENCY_MANAGE, _P.OFFICE_MANAGE},
    Role.AGENT_OWNER: _ACCOUNT | {_P.CLIENTS_READ, _P.AGENT_MANAGE},
    Role.AGENT: _ACCOUNT | {_P.CLIENTS_READ},
    Role.PERSON: _ACCOUNT,
    Role.DIRECTORATE: _SIGNED_IN
    | {
        _P.OVERSIGHT_READ,
        _P.NOTICES_WRITE,
        _P.REFERENCE_WRITE,
        _P.LEGACY_IMPORT,
        _P.AGENCIES_WRITE,
        _P.CLAIMS_JUDGE,
    },
    # Issues what was sealed, and takes files off desks that nobody sits at any more.
    Role.SYSTEM: frozenset({_P.ISSUE, _P.APPLICATION_SCRUTINISE, _P.SIGNING_PROCESS}),
}


# Who acts for others, or sees what is others', proves it is them by a second factor.
NEEDS_FACTOR = frozenset(
    {
        Role.OFFICER,
        Role.SUPERVISOR,
        Role.MANAGER,
        Role.ADMINISTRATOR,
        Role.DEPUTY,
        Role.DIRECTORATE,
    }
)


@dataclass(frozen=True)
class Client:
    """The firm that an agent acts for: under which mandate, and whether it may hand in."""

    firm_id: int
    mandate_id: int
    may_submit: bool

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the mandate adds to an agent's own: never the firm's wallet or its people."""
        return _PREPARE | {_P.APPLICATION_SUBMIT} if self.may_submit else _PREPARE


@dataclass(frozen=True)
class Seat:
    """One place a person may act from: the kind, the row it stands for, the role there.

    An agent's seat may have a client; a file's access then depends on the client's mandate.
    """

    kind: SeatKind
    id: int
    role: Role
    label: str
    client: Client | None = None

    @property
    def token(self) -> str:
        """How a form names the seat that it was made for (`acting_for`)."""
        whole = f"{self.kind.value}-{self.id}-{self.role.value}"
        return f"{whole}-{self.client.mandate_id}" if self.client else whole


@dataclass(frozen=True)
class Actor:
    """A person in a seat. Lookups are scoped by it, audit rows name it by id alone."""

    person_id: int | None
    name: str
    seat: Seat

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role of the seat allows, and the client's mandate where there is one."""
        held = PERMISSIONS[self.seat.role]
        return held | self.seat.client.permissions if self.seat.client else held

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds a permission."""
        return permission in self.permissions

    @property
    def firm_id(self) -> int | None:
        """The firm acted for, or None."""
        return self.seat.id if self.seat.kind is SeatKind.FIRM else None

    @property
    def client(self) -> Client | None:
        """The client that an agent acts for, or None."""
        return self.seat.client

    @property
    def exporter_id(self) -> int | None:
        """The firm whose applications this seat writes: its own, or an agent's client."""
        return self.seat.client.firm_id if self.seat.client else self.firm_id

    @property
    def office_id(self) -> int | None:
        """The office acted for, or None."""
        return self.seat.id if self.seat.kind is SeatKind.OFFICE else None

    @property
    def agent_id(self) -> int | None:
        """The customs broker or forwarder acted for, or None."""
        return self.seat.id if self.seat.kind is SeatKind.AGENT else None

    @property
    def agency_id(self) -> int | None:
        """The agency acted for as its administrator, or None."""
        return self.seat.id if self.seat.kind is SeatKind.AGENCY else None


SYSTEM = Actor(None, "eCoO", Seat(SeatKind.SYSTEM, 0, Role.SYSTEM, "eCoO"))
