"""The provider's desk: a request comes in, a person consents and gives a code, an answer goes back.

`POST /esign/2.1/signdoc` (form: `eSignRequest`, `aspTxnID`, `Content-Type`), the pages below it,
`POST /esign/2.1/status` and `PUT /switches/esign` with `{"fault": …}`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from portal.sandbox.authority.keys import Pair
from portal.sandbox.esign import answers, pages
from portal.sandbox.esign.deals import Deal, Deals
from portal.sandbox.esign.faults import FAILURES, HELD, REFUSALS, Fault
from portal.sandbox.esign.identity import provider
from portal.sandbox.esign.people import people
from portal.sandbox.esign.requests import Objection, read, read_status
from portal.sandbox.esign.signatures import Bench, make
from portal.sandbox.trust import Trust
from portal.sandbox.wire import XML, Answer, Asked, said, switched

SIGN, STATUS, SWITCH = "/esign/2.1/signdoc", "/esign/2.1/status", "/switches/esign"
_CODE_LIFE, _PAGE_LIFE = timedelta(minutes=10), timedelta(minutes=30)
_MOST_TRIES = 3
_CANCELLED, _TOO_OFTEN = FAILURES[Fault.CANCEL], FAILURES[Fault.OTP_WRONG]
_TOO_LATE = ("ESP-992", "The time for consent and code is over")
_UNKNOWN = ("ESP-999", "No such transaction")


class Provider:
    """Serves portals that are registered below `data_dir`, one request after another."""

    def __init__(self, data_dir: Path, instant: Callable[[], datetime], trust: Trust) -> None:
        self.data_dir, self.instant, self.trust = data_dir, instant, trust
        self.asps = data_dir / "sandbox" / "asps"
        self.deals = Deals(data_dir / "sandbox" / "esign" / "transactions")
        self.fault = Fault.NONE
        self.lock = threading.Lock()

    def answer(self, asked: Asked) -> Answer | None:
        """What to say, or nothing where it is not for us."""
        steps = {
            ("PUT", SWITCH): self._switch,
            ("POST", SIGN): self._sign,
            ("POST", STATUS): self._status,
            ("POST", pages.CONSENT): self._consent,
            ("POST", pages.OTP): self._code,
            ("POST", pages.CONTINUE): self._continue,
        }
        step = steps.get((asked.method, asked.path))
        if step is None:
            return None
        with self.lock:
            return step(asked)

    def reset(self) -> None:
        """Behave."""
        self.fault = Fault.NONE

    def _switch(self, asked: Asked) -> Answer:
        fault = switched(asked, Fault)
        if fault is None:
            return said({"error": "no such fault"}, 400)
        self.fault = fault
        return said({"status": "done"})

    def _sign(self, asked: Asked) -> Answer:
        if self.fault is Fault.OUTAGE:
            return Answer(503, b"")
        form = asked.form()
        if form.get("Content-Type") != XML:
            return pages.refused("ESP-901", f"The field Content-Type is not {XML}")
        try:
            deal = self._opened(form)
        except Objection as problem:
            return self._objected(problem)
        return pages.consent(deal)

    def _opened(self, form: dict[str, str]) -> Deal:
        now = self.instant()
        request = read(form.get("eSignRequest", "").encode(), self.asps, now)
        where = (request.txn, request.response_url)
        if self.fault in REFUSALS:
            raise Objection(*REFUSALS[self.fault], *where)
        if form.get("aspTxnID") != request.txn:
            raise Objection("ESP-907", "The aspTxnID is not the txn", *where)
        deal = self.deals.open(request, now)
        if deal is None:
            raise Objection(*REFUSALS[Fault.DUPLICATE_TXN], *where)
        return deal

    def _objected(self, problem: Objection) -> Answer:
        if not problem.response_url:
            return pages.refused(problem.code, problem.message)
        msg = self._failure(problem.txn, (problem.code, problem.message))
        return pages.back(problem.response_url, msg, "the portal")

    def _consent(self, asked: Asked) -> Answer:
        form = asked.form()
        deal = self.deals.of_session(form.get("session", ""))
        if deal is None or deal.answer or form.get("action") == "cancel":
            return self._ended(deal, _CANCELLED)
        if self._since(deal.opened_at) > _PAGE_LIFE:
            return self._ended(deal, _TOO_LATE)
        if form.get("person") not in people():
            return pages.consent(deal, "Choose who signs.")
        sent_at = self.instant().isoformat()
        deal = replace(deal, person=form["person"], code_sent_at=sent_at)
        self.deals.save(deal)
        return pages.code(deal)

    def _code(self, asked: Asked) -> Answer:
        form = asked.form()
        deal = self.deals.of_session(form.get("session", ""))
        if deal is None or deal.answer or form.get("action") == "cancel":
            return self._ended(deal, _CANCELLED)
        if not deal.code_sent_at:
            return pages.consent(deal, "Ask for a code first.")
        if self._since(deal.code_sent_at) > _CODE_LIFE:
            return self._ended(deal, _TOO_LATE)
        if form.get("otp", "").strip() == pages.CODE:
            return self._signed(deal)
        deal = replace(deal, tries=deal.tries + 1)
        self.deals.save(deal)
        if deal.tries >= _MOST_TRIES:
            return self._ended(deal, _TOO_OFTEN)
        left = _MOST_TRIES - deal.tries
        return pages.code(deal, f"The code is wrong. Tries left: {left}.")

    def _continue(self, asked: Asked) -> Answer:
        deal = self.deals.of_session(asked.form().get("session", ""))
        if deal is None or not deal.answer:
            return self._ended(None, _CANCELLED)
        return self._brought_back(deal)

    def _status(self, asked: Asked) -> Answer:
        """A portal asks after a transaction, machine to machine: signed XML as the whole body.

        Published for eSign 3.x; whether providers of 2.1 offer it is unconfirmed.
        """
        if self.fault is Fault.OUTAGE:
            return Answer(503, b"")
        try:
            asp, txn = read_status(asked.body, self.asps, self.instant())
        except Objection as problem:
            msg = self._failure(problem.txn, (problem.code, problem.message))
            return Answer(200, msg.encode(), XML)
        return Answer(200, self._standing(asp, txn).encode(), XML)

    def _standing(self, asp: str, txn: str) -> str:
        """The answer of a transaction again, or that it is pending or unknown."""
        deal = self.deals.find(asp, txn)
        if deal is None:
            return self._failure(txn, _UNKNOWN)
        if not deal.answer and self._since(deal.opened_at) > _PAGE_LIFE:
            deal = self._answered(deal, self._failure(txn, _TOO_LATE))
        is_held = deal.held is Fault.PENDING and self.fault is Fault.PENDING
        if not deal.answer or is_held:
            return answers.pending(self._key(), txn, self.instant())
        return deal.answer

    def _signed(self, deal: Deal) -> Answer:
        """The right code was given: sign, in whatever way the switch says."""
        fault, now = self.fault, self.instant()
        if fault in FAILURES:
            return self._ended(deal, FAILURES[fault])
        bench = Bench(self.trust.folder, self.trust.base, now)
        asked, person = deal.asked, people()[deal.person]
        made = make(bench, person, bytes.fromhex(asked.digest), asked.sig_type, fault)
        txn = self._other_txn(deal) if fault is Fault.OTHER_TXN else asked.txn
        msg = answers.success(self._key(), txn, now, asked.doc_id, made, fault)
        if fault is Fault.REPLAY:
            msg = next((one.answer for one in self.deals.others(deal) if one.good), msg)
        held = fault if fault in HELD else Fault.NONE
        deal = self._answered(replace(deal, held=held, good=fault is Fault.NONE), msg)
        return self._brought_back(deal)

    def _ended(self, deal: Deal | None, why: tuple[str, str]) -> Answer:
        """Without a signature; an answer that was given stays."""
        if deal is None:
            return pages.refused("ESP-993", "This page belongs to no transaction")
        if not deal.answer:
            deal = self._answered(deal, self._failure(deal.asked.txn, why))
        return self._brought_back(deal)

    def _brought_back(self, deal: Deal) -> Answer:
        if deal.held is Fault.SILENT or (deal.held in HELD and self.fault is deal.held):
            return pages.waiting(deal, released=deal.held is not Fault.SILENT)
        asked, twice = deal.asked, self.fault is Fault.DOUBLE
        return pages.back(asked.response_url, deal.answer, asked.asp, twice=twice)

    def _answered(self, deal: Deal, msg: str) -> Deal:
        deal = replace(deal, answer=msg)
        self.deals.save(deal)
        return deal

    def _failure(self, txn: str, why: tuple[str, str]) -> str:
        return answers.without(self._key(), txn, self.instant(), *why)

    def _other_txn(self, deal: Deal) -> str:
        return next((one.asked.txn for one in self.deals.others(deal)), f"O{deal.asked.txn[:63]}")

    def _since(self, instant: str) -> timedelta:
        return self.instant() - datetime.fromisoformat(instant)

    def _key(self) -> Pair:
        return provider(self.data_dir, self.instant(), self.trust.base)
