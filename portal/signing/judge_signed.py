"""Judges one uploaded, perhaps signed PDF in a process of its own that can open and send nothing.

Run as `python -I judge_signed.py`: on stdin one JSON line (roots, lists, the instant), then the
upload; on stdout one JSON line. All that it needs is loaded before it shuts itself in.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # isolated, so the portal's own folder is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal.core.errors import Refused
from portal.documents.confining import confine
from portal.signing import cms, preparing, proving, sealing, terms

ADDRESS_SPACE_BYTES = 900 * 1024 * 1024
MOST_REVISIONS = 12
MODULES = (
    "asn1crypto.parser",
    "cryptography.hazmat.primitives.asymmetric.ec",
    "cryptography.hazmat.primitives.asymmetric.padding",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.reader",
    "pyhanko.sign.diff_analysis",
    "pyhanko.sign.validation",
    "pyhanko.sign.validation.ades",
    "pyhanko.sign.validation.dss",
    "pyhanko.sign.validation.policy_decl",
    "pyhanko_certvalidator.context",
    "pyhanko_certvalidator.ltv.types",
    "pyhanko_certvalidator.revinfo.archival",
)


@dataclass(frozen=True)
class Trust:
    """By what is judged: roots (PEM), lists (DER), and when."""

    roots: Sequence[bytes]
    lists: Sequence[bytes]
    at: datetime


def examine(pdf: bytes, trust: Trust) -> dict[str, Any]:
    """What was found, check by check: true, false, or absent where an earlier one decided.

    `revision` is the first revision that changes something after the signature, 0 if none does.
    """
    found: dict[str, Any] = {"checks": {}, "signer": "", "at": "", "revision": 0}
    checks = found["checks"]
    try:
        reader = terms.opened(pdf)
        seals = list(reader.embedded_regular_signatures)
    except Exception:  # a stranger's file: whatever breaks, it can't be read
        checks["readable"] = False
        return found
    checks["readable"] = True
    checks["signed"] = len(seals) == 1
    if len(seals) != 1:
        return found
    try:
        _examine(pdf, seals[0], trust, found)
    except MemoryError:
        raise
    except Exception:  # a stranger's bytes: whatever breaks in them, it proves nothing
        checks["intact"] = False
    return found


def _examine(pdf: bytes, seal: Any, trust: Trust, found: dict[str, Any]) -> None:
    from pyhanko.sign.fields import MDPPerm

    checks, end = found["checks"], _end_of(seal)
    stated, der = _said_at(seal, trust.at), seal.signer_cert.dump()
    found["signer"] = sealing.certificate_facts(der).common_name[:120]
    found["at"] = stated.isoformat()
    checks["hash"] = str(seal.md_algorithm).lower() in ("sha256", "sha384", "sha512")
    try:
        cut = cms.cut_out(pdf[:end])
    except Refused:
        checks["covered"] = False
        return
    checks["covered"] = True
    checks["intact"] = _holds(lambda: cms.check_cms(cut.der, cut.digest, der, stated))
    others = tuple(one.dump() for one in seal.other_embedded_certs)
    signer = cms.Signer(der, others)
    checks["authority"] = _holds(
        lambda: preparing.check_chain(signer, trust.roots, stated, trust.lists)
    )
    checks["certifies"] = seal.docmdp_level is MDPPerm.NO_CHANGES
    _examine_rest(pdf, end, trust, found)


def _examine_rest(pdf: bytes, end: int, trust: Trust, found: dict[str, Any]) -> None:
    """What stands behind the signature: nothing, what proves it for years, or a change."""
    checks = found["checks"]
    if end == len(pdf):
        checks["unchanged"] = True
        return
    proofs = proving.lasting_facts(pdf, trust_roots=trust.roots, crls=trust.lists, at=trust.at)
    # A time stamp ends the file; what stands behind it, a mere line's end, is covered by nothing.
    last = terms.opened(pdf).embedded_signatures[-1]
    checks["unchanged"] = proofs[0].whole and proving.reaches_end(last)
    checks["lasting"] = proofs[0].good
    if not checks["unchanged"]:
        found["revision"] = _first_change(pdf, end, trust)


def _first_change(pdf: bytes, end: int, trust: Trust) -> int:
    """The number of the first revision behind the signed one that is more than a proof."""
    ends = cms.revision_ends(pdf)[:MOST_REVISIONS]
    signed = sum(1 for one in ends if one <= end)
    for number, one in enumerate((one for one in ends if one > end), signed + 1):
        part = pdf[:one]
        proof = proving.lasting_facts(part, trust_roots=trust.roots, crls=trust.lists, at=trust.at)
        if not proof or not (proof[0].whole or _is_store_only(proof[0], one, ends)):
            return number
    return len(ends) + 1


def _is_store_only(proof: proving.LastingFacts, one: int, ends: Sequence[int]) -> bool:
    """A revision with lists alone has no time stamp behind it yet: the next one brings it."""
    return proof.intact and one != ends[-1]


def _end_of(seal: Any) -> int:
    values = [int(one) for one in seal.byte_range]
    return values[2] + values[3] if len(values) == 4 else 0


def _said_at(seal: Any, latest: datetime) -> datetime:
    """When the signer says that it was signed, never later than now."""
    said = seal.self_reported_timestamp
    return latest if said is None or said > latest else said


def _holds(check: Any) -> bool:
    try:
        check()
    except Refused:
        return False
    return True


def _confine() -> None:
    """No new descriptor, file or process; then as for other uploads, with more memory."""
    loop = asyncio.new_event_loop()
    asyncio.run = lambda coroutine, **_kept: loop.run_until_complete(coroutine)
    confine(ADDRESS_SPACE_BYTES)


def _load() -> None:
    """Import what is imported late elsewhere: nothing can be opened afterwards."""
    for name in MODULES:
        import_module(name)


def main() -> None:
    """Load, confine, read, judge, write one line."""
    sys.setrecursionlimit(2000)
    try:
        _load()
        head = sys.stdin.buffer.readline()
        _confine()
    except Exception:
        print(json.dumps({"failed": "not_checked"}))
        return
    try:
        given = json.loads(head)
        trust = Trust(
            [base64.b64decode(one) for one in given["roots"]],
            [base64.b64decode(one) for one in given["lists"]],
            datetime.fromisoformat(given["at"]),
        )
        verdict = examine(sys.stdin.buffer.read(), trust)
    except MemoryError:
        verdict = {"failed": "too_costly"}
    except Exception as error:  # whatever a stranger's file does, it is a verdict
        verdict = {"failed": "unreadable", "why": type(error).__name__}
    print(json.dumps(verdict), flush=True)
    os._exit(0)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
