"""What this room needs of the outside: the registry that knows whose IEC it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from portal.identity.lifecycle import IecStatus


@dataclass(frozen=True)
class IecRecord:
    """A firm as the registry holds it; e-mail and mobile are the registry's own."""

    iec: str
    name: str
    pan: str
    gstin: str
    status: IecStatus
    status_since: str
    email: str
    mobile: str
    address: str
    city: str
    state: str
    pin: str


class IecRegistry(Protocol):
    """Knows every IEC."""

    def look_up(self, iec: str) -> IecRecord | None:
        """The firm of an IEC, or None. Raises TryLater when the registry gives no sound answer."""
