"""Transactions, each a file, so that a restart forgets none and none is used twice."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from portal.sandbox.esign.faults import Fault
from portal.sandbox.esign.requests import Request


@dataclass(frozen=True)
class Deal:
    """A transaction as far as it has come. Instants are ISO texts with their zone.

    `answer` is the EsignResp once there is one; `held` names a fault that keeps it back.
    """

    asked: Request
    secret: str
    opened_at: str
    person: str = ""
    code_sent_at: str = ""
    tries: int = 0
    answer: str = ""
    good: bool = False
    held: Fault = Fault.NONE

    @property
    def session(self) -> str:
        """What a page sends back to go on."""
        return f"{_key(self.asked.asp, self.asked.txn)}.{self.secret}"


class Deals:
    """The transactions in a folder. The caller holds a lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, asked: Request, now: datetime) -> Deal | None:
        """A new transaction, or nothing where this one was used before."""
        if self.find(asked.asp, asked.txn) is not None:
            return None
        deal = Deal(asked, secrets.token_hex(16), now.isoformat())
        self.save(deal)
        return deal

    def find(self, asp: str, txn: str) -> Deal | None:
        """A portal's transaction."""
        return self._read(self.folder / f"{_key(asp, txn)}.json")

    def of_session(self, session: str) -> Deal | None:
        """The transaction of the pages that somebody has open."""
        key, _, secret = session.partition(".")
        if len(key) != 64 or not key.isalnum():
            return None
        deal = self._read(self.folder / f"{key}.json")
        found = deal is not None and hmac.compare_digest(deal.secret.encode(), secret.encode())
        return deal if found else None

    def save(self, deal: Deal) -> None:
        """Write a transaction, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{_key(deal.asked.asp, deal.asked.txn)}.json"
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(deal)), "utf-8")
        os.replace(draft, path)

    def others(self, deal: Deal) -> list[Deal]:
        """The portal's other transactions, newest first."""
        paths = sorted(self.folder.glob("*.json"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        found = [one for one in map(self._read, paths) if one is not None]
        return [one for one in found if _is_other(one, deal)]

    def _read(self, path: Path) -> Deal | None:
        try:
            row = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        asked, held = Request(**row.pop("asked")), Fault(row.pop("held"))
        return replace(Deal(asked, "", ""), held=held, **row)


def _is_other(one: Deal, deal: Deal) -> bool:
    return one.asked.asp == deal.asked.asp and one.asked.txn != deal.asked.txn


def _key(asp: str, txn: str) -> str:
    return hashlib.sha256(f"{asp}\0{txn}".encode()).hexdigest()
