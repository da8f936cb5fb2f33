"""What sealing needs from outside: the keys of the offices, wherever they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


@dataclass(frozen=True)
class SealKey:
    """One office's loaded key: its certificate and the issuers above it (DER), and the key itself.

    `chain` runs upwards from the issuer and leaves out the root, which a verifier has.
    """

    key_id: str
    certificate: bytes
    chain: tuple[bytes, ...]
    private_key: RSAPrivateKey = field(repr=False)


class SealKeys(Protocol):
    """Where the seal keys are kept."""

    def load(self, key_id: str) -> SealKey:
        """The key of that id. Raises `Refused` where there is none or it can't be opened."""
        ...


class Sealing(Protocol):
    """Seals a finished PDF with an office's key."""

    def seal(self, pdf: bytes, key_id: str, *, reason: str, location: str, at: datetime) -> bytes:
        """The sealed PDF. Raises Refused for an unknown key."""
        ...
