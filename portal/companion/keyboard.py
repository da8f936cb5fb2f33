"""Reads lines from a terminal with a time limit, and a PIN without showing it."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

_STEP_SECONDS = 0.05


class Closed(Exception):
    """The terminal was closed: nobody is there."""


class Keyboard:
    """The terminal that the program was started in."""

    def __init__(self, screen: TextIO) -> None:
        self.screen = screen

    def line(self, until: float, prompt: str = "", *, hidden: bool = False) -> str | None:
        """What was typed before `until` (monotonic clock), without its end; None if time is up.

        With a prompt, what was typed before it is thrown away: nobody approves ahead.
        Raises Closed.
        """
        return _read(self.screen, until, prompt, hidden)


if sys.platform == "win32":
    import msvcrt

    def _read(screen: TextIO, until: float, prompt: str, hidden: bool) -> str | None:
        typed = ""
        while prompt and msvcrt.kbhit():
            msvcrt.getwch()
        _say(screen, prompt)
        while time.monotonic() < until:
            if not msvcrt.kbhit():
                time.sleep(_STEP_SECONDS)
                continue
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            if key in "\r\n":
                _say(screen, "\n")
                return typed
            typed = typed[:-1] if key == "\b" else typed + key
            _say(screen, "" if hidden else key)
        return None

else:
    import select
    import termios

    def _read(screen: TextIO, until: float, prompt: str, hidden: bool) -> str | None:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        if hidden:
            quiet = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
            termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
        elif prompt:
            termios.tcflush(terminal, termios.TCIFLUSH)
        _say(screen, prompt)
        try:
            return _line(terminal, until)
        finally:
            if hidden:
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
                _say(screen, "\n")

    def _line(terminal: int, until: float) -> str | None:
        """The terminal gives whole lines only, so one read is one line."""
        left = max(0.0, until - time.monotonic())
        if not select.select([terminal], [], [], left)[0]:
            return None
        try:
            typed = os.read(terminal, 4096)
        except OSError as error:
            raise Closed from error
        if not typed:
            raise Closed
        return typed.decode(errors="replace").rstrip("\r\n")


def _say(screen: TextIO, text: str) -> None:
    screen.write(text)
    screen.flush()
