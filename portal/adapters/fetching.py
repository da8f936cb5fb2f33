"""HTTP for machines' answers: short, small, and from the address that the settings name."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import IO, NoReturn

SECONDS = 4


class LimitedFetcher:
    """Fetches up to `most_bytes`; no proxy by the environment, no redirect, no file or FTP."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
            _StayThere(),
        ):
            self._opener.add_handler(handler)

    def __call__(self, request: urllib.request.Request) -> bytes:
        """The body. Raises OSError without an answer, ValueError for one that is too large."""
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                body: bytes = answer.read(self._most + 1)
        except http.client.HTTPException as problem:
            raise OSError(f"{type(problem).__name__}") from problem
        if len(body) > self._most:
            raise ValueError(f"more than {self._most} bytes")
        return body


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Redirects are faults: the settings say where things are, not an answer."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> NoReturn:
        raise urllib.error.HTTPError(req.full_url, code, "redirects elsewhere", headers, fp)
