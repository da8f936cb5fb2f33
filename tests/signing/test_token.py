"""A DSC token through the portal's two addresses, judged by the companion's own reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.companion import sign_request
from portal.core import clock
from portal.sandbox.authority.tokens import Flaw, TokenFacts, issue_token_certificate
from portal.signing.lifecycle import Status
from portal.signing.models import SigningCredential
from portal.signing.rules.outcomes import Outcome
from tests.build import Stage, form_fields
from tests.conftest import MovedClock
from tests.signing.holder import OWNER, Holder, Key
from tests.signing.programs import OtherPrograms
from tests.tools import need


@pytest.fixture
def holder(stage: Stage) -> Holder:
    """The owner of the sample rice mill with a good token."""
    return Holder(stage)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_the_whole_way_ends_in_a_file_that_others_hold_valid(
    stage: Stage, tmp_path: Path, kind: str
) -> None:
    need("pdfsig", "qpdf", "openssl", "certutil")
    key: Key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else Holder(stage).key
    holder = Holder(stage, key)
    ref = holder.begin()
    (item,) = holder.items(holder.ask(ref).json["request"])
    row = holder.row(ref)
    assert (item.doc_id, item.digest, row.status) == (ref, row.digest, Status.SENT)
    assert row.digest.startswith(item.hash_prefix) and row.consent and row.address
    brought = holder.bring({ref: holder.signed(item.to_be_signed)})
    assert brought.json == {"next": f"/signatures/{ref}"}
    assert (holder.row(ref).status, holder.row(ref).signer_name) == (Status.SIGNED, OWNER)
    pdf = holder.file(ref).data
    assert b"/ETSI.CAdES.detached" in pdf
    root = (stage.portal.settings.trust_dir / "specimen-root.pem").read_bytes()
    programs = OtherPrograms(tmp_path, [root])
    assert "Signature is Valid" in programs.pdfsig(pdf)
    assert "Certificate is Trusted" in programs.pdfsig(pdf)
    assert "No syntax or stream encoding errors" in programs.qpdf(pdf)
    assert "Verification successful" in programs.openssl(pdf)


@pytest.mark.parametrize("flaw", [one for one in Flaw if one not in (Flaw.NONE, Flaw.OTHER_CLASS)])
def test_a_token_that_may_not_sign_is_told_so_before_the_pin(stage: Stage, flaw: Flaw) -> None:
    holder = Holder(stage, flaw=flaw)
    ref = holder.begin()
    answer = holder.ask(ref)
    assert answer.status_code == 422 and "request" not in answer.json
    assert holder.row(ref).status is Status.READY and holder.released() == 0
    assert Holder(stage).ask(ref).status_code == 200


def test_another_persons_token_is_refused_with_both_names(stage: Stage) -> None:
    holder = Holder(stage, name="Invented Stranger Zubin")
    answer = holder.ask(holder.begin())
    assert answer.status_code == 422
    assert "another name" in answer.json["message"] and "Zubin" in answer.json["message"]


def test_a_strangers_authority_is_refused(holder: Holder, tmp_path: Path) -> None:
    facts = TokenFacts(OWNER)
    foreign = issue_token_certificate(tmp_path, holder.key.public_key(), facts, clock.now())
    answer = holder.ask(holder.begin(), certificate=foreign)
    assert answer.status_code == 422 and "trusts" in answer.json["message"]


@pytest.mark.parametrize("junk", [b"\x30\x00", b"junk", b"\x30\x82\xff\xff"])
def test_what_is_no_certificate_is_refused(holder: Holder, junk: bytes) -> None:
    answer = holder.ask(holder.begin(), certificate=junk)
    assert answer.status_code == 422 and "could not be read" in answer.json["message"]


WRONG: dict[str, tuple[Outcome, Callable[[Holder, sign_request.Item], bytes]]] = {
    "other_bytes": (Outcome.NOT_TRUSTED, lambda h, item: h.signed(b"something else")),
    "empty": (Outcome.NOT_TRUSTED, lambda h, item: b"\0"),
    "other_key": (Outcome.NOT_TRUSTED, lambda h, item: Holder(h.stage).signed(item.to_be_signed)),
    "huge": (Outcome.NOT_TRUSTED, lambda h, item: b"\1" * 12_000),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_signature_releases_nothing_and_a_second_try_works(
    holder: Holder, how: str
) -> None:
    outcome, made = WRONG[how]
    ref = holder.begin()
    (item,) = holder.items(holder.ask(ref).json["request"])
    assert holder.bring({ref: made(holder, item)}).status_code == 200
    row = holder.row(ref)
    assert (row.status, row.outcome) == (Status.FAILED, outcome)
    assert holder.released() == 0 and holder.file(ref).status_code == 404
    page = holder.client.get(f"/signatures/{ref}").text
    assert "Not signed." in page and "nothing is lost" in page
    again = holder.begin()
    (item,) = holder.items(holder.ask(again).json["request"])
    holder.bring({again: holder.signed(item.to_be_signed)})
    assert holder.row(again).status is Status.SIGNED


def test_another_certificate_than_the_one_asked_for_is_refused(holder: Holder) -> None:
    ref = holder.begin()
    (item,) = holder.items(holder.ask(ref).json["request"])
    other = Holder(holder.stage)
    holder.bring({ref: other.signed(item.to_be_signed)}, other.certificate)
    assert holder.row(ref).outcome == Outcome.NOT_TRUSTED and holder.released() == 0


def test_a_request_is_asked_again_after_a_wrong_pin_and_the_last_one_counts(
    holder: Holder,
) -> None:
    ref = holder.begin()
    first, second = (holder.ask(ref).json["request"] for _ in range(2))
    assert first != second
    (item,) = holder.items(second)
    made = {ref: holder.signed(item.to_be_signed)}
    assert holder.bring(made).status_code == 200
    assert holder.bring(made).status_code == 200
    assert holder.row(ref).status is Status.SIGNED and holder.released() == 1


def test_too_late_and_anothers_are_refused(holder: Holder, moved_clock: MovedClock) -> None:
    ref = holder.begin()
    stranger = Holder(holder.stage)
    stranger.client = holder.stage.client("officer")
    assert stranger.ask(ref).status_code == 404
    assert stranger.bring({ref: b"x"}).status_code == 404
    moved_clock.to(clock.now() + timedelta(minutes=31))
    assert holder.ask(ref).status_code == 409 or holder.ask(ref).status_code == 422
    assert holder.row(ref).status in (Status.READY, Status.EXPIRED)


def test_nobody_is_asked_about_a_token(holder: Holder, moved_clock: MovedClock) -> None:
    ref = holder.begin()
    holder.ask(ref)
    for _ in range(9):
        moved_clock.to(clock.now() + timedelta(minutes=5))
        holder.work()
    row = holder.row(ref)
    assert (row.status, row.outcome, row.txn) == (Status.EXPIRED, Outcome.NO_ANSWER, None)


def test_an_esign_request_can_not_be_answered_by_a_token(holder: Holder) -> None:
    page = holder.client.get("/signatures").text
    begun = holder.client.post("/signatures", data=form_fields(page))
    holder.work()
    ref = str(begun.location).rsplit("/", 1)[-1]
    answer = holder.ask(ref)
    assert answer.status_code == 422 and "token" in answer.json["message"]


def test_only_pages_of_tokens_may_reach_the_companion(holder: Holder) -> None:
    shown = holder.client.get(f"/signatures/{holder.begin()}")
    assert "http://127.0.0.1:37452" in shown.headers["Content-Security-Policy"]
    other = holder.client.get("/signatures")
    assert "3745" not in other.headers["Content-Security-Policy"]


def test_the_key_file_is_what_requests_are_signed_with(holder: Holder) -> None:
    given = holder.client.get("/signatures/companion/portal.jwks").json
    assert given == holder.stage.portal.kit.companion_key.key_set()


def test_a_bent_certificate_is_never_asked_for(holder: Holder) -> None:
    ref = holder.begin()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(at=st.integers(0, len(holder.certificate) - 1), bit=st.integers(0, 7))
    def bent(at: int, bit: int) -> None:
        changed = bytearray(holder.certificate)
        changed[at] ^= 1 << bit
        assert holder.ask(ref, certificate=bytes(changed)).status_code == 422, (at, bit)

    bent()
    assert holder.row(ref).request == ""


def test_the_panel_comes_by_itself_when_the_file_is_ready(holder: Holder) -> None:
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    shown = holder.client.get(f"/signatures/{holder.begin()}", headers=part)
    assert shown.status_code == 200 and "data-token" in shown.text and "<h1" not in shown.text


def test_a_withdrawn_credential_signs_test_pages_alone(stage: Stage) -> None:
    officer = Holder(stage, name=stage.actor("officer").name, who="officer")
    _file, number = stage.issued()
    test = officer.begin()
    officer.sign([test])
    officer.work()
    with stage.db() as db:
        credential = db.scalars(select(SigningCredential)).one()
    for act in ("use", "withdrawal"):
        page = form_fields(officer.client.get("/signatures").text)
        done = officer.client.post(f"/signatures/credentials/{credential.ref}/{act}", data=page)
        assert done.status_code == 303
    page = form_fields(officer.client.get("/decisions").text)
    fields = {**page, "number": number, "means": "token"}
    begun = officer.client.post("/decisions", data=fields)
    officer.work()
    refused = officer.ask(str(begun.location).partition("ref=")[2])
    assert refused.status_code == 422 and "withdrew" in refused.json["message"]
    assert officer.ask(officer.begin()).status_code == 200
