"""Where the SPECIMEN authorities meet the world: CRLs, time stamps, revocations, and faults.

`GET /crl/<root|issuer|esign|token>.crl`, `POST /tsa`, `PUT /revocations/<ca>` with
`{"serial": "<hex>"}` and perhaps `"reason"`, `PUT /switches/tsa` and `PUT /switches/crl` with
`{"fault": …}`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from portal.sandbox import timestamping
from portal.sandbox.authority import CA, crl, revoke
from portal.sandbox.authority.chain import time_stamper
from portal.sandbox.wire import HTML, SLOW_SECONDS, Answer, Asked, said, switched

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
_CRL = "application/pkix-crl"
_STALE = timedelta(days=3)


class StampFault(StrEnum):
    """How the time stamper misbehaves until somebody switches it back to none."""

    NONE = "none"
    OUTAGE = "outage"
    SLOW = "slow"
    GARBAGE = "garbage"
    WRONG_IMPRINT = "wrong_imprint"


class CrlFault(StrEnum):
    """How the lists of revoked certificates misbehave."""

    NONE = "none"
    OUTAGE = "outage"
    STALE = "stale"
    GARBAGE = "garbage"


class Trust:
    """Answers for the authorities in a folder. `base` is the address that certificates name."""

    def __init__(self, folder: Path, instant: Callable[[], datetime]) -> None:
        self.folder, self.instant = folder, instant
        self.base = ""
        self.stamp_fault, self.crl_fault = StampFault.NONE, CrlFault.NONE

    def answer(self, asked: Asked) -> Answer | None:
        """What to say, or nothing where it is not for us."""
        kind, _, name = asked.path.lstrip("/").partition("/")
        match asked.method, kind:
            case "GET", "crl":
                return self._crl(name)
            case "POST", "tsa":
                return self._stamp(asked)
            case "PUT", "revocations":
                return self._revoke(name, asked)
            case "PUT", "switches" if name in ("tsa", "crl"):
                return self._switch(name, asked)
        return None

    def reset(self) -> None:
        """Behave."""
        self.stamp_fault, self.crl_fault = StampFault.NONE, CrlFault.NONE

    def _crl(self, name: str) -> Answer:
        ca = _ca(name.removesuffix(".crl"))
        if ca is None:
            return said({"error": "no such authority"}, 404)
        if self.crl_fault is CrlFault.OUTAGE:
            return Answer(503, b"")
        if self.crl_fault is CrlFault.GARBAGE:
            return Answer(200, b"<html>maintenance</html>", HTML)
        now = self.instant()
        as_of = now - _STALE if self.crl_fault is CrlFault.STALE else now
        return Answer(200, crl(self.folder, ca, as_of, self.base), _CRL)

    def _stamp(self, asked: Asked) -> Answer:
        if self.stamp_fault is StampFault.OUTAGE:
            return Answer(503, b"")
        if asked.kind.partition(";")[0].strip().lower() != QUERY:
            return said({"error": f"not {QUERY}"}, 415)
        if self.stamp_fault is StampFault.GARBAGE:
            return Answer(200, b"<html>maintenance</html>", REPLY)
        now, request = self.instant(), asked.body
        if self.stamp_fault is StampFault.WRONG_IMPRINT:
            request = timestamping.with_wrong_imprint(request)
        by = time_stamper(self.folder, now, self.base)
        seconds = SLOW_SECONDS if self.stamp_fault is StampFault.SLOW else 0.0
        return Answer(200, timestamping.answer(request, by, now), REPLY, seconds)

    def _revoke(self, name: str, asked: Asked) -> Answer:
        ca, facts = _ca(name), asked.facts()
        if ca is None:
            return said({"error": "no such authority"}, 404)
        try:
            serial = int(str(facts.get("serial")), 16)
            reason = str(facts.get("reason", "keyCompromise"))
            revoke(self.folder, ca, serial, self.instant(), reason)
        except ValueError:
            return said({"error": "not understood"}, 400)
        return said({"status": "done"})

    def _switch(self, name: str, asked: Asked) -> Answer:
        if name == "tsa" and (stamp := switched(asked, StampFault)) is not None:
            self.stamp_fault = stamp
        elif name == "crl" and (lists := switched(asked, CrlFault)) is not None:
            self.crl_fault = lists
        else:
            return said({"error": "no such fault"}, 400)
        return said({"status": "done"})


def _ca(name: str) -> CA | None:
    return CA(name) if name in set(CA) else None
