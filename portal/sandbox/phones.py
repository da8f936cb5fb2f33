"""The phones of the sample people: their apps show the code of the second factor."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyotp

STEP_SECONDS = 30
LONGEST_WAIT = 35.0


class Phones:
    """Codes of RFC 6238, each given once, as the portal takes each once."""

    def __init__(self, file: Path, instant: Callable[[], datetime]) -> None:
        self.file, self.instant = file, instant
        self.given: dict[str, int] = {}
        self.lock = threading.Lock()

    def code(self, email: str) -> str:
        """The next code of a phone that wasn't given yet; waits for it if need be."""
        secret = self._secrets().get(email, "")
        limit = time.monotonic() + LONGEST_WAIT
        while secret and time.monotonic() < limit:
            with self.lock:
                present = self._step()
                last = self.given.get(email, 0)
                # Of another year: the portal's clock was moved back.
                step = present if last > present + 1 else max(present, last + 1)
                if step <= present + 1:
                    self.given[email] = step
                    return pyotp.TOTP(secret).at(step * STEP_SECONDS)
            time.sleep(0.2)
        return ""

    def all_codes(self) -> dict[str, str]:
        """What every phone shows now, for people to read."""
        at = self._step() * STEP_SECONDS
        return {email: pyotp.TOTP(secret).at(at) for email, secret in self._secrets().items()}

    def _step(self) -> int:
        return int(self.instant().timestamp()) // STEP_SECONDS

    def _secrets(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found
