"""What sealing needs from outside: the offices' keys, lists of revoked ones, time stamps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class SealKey:
    """One office's key: its certificate, the issuers above it (DER), and how it signs.

    `chain` runs upwards from the issuer and leaves out the root, which a verifier has. `sign`
    gives the signature of some data by RSA with SHA-256 (PKCS #1 v1.5); it raises TryLater
    where the key is away for a while.
    """

    key_id: str
    certificate: bytes
    chain: tuple[bytes, ...]
    sign: Callable[[bytes], bytes] = field(repr=False)


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


@dataclass(frozen=True)
class CrlFacts:
    """One list of revoked certificates: where it is fetched, whose it is, from when to when.

    Without an issuer none was fetched yet. `problem` says why the last fetch failed.
    """

    url: str
    issuer: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    problem: str = ""

    def is_stale(self, at: datetime) -> bool:
        """Whether it says nothing of `at` any more, or never did."""
        return self.next_update is None or self.next_update <= at


class Crls(Protocol):
    """The lists of revoked certificates that the settings name."""

    def current(self, at: datetime) -> tuple[bytes, ...]:
        """All of them (DER), fetched anew where that is due. Raises TryLater if one is stale."""
        ...

    def facts(self) -> tuple[CrlFacts, ...]:
        """What is kept of each; nothing is fetched."""
        ...


class TimeStamps(Protocol):
    """A time stamping authority. RFC 3161."""

    def stamp(self, digest: bytes) -> bytes:
        """A token (DER CMS) over a SHA-256 digest. Raises TryLater without a sound answer."""
        ...

    def sample(self) -> bytes:
        """A token of the same authority over anything, for its size and its certificates."""
        ...
