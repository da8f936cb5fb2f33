"""What a page costs on the wire: its bytes with headers, the requests it makes, its script."""

from __future__ import annotations

import re
from dataclasses import dataclass

import brotli
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

# What granian adds to the application's headers: status line, date, server, the empty line.
DATE = "date: Mon, 23 Nov 2026 14:00:00 GMT"
SERVER_ADDS = len(f"HTTP/1.1 200 OK\r\nserver: granian\r\n{DATE}\r\n\r\n")
# No browser fetches what is named as an alternate (a feed).
ASKS_FOR = re.compile(
    r"<(?:script|img|iframe|link(?![^>]*rel=\"alternate\"))\b"
    r"[^>]*?(?:src|href)=\"(?!data:)([^\"]+)\""
)


@dataclass(frozen=True)
class Weight:
    """One page, seen for the first time."""

    page: int
    total: int
    requests: int
    has_script: bool
    encoding: str


def weigh(client: FlaskClient, path: str) -> Weight:
    """Load a page and all that it asks for, as a browser that takes brotli would."""
    return weight_of(client, ask(client, path))


def weight_of(client: FlaskClient, answer: Response) -> Weight:
    """The weight of a page that was answered with brotli accepted."""
    html = text_of(answer)
    parts = []
    for path in ASKS_FOR.findall(html):
        with ask(client, path) as part:
            parts.append(size(part))
    return Weight(
        size(answer),
        size(answer) + sum(parts),
        1 + len(parts),
        "<script" in html,
        answer.headers.get("Content-Encoding", ""),
    )


def ask(client: FlaskClient, path: str) -> Response:
    """GET with brotli accepted."""
    return client.get(path, headers={"Accept-Encoding": "br"})


def text_of(answer: Response) -> str:
    """The page, unpacked."""
    packed = answer.headers.get("Content-Encoding") == "br"
    html: bytes = brotli.decompress(answer.data) if packed else answer.data
    return html.decode()


def size(answer: Response) -> int:
    """Bytes of an answer as granian sends it."""
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    return SERVER_ADDS + headers + len(answer.data)
