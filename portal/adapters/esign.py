"""Asks the e-sign provider what became of a request; signing itself goes through the browser."""

from __future__ import annotations

import urllib.error
import urllib.request

from portal.core.errors import TryLater

SECONDS = 6
MOST_BYTES = 512 * 1024


class HttpEsign:
    """`POST <status address>` with a signed EsignStatus; the answer is an EsignResp."""

    def __init__(self, status_url: str) -> None:
        self._url = status_url

    def status(self, message: bytes) -> bytes:
        """The provider's answer as it came; who wrote it is judged later. Raises TryLater."""
        asked = urllib.request.Request(
            self._url, data=message, headers={"Content-Type": "application/xml"}, method="POST"
        )
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
                return bytes(answer.read(MOST_BYTES))
        except (OSError, ValueError) as error:
            raise TryLater(f"e-sign provider: {type(error).__name__}") from error
