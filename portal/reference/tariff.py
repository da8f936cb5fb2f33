"""The wording of national lines as lists carry it, made readable; superseded codes set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal.core.errors import Problem
from portal.core.words import N_
from portal.reference.lists import Entry, Refusal

# A wording without a letter says nothing: "-", ".", "".
NO_WORDING = re.compile(r"[\W\d_]*")


@dataclass(frozen=True)
class Wording:
    """A readable description, and what was done to it."""

    text: str
    was_capitals: bool = False
    was_cut: bool = False
    is_heading: bool = False


def judged_line(entry: Entry, headings: Mapping[str, str]) -> tuple[Entry | Refusal, Wording]:
    """A national line with a readable description, or why it is none.

    `headings` are the descriptions of the subheadings (six digits) that hold now.
    """
    heading = headings.get(entry.code[:6])
    if heading is None:
        return Refusal(entry.line, entry.code, _no_heading(entry.code)), Wording("")
    wording = readable(str(entry.facts["description"]), heading)
    return replace(entry, facts={**entry.facts, "description": wording.text}), wording


def readable(text: str, heading: str) -> Wording:
    """Small letters instead of capitals alone, `…` where it was cut, else the subheading's words.

    Lists wrap lines at any width (the reading joined them) and cut wordings with dots.
    """
    if NO_WORDING.fullmatch(text):
        return Wording(heading, is_heading=True)
    is_cut = bool(re.search(r"(\.{3,}|…)$", text))
    text = re.sub(r"\s*(\.{3,}|…)$", "…", text)
    text = re.sub(r"\s+([,;:.])(?=\s|$)", r"\1", re.sub(r"^[-–~\s]+", "", text))
    is_loud = text.isupper()
    text = text.lower() if is_loud else text
    return Wording(text[:1].upper() + text[1:], was_capitals=is_loud, was_cut=is_cut)


def _no_heading(code: str) -> Problem:
    if code.startswith("98"):
        return Problem("project_code", N_("Chapter 98 is for imports alone (projects, baggage)."))
    text = N_(
        "Its subheading %(six)s is not in the Harmonized System 2022: the code is superseded."
    )
    return Problem("superseded", text, {"six": code[:6]})
