"""Builders: a fixed cast on the sandbox's stage, and applications in every state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import samples
from portal.agencies.models import Office
from portal.certificates import actions as certificates
from portal.certificates import tokens
from portal.core import clock, outbox
from portal.core.permissions import Actor, Client, Seat, SeatKind
from portal.core.refs import random_ref
from portal.core.tx import write
from portal.filing import actions as filing
from portal.identity import actions as identity
from portal.identity.models import Mandate, Person
from portal.identity.queries import all_seats
from portal.kit import Portal
from portal.sandbox.papers import plain_pdf
from portal.signing import actions as signing
from portal.signing.actions.answers import SignedFile
from portal.signing.actions.requests import new_txn
from portal.signing.esign_xml import Answer
from portal.signing.preparing import Prepared
from portal.signing.queries import by_ref
from portal.signing.sealing import CertificateFacts

CAST: Mapping[str, str] = {
    "owner": "owner@rice.example",
    "signatory": "signatory@rice.example",
    "preparer": "preparer@rice.example",
    "finance": "finance@rice.example",
    "viewer": "viewer@rice.example",
    "stranger": "owner@steel.example",
    "officer": "officer@chamber.example",
    "supervisor": "supervisor@chamber.example",
    "other_office": "mumbai@chamber.example",
    "other_agency": "officer@federation.example",
    "manager": "manager@chamber.example",
    "administrator": "administrator@chamber.example",
    "agent": "owner@broker.example",
    "agent_clerk": "clerk@broker.example",
    "directorate": samples.DIRECTORATE[0],
}
PARTICULARS: Mapping[str, Any] = {
    "consignee_name": "Specimen Consignee Limited",
    "consignee_address": "1 Invented Quay\nNowhere 1000",
    "consignee_country": "KE",
    "transport_mode": "sea",
    "vessel": "MV Invented",
    "port_of_loading": "INNSA1",
    "port_of_discharge": "Mombasa",
    "destination_country": "KE",
    "invoice_number": "SPECIMEN-1",
    "currency": "USD",
    "incoterm": "FOB",
    "signatory": "Invented Owner Asha",
    "signatory_designation": "Director",
    "declaration_place": "Karnal",
}
LINE: Mapping[str, Any] = {
    "hs_code": "73239390",
    "description": "Stainless steel thali sets",
    "marks": "SPECIMEN 1-10",
    "packages": 10,
    "package_kind": "cartons",
    "quantity": 200_000,
    "unit": "SET",
    "gross_weight": 150_000,
    "net_weight": 140_000,
    "fob_minor": 90_000,
    "criterion": "made_from_indian_inputs",
}


@dataclass(frozen=True)
class Stage:
    """The prepared sandbox of one test: the cast, and ways to bring files into a state."""

    app: Flask

    @property
    def portal(self) -> Portal:
        """Settings, kit and sessions."""
        found: Portal = self.app.extensions["portal"]
        return found

    @contextmanager
    def db(self):  # type: ignore[no-untyped-def]
        """A session of its own."""
        with self.portal.sessions() as session:
            yield session

    def do(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run one action in a transaction of its own."""
        with self.db() as db:
            return write(db, action, *args, **kwargs)

    def actor(self, who: str) -> Actor:
        """Somebody of the cast in their first seat."""
        with self.db() as db:
            person = db.scalars(select(Person).where(Person.email == CAST[who])).one()
            seat = all_seats(db, person.id, self.app.extensions["seat_sources"])[0]
            return Actor(person.id, person.name, seat)

    def party(self, who: str = "owner", **changes: Any) -> str:
        """A consignee in a firm's book; returns its reference."""
        fields = {"name": "Invented Importer", "address": "9 Invented Pier", "country": "KE"}
        ref: str = self.do(identity.add_entry, self.actor(who), "parties", **{**fields, **changes})
        return ref

    def mandate(self, firm: str = "owner", **terms: Any) -> str:
        """A firm's mandate for the sample agent, to hand in everywhere; returns its reference."""
        given = identity.Terms(**{"may_submit": True, "first_day": clock.today(), **terms})
        codes = (samples.AGENT["pan"], samples.AGENT["licence"])
        ref: str = self.do(identity.give_mandate, self.actor(firm), *codes, given)
        return ref

    def acting(self, mandate: str, who: str = "agent") -> Actor:
        """Somebody of the agent who acts for the client of a mandate."""
        actor = self.actor(who)
        with self.db() as db:
            row = db.scalars(select(Mandate).where(Mandate.ref == mandate)).one()
            client = Client(row.firm_id, row.id, row.may_submit)
        return replace(actor, seat=replace(actor.seat, client=client))

    def acting_client(self, mandate: str, who: str = "agent") -> FlaskClient:
        """A browser of somebody of the agent who switched to the client of a mandate."""
        client = self.client(who)
        seat = self.acting(mandate, who).seat.token
        fields = form_fields(client.get("/seat").text, seat=seat)
        assert client.post("/seat", data=fields).status_code == 303
        return client

    def client(self, who: str = "") -> FlaskClient:
        """A browser without script; signed in as somebody of the cast unless `who` is empty."""
        client = self.app.test_client()
        if who:
            token = csrf_token(client.get("/sign-in").text)
            fields = {"email": CAST[who], "password": samples.PASSWORD, "csrf_token": token}
            answer = client.post("/sign-in", data=fields)
            assert answer.status_code == 303, answer.text
            self.pass_factor(client, CAST[who])
        return client

    def pass_factor(self, client: FlaskClient, email: str) -> None:
        """Type the code of the app, where the person has one; codes may be used again in tests."""
        secret = samples.factors(self.portal.settings.secret_key).get(email)
        if secret is None:
            return
        with self.db() as db:
            db.execute(update(Person).where(Person.email == email).values(totp_last_step=0))
            db.commit()
        code = pyotp.TOTP(secret).at(int(clock.now().timestamp()))
        page = client.get("/sign-in/code")
        answer = client.post("/sign-in/code", data=form_fields(page.text, code=code))
        assert answer.status_code == 303, answer.text

    def office_id(self, code: str = "DEL") -> int:
        """The row of a sample office."""
        with self.db() as db:
            found: int = db.scalars(select(Office.id).where(Office.code == code)).one()
            return found

    def draft(
        self, who: str | Actor = "owner", office: str = "DEL", lines: int = 1, **changes: Any
    ) -> str:
        """A complete draft; returns its reference."""
        actor = self.actor(who) if isinstance(who, str) else who
        ref: str = self.do(filing.create, actor, self.office_id(office))
        fields = {**PARTICULARS, "invoice_date": clock.today() - timedelta(days=1), **changes}
        self.do(filing.save, actor, ref, "consignee", **fields)
        for _ in range(lines):
            self.do(filing.add_line, actor, ref, **LINE)
        for kind in ("invoice", "packing_list"):
            self.attach(actor, ref, kind)
        return ref

    def attach(self, actor: Actor, ref: str, kind: str) -> None:
        """A plain PDF as a document of a draft."""
        content = plain_pdf("SPECIMEN", kind, ref)
        key = self.portal.kit.store.put("documents", content)
        file = {"key": key, "name": f"{kind}.pdf", "content": content, "pages": 1}
        self.do(filing.attach, actor, ref, kind, **file)

    def submitted(self, who: str | Actor = "owner", **kwargs: Any) -> str:
        """A file in the queue; returns its number."""
        ref = self.draft(who, **kwargs)
        return self.hand_in(self.actor(who) if isinstance(who, str) else who, ref)

    def hand_in(self, actor: Actor, ref: str) -> str:
        """Sign a complete draft and hand it in; returns its number."""
        self.sign(actor, ref)
        number: str = self.do(filing.submit, actor, ref, declared=True)
        return number

    def sign(self, actor: Actor, ref: str, *, then_hand_in: bool = False) -> None:
        """A signature by the acts of the signing room, one after another, its jobs done.

        The files and messages are plain stand-ins: tests/signing go the whole way.
        """
        content = plain_pdf("SPECIMEN", "signed", random_ref(16))
        keys = [self.portal.kit.store.put("signing", content) for _ in range(2)]
        self.do(_sign, actor, ref, content, keys, then_hand_in=then_hand_in)

    def in_scrutiny(self, officer: str = "officer", **kwargs: Any) -> str:
        """A file on an officer's desk; returns its number."""
        number = self.submitted(**kwargs)
        self.do(filing.claim, self.actor(officer), number)
        return number

    def questioned(self, **kwargs: Any) -> str:
        """A file that waits for the exporter's answer; returns its number."""
        number = self.in_scrutiny(**kwargs)
        self.do(filing.ask, self.actor("officer"), number, "Which kind of steel is it?")
        return number

    def approved(self, officer: str = "officer", **kwargs: Any) -> tuple[str, str]:
        """An approved file waiting for its seal; returns file and certificate number."""
        number = self.in_scrutiny(officer=officer, **kwargs)
        certificate: str = self.do(
            certificates.approve, self.actor(officer), number, self.addresses()
        )
        return number, certificate

    def issued(self, **kwargs: Any) -> tuple[str, str]:
        """An issued certificate, made by the real job; returns file and certificate number."""
        numbers = self.approved(**kwargs)
        self.run_jobs()
        return numbers

    def addresses(self) -> certificates.Addresses:
        """What approving needs of the settings."""
        settings = self.portal.settings
        keys = tokens.QrKeys.parse(settings.qr_keys)
        return certificates.Addresses(settings.public_url, keys, specimen=True)

    def run_jobs(self, most: int = 50) -> int:
        """Do what the relay and a worker would do, in this process; returns how many jobs ran."""
        from importlib import import_module

        from jobs.subscriptions import SUBSCRIPTIONS

        self.do(outbox.expand, SUBSCRIPTIONS)
        tasks = self.do(outbox.lease, most)
        for task in tasks:
            module, _, function = task.job.rpartition(".")
            with self.app.app_context():
                getattr(import_module(module), function)(task.id, task.ref)
        return len(tasks)


