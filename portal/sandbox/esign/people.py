"""The invented people who may sign here; their names are those of the portal's sample people."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PEOPLE = Path(__file__).with_name("people.json")
STRANGER = "specimen-12"


@dataclass(frozen=True)
class Person:
    """Somebody invented, with values in the shapes of a real register and of nobody."""

    id: str
    name: str
    note: str

    @property
    def dn_qualifier(self) -> str:
        """Year of birth, gender letter and 64 hexadecimal digits."""
        return "1900X" + hashlib.sha256(f"SPECIMEN qualifier of {self.id}".encode()).hexdigest()

    @property
    def pseudonym(self) -> str:
        """32 hexadecimal digits."""
        return hashlib.sha256(f"SPECIMEN pseudonym of {self.id}".encode()).hexdigest()[:32]

    @property
    def title(self) -> str:
        """Four digits, those of nobody."""
        return "0000"


@cache
def people() -> dict[str, Person]:
    """Everybody by identifier, in the order of the file."""
    return {row["id"]: Person(**row) for row in json.loads(PEOPLE.read_text("utf-8"))}
