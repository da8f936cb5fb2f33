"""Has an uploaded PDF's signature judged by a confined process; whatever happens is a verdict."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from portal.documents.inspection import WALL_SECONDS, ran_out, run_confined

JUDGE = Path(__file__).with_name("judge_signed.py")
MAX_ANSWER_BYTES = 4096


@dataclass(frozen=True)
class Examined:
    """What was found about a signed PDF: each check passed or not, by its name.

    Checks that an earlier one made needless are absent. `failed` says why nothing could be found.
    `revision` is the first one that changed something after the signature, 0 if none did.
    """

    checks: Mapping[str, bool] = field(default_factory=dict)
    signer: str = ""
    at: datetime | None = None
    revision: int = 0
    failed: str = ""


def examine_signed(
    pdf: bytes,
    *,
    trust_roots: Sequence[bytes],
    crls: Sequence[bytes],
    at: datetime,
    judge: Path = JUDGE,
    wall_seconds: float = WALL_SECONDS,
) -> Examined:
    """Judge an upload at `at` within 10 s and 5 s of CPU, by roots (PEM) and lists (DER).

    Nothing is fetched. Never raises: what goes wrong is in `failed`.
    """
    given = {"roots": _texts(trust_roots), "lists": _texts(crls), "at": at.isoformat()}
    content = json.dumps(given).encode() + b"\n" + pdf
    try:
        answer, status = run_confined(content, judge, wall_seconds, MAX_ANSWER_BYTES)
    except OSError:
        return Examined(failed="not_checked")
    if len(answer) > MAX_ANSWER_BYTES:
        return Examined(failed="unreadable")
    if ran_out(status):
        return Examined(failed="too_costly")
    return _read(answer)


def _read(answer: bytes) -> Examined:
    """The answer of the process, believed only where it has the agreed shape."""
    try:
        said = json.loads(answer)
        if said.get("failed"):
            return Examined(failed=str(said["failed"])[:40])
        checks = {str(name): passed for name, passed in said["checks"].items()}
        if not all(isinstance(one, bool) for one in checks.values()):
            raise ValueError
        at = datetime.fromisoformat(said["at"]) if said["at"] else None
        return Examined(checks, str(said["signer"])[:120], at, int(said["revision"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Examined(failed="unreadable")


def _texts(many: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in many]
