"""Letters and text messages that a sandbox catches instead of sending them to anybody."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from email import message_from_bytes
from email.policy import default
from html import escape
from pathlib import Path

MOST_KEPT = 500


@dataclass(frozen=True)
class Letter:
    """One letter or text message as its reader would see it."""

    kind: str
    to: str
    subject: str
    text: str
    at: str


class Mailbox:
    """Keeps what came, newest last, also over a restart."""

    def __init__(self, file: Path) -> None:
        self.file, self.lock = file, threading.Lock()
        self.letters = [Letter(**json.loads(line)) for line in _lines(file)][-MOST_KEPT:]

    def add(self, letter: Letter) -> None:
        """Keep a letter."""
        with self.lock:
            self.letters = [*self.letters, letter][-MOST_KEPT:]
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(letter)) + "\n")

    def to(self, address: str = "") -> list[Letter]:
        """The letters to an address (or all), newest first."""
        with self.lock:
            found = [x for x in self.letters if not address or x.to == address]
        return found[::-1]


def letter_of(content: bytes, to: str, at: str) -> Letter:
    """Read a letter as it came over SMTP (RFC 5322); only its plain text is kept."""
    message = message_from_bytes(content, policy=default)
    body = message.get_body(preferencelist=("plain",))
    text = body.get_content() if body is not None else ""
    return Letter("mail", to, str(message["Subject"] or ""), text, at)


def page(letters: list[Letter], address: str, codes: dict[str, str]) -> bytes:
    """The mailbox as a page for people, with what the sample people's apps show now."""
    phones = "".join(
        f"<tr><td>{escape(email)}</td><td><code>{code}</code></td></tr>"
        for email, code in sorted(codes.items())
    )
    rows = "".join(
        f"<article><h2>{escape(x.subject or x.kind)}</h2><p>{escape(x.kind)} to "
        f"<b>{escape(x.to)}</b>, {escape(x.at)}</p>"
        f"<pre>{_with_links(escape(x.text))}</pre></article>"
        for x in letters
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Specimen mailbox</title>"
        "<style>body{font:1rem/1.5 system-ui;max-width:44rem;margin:1rem auto;padding:0 1rem}"
        "article{border-top:1px solid #999}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>"
        "<h1>SPECIMEN mailbox: nothing was sent to anybody</h1>"
        f'<form><label for="to">Only to</label> <input id="to" name="to" value="{escape(address)}">'
        " <button>Show</button></form>"
        f"<details><summary>Codes that the sample people's apps show now</summary>"
        f"<table>{phones}</table></details>{rows or '<p>Nothing came yet.</p>'}</html>"
    ).encode()


def _with_links(text: str) -> str:
    """Addresses on lines of their own can be followed."""
    lines = (
        f'<a href="{line.strip()}">{line}</a>' if line.strip().startswith("http") else line
        for line in text.splitlines()
    )
    return "\n".join(lines)


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []
