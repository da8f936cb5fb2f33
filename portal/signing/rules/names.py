"""Whether the name in a certificate is that of the person who was to sign.

The rule, stated: titles in front, punctuation, capitals, accents and spacing don't count, nor does
the order of the words. A single letter stands for any word that begins with it. Every word of
either name must find its partner in the other, and at least one word of two letters or more must
be the same in both. Names in different scripts are never the same: nobody here transliterates.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

_ENGLISH = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "er", "ca", "adv"}
_INDIAN = {"shri", "sri", "shree", "smt", "kumari", "kum", "km"}
TITLES = _ENGLISH | _INDIAN


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are one person's by the rule above; empty names are nobody's."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return False
    return "".join(first) == "".join(second) or _pair_up(first, second)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).casefold().replace("m/s", " ")
    words = "".join(_letter(letter) for letter in plain).split()
    while words and words[0] in TITLES:
        del words[0]
    return words


def _letter(letter: str) -> str:
    """A letter or vowel sign as it is, an accent of Latin script as nothing, else a space."""
    kind = unicodedata.category(letter)
    if kind.startswith("L"):
        return letter
    if kind in ("Mn", "Mc"):
        return "" if unicodedata.name(letter, "").startswith("COMBINING") else letter
    return "" if letter in "'’‘`\u200c\u200d" else " "


def _pair_up(first: list[str], second: list[str]) -> bool:
    """Equal words first, then single letters with what begins with them, both ways."""
    same = Counter(first) & Counter(second)
    if not any(len(word) > 1 for word in same):
        return False
    left = sorted((Counter(first) - same).elements(), key=len)
    right = list((Counter(second) - same).elements())
    return len(left) == len(right) and _all_paired(left, right)


def _all_paired(left: list[str], right: list[str]) -> bool:
    for word in left:
        partner = next((one for one in right if _is_initial(word, one)), None)
        if partner is None:
            return False
        right.remove(partner)
    return True


def _is_initial(one: str, other: str) -> bool:
    return 1 in (len(one), len(other)) and one[0] == other[0]
