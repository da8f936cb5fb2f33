"""File names fit to be shown."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_LENGTH = 120
MAX_SAID_LENGTH = 60

# Invisible by category, and what looks blank though Unicode calls it a letter or a symbol.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def safe_display_name(filename: str) -> str:
    """A file name fit to be shown: no path, nothing invisible, at most 120 characters, `.pdf`.

    Only for showing: a file is stored under a key of our own, never under this name.
    """
    stem = _seen(filename)
    stem = _without_ending(_without_ending(stem)[: MAX_NAME_LENGTH - len(".pdf")])
    return f"{stem or 'document'}.pdf"


def name_as_sent(filename: str) -> str:
    """A file's name as its sender knows it, for a message: seen whole, at most 60 characters."""
    name = _seen(filename)
    cut = MAX_SAID_LENGTH - 1
    return name if len(name) <= MAX_SAID_LENGTH else f"{name[:cut]}…"


def _seen(filename: str) -> str:
    last = re.split(r"[/\\]", filename)[-1]
    seen = "".join(char for char in last if _is_visible(char))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN and char not in _BLANKS


def _without_ending(stem: str) -> str:
    return re.sub(r"(?:\.pdf|[. ])+$", "", stem, flags=re.IGNORECASE).lstrip(". ")