def _sign(
    db: Session, actor: Actor, ref: str, content: bytes, keys: list[str], *, then_hand_in: bool
) -> None:
    begun = filing.begin_signing(db, actor, ref, then_hand_in=then_hand_in)
    digest, now = hashlib.sha256(content), clock.now()
    prepared = Prepared(content, digest.digest(), 0, 0)
    signing.keep_prepared(db, 0, begun, prepared, keys[0])
    txn = new_txn("SPECIMEN")
    signing.send(db, actor, begun, "127.0.0.1", b"<Esign/>", txn)
    said = Answer(1, txn, now, "NA", "NA", "NA", b"", ())
    signing.take_answer(db, said, "<EsignResp/>")
    name = by_ref(db, begun).expected_name
    ends = now + timedelta(days=365)
    signer = CertificateFacts(name, "01", digest.hexdigest(), now, ends)
    signing.keep_signed(db, begun, SignedFile(keys[1], content, signer))
    done = update(outbox.OutboxRow).where(outbox.OutboxRow.ref == begun)
    db.execute(done.values(done_at=now))


def csrf_token(html: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, "no form with a token on the page"
    return found.group(1)


def form_fields(html: str, **fields: Any) -> dict[str, Any]:
    """What a form would send: token and seat of the page, and `fields`."""
    seat = re.search(r'name="acting_for" value="([^"]*)"', html)
    hidden = {"csrf_token": csrf_token(html), "acting_for": seat.group(1) if seat else ""}
    return {**hidden, **fields}


def nobody() -> Actor:
    """Somebody who belongs to no firm and no office that exists."""
    from portal.core.permissions import Role

    return Actor(None, "Nobody", Seat(SeatKind.FIRM, 0, Role.OWNER, "Nowhere"))


def yesterday() -> date:
    """The day before today in India."""
    return clock.today() - timedelta(days=1)


__all__ = ["CAST", "LINE", "PARTICULARS", "Session", "Stage", "csrf_token", "form_fields", "nobody"]
