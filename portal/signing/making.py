"""The long acts around a signature: make the file ready, and make the signed file of an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.signing import actions, esign_xml, preparing
from portal.signing.actions.answers import SignedFile
from portal.signing.cms import OtherDocument, Revoked, Unreadable, check_cms, check_policy
from portal.signing.lifecycle import FileKind, Status
from portal.signing.models import SignFile, SignRequest
from portal.signing.ports import Crls
from portal.signing.queries import by_ref, file_of
from portal.signing.rules.names import is_same_name
from portal.signing.rules.outcomes import Outcome
from portal.signing.sealing import CertificateFacts, certificate_facts

# How far the provider's clock may be from ours.
SKEW = timedelta(minutes=15)

# What a refused signature means to its signer; one refused for another reason isn't trusted.
OUTCOME_OF: Mapping[type[Refused], Outcome] = {
    OtherDocument: Outcome.OTHER_DOCUMENT,
    Revoked: Outcome.REVOKED,
    Unreadable: Outcome.CANNOT_READ,
}

log = structlog.get_logger("signing")


# The document of a request, or nothing where it is no longer what was meant.
Render = Callable[[SignRequest], bytes | None]


class Store(Protocol):
    """The part of the file store that this room needs."""

    def put(self, kind: str, content: bytes) -> str:
        """Keep content and return its key."""
        ...

    def get(self, key: str) -> bytes:
        """The content of a key."""
        ...


class Provider(Protocol):
    """What is set about the provider of e-signs."""

    @property
    def provider_certificate(self) -> Path:
        """The certificate (PEM) whose key signs its messages."""
        ...

    @property
    def policy(self) -> str:
        """The policy (OID) that its certificates for one signature are made under."""
        ...

    @property
    def is_sha1_allowed(self) -> bool:
        """Whether it may still sign by SHA-1."""
        ...


class Asking(Protocol):
    """Asks the provider what became of a request."""

    def status(self, message: bytes) -> bytes:
        """Its answer. Raises TryLater."""
        ...


class SigningKit(Protocol):
    """The outside things that a signature needs."""

    @property
    def store(self) -> Store:
        """Keeps the files."""
        ...

    @property
    def provider(self) -> Provider:
        """The provider of e-signs."""
        ...

    @property
    def asp_key(self) -> esign_xml.AspKey:
        """Our key for messages to it."""
        ...

    @property
    def esign(self) -> Asking:
        """Asks it."""
        ...

    @property
    def trust_roots(self) -> Sequence[bytes]:
        """The authorities (PEM) that we trust."""
        ...

    @property
    def crls(self) -> Crls:
        """Their lists of revoked certificates."""
        ...


class Fault(Exception):
    """A signature that is not used, and why."""

    def __init__(self, outcome: Outcome, said: str = "") -> None:
        self.outcome, self.said = outcome, said
        super().__init__(outcome)


def make_ready(db: Session, kit: SigningKit, task_id: int, ref: str, render: Render) -> None:
    """Render the document, leave room for a signature, keep it; may run twice, die at any line."""
    row = by_ref(db, ref)
    if row.status is not Status.PREPARING:
        db.rollback()
        write(db, outbox.finish, task_id)
        return
    pdf = render(row)
    facts = {"name": row.expected_name, "reason": row.title, "location": "India"}
    db.rollback()
    if pdf is None:
        write(db, actions.fail, task_id, ref, Outcome.CHANGED_MEANWHILE)
        return
    reach("signing.after_render")
    prepared = preparing.prepare(pdf, **facts, at=clock.now())
    key = kit.store.put("signing", prepared.content)
    write(db, actions.keep_prepared, task_id, ref, prepared, key)


def finish(db: Session, kit: SigningKit, task_id: int, ref: str) -> None:
    """Judge what the provider answered, and keep the signed file or the reason against it.

    May run twice and die at any line: nothing counts before the last act, which looks again.
    After a signature the task stays open: it ends with the long-term proof (`archiving`).
    """
    row = by_ref(db, ref)
    if row.status is not Status.RESPONDED:
        db.rollback()
        return
    prepared = file_of(db, row, FileKind.PREPARED)
    db.expunge_all()
    db.rollback()
    try:
        signed, signer = _signed(kit, row, prepared)
    except Fault as fault:
        write(db, actions.fail, task_id, ref, fault.outcome, fault.said)
        return
    reach("signing.after_embed")
    key = kit.store.put("signing", signed)
    reach("signing.after_store")
    write(db, actions.keep_signed, ref, SignedFile(key, signed, signer))
    reach("signing.after_commit")


def look_after(db: Session, kit: SigningKit, task_id: int, ref: str) -> None:
    """Ask the provider about a request that waits for its answer; end one whose time has passed.

    While neither is so, the same job comes again some minutes later.
    """
    row = by_ref(db, ref)
    status, txn, is_over = row.status, row.txn or "", row.expires_at <= clock.now()
    db.rollback()
    if status is Status.SENT:
        _ask(db, kit, txn)
    write(db, actions.end_or_wait, task_id, ref, is_over=is_over)


def read_answer(provider: Provider, message: bytes) -> esign_xml.Answer:
    """The facts of a message that the provider signed. Raises Refused."""
    certificate = provider.provider_certificate.read_bytes()
    return esign_xml.read_response(message, certificate, allow_sha1=provider.is_sha1_allowed)


def _ask(db: Session, kit: SigningKit, txn: str) -> None:
    """Take what the provider says of a transaction; one that can't be reached or proven, later."""
    try:
        message = kit.esign.status(esign_xml.status_xml(txn, clock.now(), kit.asp_key))
        answer = read_answer(kit.provider, message)
        if answer.txn == txn:
            write(db, actions.take_answer, answer, message.decode())
    except (TryLater, Refused, UnicodeDecodeError) as problem:
        log.warning("provider_not_asked", why=str(problem))


