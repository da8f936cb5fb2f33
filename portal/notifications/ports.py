"""What this room needs of the outside: somebody who carries letters and text messages."""

from __future__ import annotations

from typing import Protocol


class Mailer(Protocol):
    """Carries letters."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one letter. Raises TryLater or Refused."""


class Texter(Protocol):
    """Carries text messages."""

    def send(self, to: str, text: str) -> None:
        """Send one message. Raises TryLater or Refused."""
