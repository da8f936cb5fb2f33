"""What the stand-ins hear and say over HTTP, apart from the server that carries it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qs

JSON, HTML, XML = "application/json", "text/html; charset=utf-8", "application/xml"
SLOW_SECONDS = 8.0

Switch = TypeVar("Switch", bound=StrEnum)


@dataclass(frozen=True)
class Asked:
    """A request: `path` without its query, `kind` is the content type."""

    method: str
    path: str
    body: bytes = b""
    kind: str = ""

    def form(self) -> dict[str, str]:
        """The fields of an ordinary form; of a field that comes twice, the first."""
        try:
            found = parse_qs(self.body.decode(), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            return {}
        return {name: values[0] for name, values in found.items()}

    def facts(self) -> Mapping[str, object]:
        """The object in a JSON body; empty where it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Answer:
    """A response, and how long it takes."""

    status: int
    body: bytes
    kind: str = JSON
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


def said(value: object, status: int = 200) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(value).encode())


def switched(asked: Asked, switch: type[Switch]) -> Switch | None:
    """What somebody turned a switch to: `{"fault": …}`; nothing where there is no such fault."""
    try:
        return switch(str(asked.facts().get("fault", "none")))
    except ValueError:
        return None