def _signed(kit: SigningKit, row: SignRequest, file: SignFile) -> tuple[bytes, CertificateFacts]:
    """The signed file and what its signer's certificate says. Raises Fault."""
    answer = _answer(kit, row)
    if len(answer.signatures) != 1 or not answer.certificate or answer.signatures[0].error:
        raise Fault(Outcome.CANNOT_READ, "not exactly one signature")
    if row.consented_at is None or not _is_timely(answer.at, row.consented_at):
        raise Fault(Outcome.TOO_OLD, f"{answer.at:%d.%m.%Y %H:%M}")
    prepared = _prepared(kit, row, file)
    at, der = clock.now(), answer.signatures[0].value
    try:
        signer = check_cms(der, prepared.digest, answer.certificate, at)
        preparing.check_chain(signer, kit.trust_roots, at, _lists(kit, at))
        check_policy(signer, kit.provider.policy)
    except Refused as refusal:
        outcome = OUTCOME_OF.get(type(refusal), Outcome.NOT_TRUSTED)
        raise Fault(outcome, str(refusal)) from refusal
    facts = certificate_facts(signer.certificate)
    if not is_same_name(facts.common_name, row.expected_name):
        raise Fault(Outcome.NAME_DIFFERS, facts.common_name)
    try:
        signed = preparing.embed(prepared, der)
    except Refused as refusal:
        raise Fault(Outcome.CHANGED_HERE, str(refusal)) from refusal
    return signed, facts


def _lists(kit: SigningKit, at: datetime) -> Sequence[bytes]:
    """The lists that can be had; for one that is away now the long-term proof waits."""
    try:
        return kit.crls.current(at)
    except TryLater as problem:
        log.warning("revocation_not_known", why=str(problem))
        return ()


def _is_timely(said: datetime, sent: datetime) -> bool:
    """Whether an answer is dated after the request and not in the future, give or take."""
    return sent - SKEW <= said <= clock.now() + SKEW


def _answer(kit: SigningKit, row: SignRequest) -> esign_xml.Answer:
    try:
        return read_answer(kit.provider, row.response.encode())
    except Refused as refusal:
        raise Fault(Outcome.CANNOT_READ, str(refusal)) from refusal


def _prepared(kit: SigningKit, row: SignRequest, file: SignFile) -> preparing.Prepared:
    """The very bytes that were prepared."""
    content = kit.store.get(file.storage_key)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Fault(Outcome.CHANGED_HERE, "the prepared file was changed")
    digest = bytes.fromhex(row.digest)
    return preparing.Prepared(content, digest, row.room_from, row.room_to)
