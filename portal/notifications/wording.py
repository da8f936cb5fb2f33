"""Letters from templates: the first line is the subject, the rest the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.core.words import N_

FOLDER = Path(__file__).parents[2] / "templates" / "mail"


@dataclass(frozen=True)
class Letter:
    """A subject and a plain text."""

    subject: str
    text: str


def letter(name: str, /, **facts: object) -> Letter:
    """The letter `templates/mail/<name>.txt`, filled in."""
    text = _environment().get_template(f"{name}.txt").render(**facts)
    subject, _empty, body = text.strip().partition("\n")
    return Letter(" ".join(subject.split()), body.strip() + "\n")


@cache
def _environment() -> Environment:
    """Plain text: nothing is escaped, and a name that is missing is a mistake."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = lambda text, **values: N_(text) % values if values else text
    return made
