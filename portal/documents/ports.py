"""What this room needs of the outside: a scanner for malware."""

from __future__ import annotations

from typing import Protocol


class Scanner(Protocol):
    """Knows malware."""

    def scan(self, content: bytes) -> str:
        """The name of the malware in a file, or nothing. Raises TryLater where it is away."""
        ...

    def is_up(self) -> bool:
        """Whether it answers now."""
        ...
