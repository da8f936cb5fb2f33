"""Where a request waits for a person: threads that answer pages ask here, the one in front answers.

There is no other way to a PIN, and no way around the person.
"""

from __future__ import annotations

import contextlib
import queue
import time
import unicodedata
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field

from portal.companion.faults import Code, Refusal
from portal.companion.reader import Certificate, Token
from portal.companion.sign_request import Item, SignRequest


@dataclass(frozen=True)
class Question:
    """What a person is asked: a list of documents, to be signed with one certificate."""

    request: SignRequest
    token: Token
    certificate: Certificate


@dataclass(frozen=True)
class Pending:
    """A question that waits; `until` is on the monotonic clock."""

    question: Question
    until: float
    answer: Future[str] = field(default_factory=Future)

    @property
    def is_open(self) -> bool:
        """Whether an answer still counts."""
        return not self.answer.done() and time.monotonic() < self.until

    def approve(self, pin: str) -> None:
        """Sign, with this PIN; without one nothing is signed."""
        self._close(pin)

    def decline(self) -> None:
        """Do not sign."""
        self._close("")

    def _close(self, pin: str) -> None:
        with contextlib.suppress(InvalidStateError):  # too late: the page was told so
            self.answer.set_result(pin)


class Consent:
    """Hands questions to the person in front of the computer, one at a time, and tells news."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._asked: queue.SimpleQueue[Pending] = queue.SimpleQueue()
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask(self, question: Question) -> str:
        """The PIN that the person gave. Raises Refusal(CANCELLED or TIMEOUT)."""
        pending = Pending(question, time.monotonic() + self.seconds)
        self._asked.put(pending)
        try:
            pin = pending.answer.result(self.seconds)
        except TimeoutError as error:
            pending.answer.cancel()
            raise Refusal(Code.TIMEOUT) from error
        if not pin:
            raise Refusal(Code.CANCELLED)
        return pin

    def next(self) -> Pending | None:
        """The question to put now, if one is open."""
        while True:
            try:
                pending = self._asked.get_nowait()
            except queue.Empty:
                return None
            if pending.is_open:
                return pending

    def tell(self, line: str) -> None:
        """Let the person know something that needs no answer."""
        self._news.put(visible(line))

    def news(self) -> Iterator[str]:
        """What was told since the last look."""
        while not self._news.empty():
            yield self._news.get()


def heading(question: Question) -> str:
    """What is asked, in one sentence."""
    count = len(question.request.items)
    things = "1 document" if count == 1 else f"{count} documents"
    return f"{question.request.origin} asks you to sign {things}."


def document_lines(number: int, item: Item) -> list[str]:
    """One document as a person compares it with the page."""
    return [
        visible(f"{number}. {item.title}"),
        visible(f"   Reference {item.reference}"),
        f"   Document {grouped(item.hash_prefix)}",
        f"   Signed digest {grouped(item.digest[:16])}",
    ]


def signer_lines(question: Question) -> list[str]:
    """With which certificate and token, and what is to be feared for its PIN."""
    certificate, token = question.certificate, question.token
    lines = [
        visible(f"Certificate of {certificate.holder}, from {certificate.issuer}"),
        f"   Serial {certificate.serial}, valid to {certificate.not_after:%d %B %Y}",
        visible(f"Token {token.label}, serial {token.serial}"),
    ]
    if token.last_try:
        lines.append("CAREFUL: one more wrong PIN locks this token.")
    elif token.pin_low:
        lines.append("A wrong PIN was given before. A few more lock this token.")
    return lines


def grouped(digits: str) -> str:
    """Hexadecimal digits in fours, as they are easily compared."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def visible(line: str) -> str:
    """A line without anything that could move the cursor, hide words or turn their order."""
    return "".join(
        "?" if unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d" else c for c in line
    )
