"""Judges what a provider or a token answered, and makes the signed file of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from portal.core import clock
from portal.core.errors import Refused, TryLater
from portal.signing import esign_xml, preparing
from portal.signing.binding import Trust, judge
from portal.signing.cms import OtherDocument, Revoked, Signer, Unreadable, check_cms, check_policy
from portal.signing.companion_request import certificate_asked
from portal.signing.lifecycle import Means
from portal.signing.models import SignFile, SignRequest
from portal.signing.ports import Crls
from portal.signing.rules.credentials import WORDS, CheckName
from portal.signing.rules.names import is_same_name
from portal.signing.rules.outcomes import Outcome
from portal.signing.sealing import CertificateFacts, certificate_facts
from portal.signing.token_cms import cms_of, token_signer

# How far the provider's clock may be from ours.
SKEW = timedelta(minutes=15)

# What a refused signature means to its signer; one refused for another reason isn't trusted.
OUTCOME_OF: Mapping[type[Refused], Outcome] = {
    OtherDocument: Outcome.OTHER_DOCUMENT,
    Revoked: Outcome.REVOKED,
    Unreadable: Outcome.CANNOT_READ,
}

log = structlog.get_logger("signing")


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

    @property
    def issuers(self) -> Sequence[bytes]:
        """Authorities (PEM) between those and signers, which tokens don't bring along."""
        ...


class Fault(Exception):
    """A signature that is not used, and why."""

    def __init__(self, outcome: Outcome, said: str = "") -> None:
        self.outcome, self.said = outcome, said
        super().__init__(outcome)


def read_answer(provider: Provider, message: bytes) -> esign_xml.Answer:
    """The facts of a message that the provider signed. Raises Refused."""
    certificate = provider.provider_certificate.read_bytes()
    return esign_xml.read_response(message, certificate, allow_sha1=provider.is_sha1_allowed)


def signed_file(
    kit: SigningKit, row: SignRequest, file: SignFile
) -> tuple[bytes, CertificateFacts]:
    """The signed file and what its signer's certificate says. Raises Fault."""
    prepared, at = _prepared(kit, row, file), clock.now()
    is_token = row.means is Means.TOKEN
    der, certificate = (_by_token if is_token else _by_provider)(kit, row, prepared)
    try:
        signer = check_cms(der, prepared.digest, certificate, at)
        if is_token:
            expect_fit(kit, row, signer, _lists(kit, at))
        else:
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


def expect_fit(
    kit: SigningKit, row: SignRequest, signer: Signer, lists: Sequence[bytes] = ()
) -> None:
    """Raise Fault where a token may not sign, by every check that credentials are judged by.

    A page asks before anybody types a PIN, and waits for no lists of revoked certificates.
    """
    trust, name = Trust(kit.trust_roots, kit.issuers, lists), row.expected_name
    try:
        found = judge(signer.certificate, signer.others, trust, name=name, at=clock.now())
    except Refused as refusal:
        raise Fault(Outcome.CANNOT_READ, str(refusal)) from refusal
    failed = {one.name for one in found.checks if not one.passed} - {CheckName.LISTS}
    if CheckName.NAME in failed:
        raise Fault(Outcome.NAME_DIFFERS, found.holder.name)
    if failed:
        outcome = Outcome.REVOKED if CheckName.REVOCATION in failed else Outcome.NOT_TRUSTED
        raise Fault(outcome, " ".join(WORDS[one].why for one in sorted(failed)))


def _by_provider(
    kit: SigningKit, row: SignRequest, _prepared: preparing.Prepared
) -> tuple[bytes, bytes]:
    """CMS and certificate out of the provider's answer."""
    answer = _answer(kit, row)
    if len(answer.signatures) != 1 or not answer.certificate or answer.signatures[0].error:
        raise Fault(Outcome.CANNOT_READ, "not exactly one signature")
    if row.consented_at is None or not _is_timely(answer.at, row.consented_at):
        raise Fault(Outcome.TOO_OLD, f"{answer.at:%d.%m.%Y %H:%M}")
    return answer.signatures[0].value, answer.certificate


def _by_token(
    kit: SigningKit, row: SignRequest, prepared: preparing.Prepared
) -> tuple[bytes, bytes]:
    """The CMS around a token's bare signature, and its certificate."""
    given = json.loads(row.response)
    der = base64.b64decode(given["certificate"])
    if hashlib.sha256(der).hexdigest() != certificate_asked(row.request):
        raise Fault(Outcome.NOT_TRUSTED, "the token signed by another certificate")
    try:
        signature = base64.b64decode(given["signature"])
        return cms_of(prepared.digest, token_signer(der, kit.issuers), signature), der
    except Refused as refusal:
        raise Fault(Outcome.CANNOT_READ, str(refusal)) from refusal


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
