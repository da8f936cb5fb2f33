"""Somebody with a SPECIMEN token who signs test pages, and the world's authorities around."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from flask.testing import FlaskClient
from sqlalchemy import select

from jobs.credentials import check_credentials
from portal.core import clock
from portal.core.permissions import Actor
from portal.core.refs import random_ref
from portal.identity.models import Person
from portal.sandbox.authority import (
    CA,
    Flaw,
    TokenFacts,
    authority_certificate,
    issue_token_certificate,
    revoke,
)
from portal.sandbox.authority.keys import Pair, new_key
from portal.sandbox.cms import signed_data, signing_certificate
from portal.signing import actions, preparing
from portal.signing.actions.answers import SignedFile
from portal.signing.cms import check_cms
from portal.signing.lifecycle import Means, Purpose, Status
from portal.signing.models import SigningCredential, SignRequest
from portal.signing.rules.outcomes import test_page
from portal.signing.sealing import certificate_facts
from tests.build import CAST, Stage, form_fields


@dataclass
class TokenHolder:
    """A person, by e-mail, with a browser and a token."""

    stage: Stage
    email: str
    client: FlaskClient
    token: Pair = field(init=False)

    @classmethod
    def of_cast(cls, stage: Stage, who: str, /, **facts: str) -> TokenHolder:
        """Somebody of the cast, signed in, with a token of their own name."""
        found = cls(stage, CAST[who], stage.client(who))
        found.get_token(**facts)
        return found

    @property
    def person(self) -> Person:
        """The row."""
        with self.stage.db() as db:
            found: Person = db.scalars(select(Person).where(Person.email == self.email)).one()
            return found

    def get_token(self, flaw: Flaw = Flaw.NONE, /, **facts: str) -> None:
        """Another token; by default a personal one of the account's name."""
        who = TokenFacts(**{"common_name": self.person.name, "pan": "ZZZPX0009X", **facts})
        key, folder = new_key(), self.stage.portal.settings.data_dir / "authority"
        der = issue_token_certificate(folder, key.public_key(), who, clock.now(), flaw=flaw)
        self.token = Pair(key, x509.load_der_x509_certificate(der))

    def sign_test(self, means: Means = Means.TOKEN) -> str:
        """Sign a test page with the token; the portal's own acts keep it. Returns the reference."""
        kit, at, person = self.stage.portal.kit, clock.now(), self.person
        ref = random_ref()
        pdf = kit.pages.render(*test_page(person.name, ref), specimen=True)
        prepared = preparing.prepare(pdf, name=person.name, reason="x", location="India", at=at)
        cms = signed_data(
            self.token,
            prepared.digest,
            [signing_certificate(self.token.der)],
            [self.token.der, self._issuer()],
        ).dump()
        check_cms(cms, prepared.digest, self.token.der, self._moment())
        signed = preparing.embed(prepared, cms)
        self._lay(ref, person.id, means, prepared.digest.hex())
        file = SignedFile(
            kit.store.put("signing", signed), signed, certificate_facts(self.token.der)
        )
        self.stage.do(actions.keep_signed, ref, file)
        self.work()
        return ref

    def row(self) -> SigningCredential:
        """The credential of the present token."""
        sha256 = hashlib.sha256(self.token.der).hexdigest()
        with self.stage.db() as db:
            query = select(SigningCredential).where(SigningCredential.sha256 == sha256)
            found: SigningCredential = db.scalars(query).one()
            return found

    def count(self) -> int:
        """How many credentials the person has."""
        with self.stage.db() as db:
            query = select(SigningCredential.id)
            query = query.where(SigningCredential.person_id == self.person.id)
            return len(db.scalars(query).all())

    def press(self, act: str) -> Any:
        """Press a button of the present token's credential."""
        page = self.client.get("/signatures").text
        path = f"/signatures/credentials/{self.row().ref}/{act}"
        return self.client.post(path, data=form_fields(page))

    def registered(self) -> SigningCredential:
        """Sign the test page and take the credential into use."""
        self.sign_test()
        assert self.press("use").status_code == 303
        self.work()
        return self.row()

    def revoke(self) -> None:
        """The authority revokes the token."""
        folder = self.stage.portal.settings.data_dir / "authority"
        revoke(folder, CA.TOKEN, self.token.certificate.serial_number, clock.now())

    def pass_night(self) -> int:
        """The nightly look, and the letters that follow."""
        done = check_credentials(self.stage.portal, clock.today())
        self.work()
        return done

    def actor(self, who: str) -> Actor:
        """Somebody of the cast."""
        return self.stage.actor(who)

    def work(self) -> None:
        """What relay and worker do meanwhile."""
        for _ in range(4):
            self.stage.run_jobs()

    def _issuer(self) -> bytes:
        folder = self.stage.portal.settings.data_dir / "authority"
        pem = authority_certificate(folder, CA.TOKEN, clock.now())
        return Pair(self.token.key, x509.load_pem_x509_certificate(pem)).der

    def _moment(self) -> Any:
        """An instant at which the token is in its time: whatever it is, its key signs."""
        return self.token.certificate.not_valid_after_utc

    def _lay(self, ref: str, person_id: int, means: Means, digest: str) -> None:
        """A request as it stands before its signed file is kept."""
        now = clock.now()
        with self.stage.db() as db:
            db.add(
                SignRequest(
                    ref=ref,
                    means=means,
                    purpose=Purpose.TEST,
                    subject=f"test-{person_id}",
                    title="Test page",
                    number="none, a test",
                    fingerprint="0" * 64,
                    person_id=person_id,
                    seat="person-0-person",
                    expected_name=self.person.name,
                    back="/signatures",
                    status=Status.RESPONDED,
                    made_at=now,
                    expires_at=now,
                    consented_at=now,
                    digest=digest,
                )
            )
            db.commit()
