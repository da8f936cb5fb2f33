"""Lets one browser on one site speak to the companion, once a person carried a code over."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.companion.faults import Code, Refusal
from portal.companion.settings import write_private

FILE_NAME = "pairings.json"
TRIES_PER_CODE = 5
# After so many codes lost to guessing, only the person at the computer opens pairing again.
CODES_IN_A_ROW = 3
MOST_PAIRINGS = 20


class Pairings:
    """The code that is shown now, and the tokens given out, kept as digests in the folder.

    A code of 6 digits has 5 tries, three codes 15: a guesser's chance is 15 in a million.
    """

    def __init__(self, folder: Path, hours: float, clock: Callable[[], float] = time.time) -> None:
        self._file = folder / FILE_NAME
        self._seconds = hours * 3600
        self._clock = clock
        self._lock = threading.Lock()
        self._code, self._tries, self._lost = "", 0, 0
        self.draw()

    @property
    def code(self) -> str:
        """The code to show; empty while pairing is closed."""
        return self._code

    def draw(self) -> None:
        """A new code, at the wish of the person at the computer."""
        with self._lock:
            self._lost = 0
            self._next_code()

    def pair(self, code: object, origin: str) -> dict[str, object]:
        """A token for `origin`, for the right code; `expires_at` in Unix seconds.

        Raises Refusal(CODE_WRONG or PAIRING_CLOSED).
        """
        with self._lock:
            if not self._code:
                raise Refusal(Code.PAIRING_CLOSED)
            if not isinstance(code, str) or not _same(code, self._code):
                self._wrong()
                raise Refusal(Code.CODE_WRONG)
            self._lost = 0
            self._next_code()
            token, expires_at = secrets.token_urlsafe(32), int(self._clock() + self._seconds)
            self._keep({"origin": origin, "token_sha256": _digest(token), "expires_at": expires_at})
        return {"token": token, "expires_at": expires_at}

    def expect(self, token: str, origin: str) -> None:
        """Raise Refusal(NOT_PAIRED) unless the token was given to `origin` and has not expired."""
        with self._lock:
            known = self._live()
        given, found = _digest(token), False
        for pairing in known:
            same = _same(given, str(pairing["token_sha256"]))
            found |= same and pairing["origin"] == origin
        if not found:
            raise Refusal(Code.NOT_PAIRED)

    def forget(self) -> None:
        """Disconnect every browser."""
        with self._lock:
            write_private(self._file, "[]\n")

    def _wrong(self) -> None:
        self._tries -= 1
        if self._tries == 0:
            self._lost += 1
            if self._lost == CODES_IN_A_ROW:
                self._code = ""
            else:
                self._next_code()

    def _next_code(self) -> None:
        self._code, self._tries = f"{secrets.randbelow(10**6):06}", TRIES_PER_CODE

    def _keep(self, pairing: dict[str, Any]) -> None:
        kept = [*self._live(), pairing][-MOST_PAIRINGS:]
        write_private(self._file, json.dumps(kept, indent=2) + "\n")

    def _live(self) -> list[dict[str, Any]]:
        """Pairings that have not expired; a file that can't be read has none."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return [one for one in found if float(one["expires_at"]) > self._clock()]
        except (OSError, ValueError, TypeError, KeyError):
            return []


class Nonces:
    """Requests that were used, each kept until it has expired; a restart forgets none."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = folder / "requests.json"
        self._clock = clock
        self._lock = threading.Lock()

    def spend(self, nonce: str, expires_at: int) -> None:
        """Take note of a request. Raises Refusal(REPLAYED) if it was used before."""
        with self._lock:
            used = self._used()
            if nonce in used:
                raise Refusal(Code.REPLAYED)
            write_private(self._file, json.dumps({**used, nonce: expires_at}) + "\n")

    def _used(self) -> dict[str, int]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {n: at for n, at in found.items() if at > self._clock()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
