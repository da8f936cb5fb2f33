"""Text messages by a gateway: `POST SMS_URL {"to": "+91…", "text": "…"}` with a bearer token."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from urllib.parse import urlsplit, urlunsplit

from portal.core.errors import Refused, TryLater

SECONDS = 10


class HttpTexter:
    """Hands text messages to one gateway; a token stands in the address as its user name."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._token = parts.username or ""
        self._url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def send(self, to: str, text: str) -> None:
        """Send one message. Raises TryLater, or Refused for a number that it never will take."""
        body = json.dumps({"to": to, "text": text}).encode()
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                return
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500 and error.code not in (408, 429):
                raise Refused(f"text message refused: {error.code}") from error
            raise TryLater(f"text gateway: {error.code}") from error
        except OSError as error:
            raise TryLater(f"text gateway: {type(error).__name__}") from error
