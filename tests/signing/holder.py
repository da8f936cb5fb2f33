"""Somebody who signs with a DSC token whose key is at hand instead of in hardware."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from sqlalchemy import func, select

from portal.companion import sign_request
from portal.core import clock
from portal.sandbox.authority.tokens import Flaw, TokenFacts, issue_token_certificate
from portal.setup import crl_base
from portal.signing.lifecycle import FileKind
from portal.signing.models import SignFile, SignRequest
from tests.build import Stage, form_fields

OWNER = "Invented Owner Asha"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass
class Holder:
    """Somebody signed in, with a token whose key is at hand instead of in hardware."""

    stage: Stage
    key: Key = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    name: str = OWNER
    flaw: Flaw = Flaw.NONE
    who: str = "owner"

    def __post_init__(self) -> None:
        found = self.stage.portal.settings
        self.client = self.stage.client(self.who)
        facts = TokenFacts(self.name, pan="ABCPA0001A")
        authority = found.data_dir / "authority"
        self.certificate = issue_token_certificate(
            authority, self.key.public_key(), facts, clock.now(), 2, crl_base(found), self.flaw
        )

    def begin(self) -> str:
        """Press the button of the diagnostics page; the reference of the request."""
        page = self.client.get("/signatures").text
        answer = self.client.post("/signatures", data=form_fields(page) | {"means": "token"})
        assert answer.status_code == 303, answer.text
        self.work()
        return str(answer.location).rsplit("/", 1)[-1]

    def work(self) -> None:
        """What relay and worker do meanwhile."""
        for _ in range(3):
            self.stage.run_jobs()

    def ask(self, *refs: str, certificate: bytes = b"") -> Any:
        """What the page's script asks the portal for."""
        der = base64.b64encode(certificate or self.certificate).decode()
        return self._post("request", {"ref": list(refs), "certificate": der})

    def items(self, jws: str) -> tuple[sign_request.Item, ...]:
        """What the companion would show and sign, if it finds nothing against the request."""
        found = self.stage.portal
        keys = found.kit.companion_key.key_set()["keys"]
        known = {one["kid"]: base64.urlsafe_b64decode(one["x"] + "=") for one in keys}
        now = time.time() + (clock.now().timestamp() - time.time())
        return sign_request.read(jws, known, found.settings.public_url, now).items

    def signed(self, data: bytes) -> bytes:
        """What a token makes of some bytes."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def bring(self, made: dict[str, bytes], certificate: bytes = b"") -> Any:
        """What the page's script brings back."""
        signatures = [base64.b64encode(one).decode() for one in made.values()]
        der = base64.b64encode(certificate or self.certificate).decode()
        fields = {"ref": list(made), "signature": signatures, "certificate": der}
        answer = self._post("answer", fields)
        self.work()
        return answer

    def row(self, ref: str) -> SignRequest:
        """The request as it stands."""
        with self.stage.db() as db:
            found: SignRequest = db.scalars(select(SignRequest).where(SignRequest.ref == ref)).one()
        return found

    def released(self) -> int:
        """How many signed files there are."""
        query = select(func.count(SignFile.id)).where(SignFile.kind == FileKind.SIGNED)
        with self.stage.db() as db:
            return db.scalar(query) or 0

    def file(self, ref: str) -> Any:
        """The download."""
        return self.client.get(f"/signatures/{ref}/file")

    def _post(self, name: str, fields: dict[str, Any]) -> Any:
        page = self.client.get("/signatures").text
        data = {**form_fields(page), **fields}
        return self.client.post(f"/signatures/token/{name}", data=data)

    def sign(self, refs: Sequence[str]) -> None:
        """All of a list by one request to the companion."""
        items = self.items(self.ask(*refs).json["request"])
        made = {item.doc_id: self.signed(item.to_be_signed) for item in items}
        assert self.bring(made).status_code == 200
