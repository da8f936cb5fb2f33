"""What pages may ask of the companion, after the way in was checked."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.companion import PROGRAM, VERSION, sign_request
from portal.companion.consent import Consent, Question
from portal.companion.faults import Code, Refusal
from portal.companion.pairing import Nonces, Pairings
from portal.companion.reader import Certificate, Reader, Token
from portal.companion.settings import Settings
from portal.companion.sign_request import SignRequest


@dataclass
class Companion:
    """The acts, with all that they need."""

    settings: Settings
    pairings: Pairings
    nonces: Nonces
    consent: Consent
    reader: Reader
    clock: Callable[[], float] = time.time
    _single: threading.Lock = field(default_factory=threading.Lock)

    def hello(self) -> dict[str, Any]:
        """That the companion runs, and its version."""
        return {"program": PROGRAM, "version": VERSION}

    def pair(self, body: dict[str, Any], origin: str) -> dict[str, Any]:
        """A token for the code that the person carried over. Raises Refusal."""
        paired = self.pairings.pair(body.get("code"), origin)
        self.consent.tell(f"Connected with {origin}.")
        return paired

    def certificates(self) -> dict[str, Any]:
        """Tokens and certificates that are inserted. Raises Refusal."""
        return {"tokens": [_token_json(token) for token in self.reader.tokens()]}

    def sign(self, body: dict[str, Any], origin: str) -> dict[str, Any]:
        """Signatures for a list of documents, after consent, by one PIN. Raises Refusal."""
        if not self._single.acquire(blocking=False):
            raise Refusal(Code.BUSY)
        try:
            request = sign_request.read(
                body.get("request"), self.settings.keys(), origin, self.clock()
            )
            self.nonces.spend(request.nonce, request.expires_at)
            return self._signed(request)
        finally:
            self._single.release()

    def _signed(self, request: SignRequest) -> dict[str, Any]:
        token, certificate = self.reader.find(request.certificate_sha256)
        if token.locked:
            raise Refusal(Code.PIN_LOCKED)
        if not certificate.fit:
            raise Refusal(Code.CERTIFICATE_UNFIT)
        pin = self.consent.ask(Question(request, token, certificate))
        try:
            made = self.reader.sign(
                token, certificate, pin, [item.to_be_signed for item in request.items]
            )
        except Refusal as refusal:
            self.consent.tell(refusal.message)
            raise
        self.consent.tell(f"Signed: {len(made)}.")
        return {
            "signatures": [
                {"doc_id": item.doc_id, "signature": _text(signature)}
                for item, signature in zip(request.items, made, strict=True)
            ],
            "certificate": _text(certificate.der),
        }


def companion_of(settings: Settings, folder: Path) -> Companion:
    """A companion with its settings and the folder where it keeps pairings."""
    return Companion(
        settings,
        Pairings(folder, settings.pairing_hours),
        Nonces(folder),
        Consent(settings.consent_seconds),
        Reader(settings.library, settings.token_seconds),
    )


def _token_json(token: Token) -> dict[str, Any]:
    return {
        "label": token.label,
        "serial": token.serial,
        "manufacturer": token.manufacturer,
        "model": token.model,
        "pin": _pin_state(token),
        "certificates": [_certificate_json(one) for one in token.certificates],
    }


def _pin_state(token: Token) -> str:
    """Libraries tell no number of tries: ok, low, last_try or locked."""
    if token.locked:
        return "locked"
    if token.last_try:
        return "last_try"
    return "low" if token.pin_low else "ok"


def _certificate_json(one: Certificate) -> dict[str, Any]:
    return {
        "label": one.label,
        "der": _text(one.der),
        "sha256": one.sha256,
        "holder": one.holder,
        "issuer": one.issuer,
        "serial": one.serial,
        "not_before": one.not_before.isoformat(),
        "not_after": one.not_after.isoformat(),
        "non_repudiation": one.non_repudiation,
        "in_validity": one.in_validity,
        "key": one.key,
        "fit": one.fit,
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
