"""The companion in a terminal: shows the pairing code, asks for consent and for the PIN."""

from __future__ import annotations

import time
from typing import TextIO

from portal.companion.consent import (
    Consent,
    Pending,
    document_lines,
    heading,
    signer_lines,
)
from portal.companion.keyboard import Keyboard
from portal.companion.pairing import Pairings

_IDLE_SECONDS = 0.1


def serve(consent: Consent, pairings: Pairings, screen: TextIO) -> None:
    """Answer for the person until the program is interrupted. Raises keyboard.Closed."""
    keyboard = Keyboard(screen)
    shown: str | None = None
    while True:
        if pairings.code != shown:
            shown = pairings.code
            _say(screen, _code_line(shown))
        for line in consent.news():
            _say(screen, line)
        pending = consent.next()
        if pending:
            _put(pending, keyboard)
        elif keyboard.line(time.monotonic() + _IDLE_SECONDS) is not None:
            pairings.draw()


def _code_line(code: str) -> str:
    if not code:
        return "Too many wrong codes. Press Enter for a new one."
    return f"Pairing code: {code}   (Enter draws a new one, Ctrl-C ends)"


def _put(pending: Pending, keyboard: Keyboard) -> None:
    screen, question = keyboard.screen, pending.question
    _say(screen, f"\n{heading(question)}")
    for number, item in enumerate(question.request.items, 1):
        for line in document_lines(number, item):
            _say(screen, line)
    for line in signer_lines(question):
        _say(screen, line)
    said = keyboard.line(pending.until, "Type yes to sign, anything else to decline: ")
    if said is None:
        _say(screen, "\nTime is up. Nothing was signed.")
    elif said.strip().lower() != "yes":
        pending.decline()
        _say(screen, "Declined.")
    else:
        _take_pin(pending, keyboard)


def _take_pin(pending: Pending, keyboard: Keyboard) -> None:
    pin = keyboard.line(pending.until, "PIN of the token (not shown): ", hidden=True)
    if pin is None:
        _say(keyboard.screen, "Time is up. Nothing was signed.")
    elif pin:
        pending.approve(pin)
    else:
        pending.decline()
        _say(keyboard.screen, "Declined.")


def _say(screen: TextIO, line: str) -> None:
    screen.write(f"{line}\n")
    screen.flush()
