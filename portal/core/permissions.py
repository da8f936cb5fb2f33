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
    AGENCY_READ = "agency:read"
    OVERSIGHT_READ = "oversight:read"
    NOTICES_WRITE = "notices:write"
    REFERENCE_WRITE = "reference:write"
    LEGACY_READ = "legacy:read"
    LEGACY_IMPORT = "legacy:import"
    ISSUE = "certificate:issue"


class Role(StrEnum):
    """Roles of a membership, an office seat, an agency seat or the directorate."""

    OWNER = "owner"
    SIGNATORY = "signatory"
    PREPARER = "preparer"
    FINANCE = "finance"
    VIEWER = "viewer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    DIRECTORATE = "directorate"
    SYSTEM = "system"


class SeatKind(StrEnum):
    """On whose behalf a person acts."""

    FIRM = "firm"
    OFFICE = "office"
    AGENCY = "agency"
    DIRECTORATE = "directorate"
    SYSTEM = "system"


_P = Permission
_SIGNED_IN = frozenset({_P.ACCOUNT_USE, _P.DASHBOARD_READ, _P.LEGACY_READ})
_PREPARE = frozenset({_P.APPLICATION_READ, _P.APPLICATION_PREPARE})
_OFFICER = _SIGNED_IN | {_P.APPLICATION_SCRUTINISE, _P.CERTIFICATE_APPROVE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _SIGNED_IN | _PREPARE | {_P.APPLICATION_SUBMIT, _P.WALLET_READ, _P.WALLET_ADD},
    Role.SIGNATORY: _SIGNED_IN | _PREPARE | {_P.APPLICATION_SUBMIT, _P.WALLET_READ},
    Role.PREPARER: _SIGNED_IN | _PREPARE,
    Role.FINANCE: _SIGNED_IN | {_P.APPLICATION_READ, _P.WALLET_READ, _P.WALLET_ADD},
    Role.VIEWER: _SIGNED_IN | {_P.APPLICATION_READ},
    Role.OFFICER: _OFFICER,
    Role.SUPERVISOR: _OFFICER | {_P.CERTIFICATE_VOID},
    Role.ADMINISTRATOR: _SIGNED_IN | {_P.AGENCY_READ},
    Role.DIRECTORATE: _SIGNED_IN
    | {_P.OVERSIGHT_READ, _P.NOTICES_WRITE, _P.REFERENCE_WRITE, _P.LEGACY_IMPORT},
    Role.SYSTEM: frozenset({_P.ISSUE}),
}


@dataclass(frozen=True)
class Seat:
    """One place a person may act from: the kind, the row it stands for, the role there."""

    kind: SeatKind
    id: int
    role: Role
    label: str

    @property
    def token(self) -> str:
        """How a form names the seat that it was made for (`acting_for`)."""
        return f"{self.kind.value}-{self.id}-{self.role.value}"


@dataclass(frozen=True)
class Actor:
    """A person in a seat. Lookups are scoped by it, audit rows name it by id alone."""

    person_id: int | None
    name: str
    seat: Seat

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role of the seat allows."""
        return PERMISSIONS[self.seat.role]

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds a permission."""
        return permission in self.permissions

    @property
    def firm_id(self) -> int | None:
        """The firm acted for, or None."""
        return self.seat.id if self.seat.kind is SeatKind.FIRM else None

    @property
    def office_id(self) -> int | None:
        """The office acted for, or None."""
        return self.seat.id if self.seat.kind is SeatKind.OFFICE else None

    @property
    def agency_id(self) -> int | None:
        """The agency acted for as its administrator, or None."""
        return self.seat.id if self.seat.kind is SeatKind.AGENCY else None


SYSTEM = Actor(None, "eCoO", Seat(SeatKind.SYSTEM, 0, Role.SYSTEM, "eCoO"))
