"""A visitor without script: follows links and forms of a running portal over real HTTP."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

MOST_REDIRECTS = 5


@dataclass
class FoundForm:
    """A form of a page: where it goes and what it would send untouched."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def forms(self) -> list[FoundForm]:
        """The forms of the page."""
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, action: str) -> FoundForm:
        """The form whose address ends with `action`. Raises LookupError if there is none."""
        for found in self.forms():
            if urlsplit(found.action).path.endswith(action):
                return found
        raise LookupError(f"no form for {action} on {self.url} ({self.status})")


class Visitor:
    """One browser session on one portal."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path)

    def code_of(self, email: str) -> str:
        """What the app on a sample person's phone shows: the stand-ins listen on the next port."""
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection(
            parts.hostname or "", (parts.port or 0) + 1, timeout=60
        )
        try:
            connection.request("GET", f"/phones/{email}")
            found = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return str(found["code"])

    def send(
        self,
        page: Answer,
        action: str,
        changes: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Answer:
        """Fill a form of `page` with `changes` (and files) and send it."""
        form = page.form(action)
        fields = {**form.fields, **(changes or {})}
        target = urljoin(page.url, form.action)
        if form.method == "get":
            return self._ask("GET", f"{target}?{urlencode(fields)}")
        if files is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, files)
        return self._ask("POST", target, body, kind)

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        for _ in range(MOST_REDIRECTS):
            answer = self._once(method, path, body, kind)
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            path = urljoin(answer.url, answer.headers["location"])
            method, body, kind = "GET", b"", ""
        raise LookupError(f"too many redirects at {path}")

    def _once(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        url = urljoin(self.base, path)
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {}
        if parts.netloc == urlsplit(self.base).netloc:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        try:
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        plain = {name.lower(): value for name, value in response.headers.items()}
        return Answer(url, response.status, plain, content)


class _FormReader(HTMLParser):
    """Collects forms with the values that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self._open: FoundForm | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, inputs, selections and text areas."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = FoundForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is None or not (given.get("name") or tag == "option"):
            return
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and "selected" in given:
            self._open.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = given["name"]
            self._open.fields[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        """Close what ends here."""
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Text inside a text area is its value."""
        if self._open is not None and self._area:
            self._open.fields[self._area] += data.removeprefix("\n")

    def _input(self, given: dict[str, str]) -> None:
        assert self._open is not None
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if kind not in ("file", "submit"):
            self._open.fields[given["name"]] = given.get("value", "")


def _multipart(
    fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]
) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (filename, content) in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"'
        parts.append(
            f"{head}\r\nContent-Type: application/pdf\r\n\r\n".encode() + content + b"\r\n"
        )
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
