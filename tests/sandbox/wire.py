"""Speaks with the stand-ins over real HTTP, and asks other programs what they think."""

from __future__ import annotations

import http.client
import json
import subprocess
from dataclasses import dataclass

from tests.conftest import Outside


@dataclass(frozen=True)
class Heard:
    """What came back."""

    status: int
    kind: str
    body: bytes


def ask(
    outside: Outside, method: str, path: str, body: bytes = b"", kind: str = "application/json"
) -> Heard:
    connection = http.client.HTTPConnection("127.0.0.1", outside.port, timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        return Heard(answer.status, answer.headers.get("Content-Type", ""), answer.read())
    finally:
        connection.close()


def switch(outside: Outside, name: str, fault: str) -> int:
    return ask(outside, "PUT", f"/switches/{name}", json.dumps({"fault": fault}).encode()).status


def run(*command: str, status: int = 0) -> str:
    """What a program says on both its outputs; it must end with `status`."""
    done = subprocess.run(command, capture_output=True, timeout=60)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == status, said
    return said
