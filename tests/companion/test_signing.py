"""From a page's request to a signature that OpenSSL accepts, and everything that stops it."""

from __future__ import annotations

import base64
import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.companion.running import (
    PIN,
    SERIOUS_SECONDS,
    Answer,
    Portal,
    Running,
    Token,
    document,
    make_key,
    make_token,
    payload,
    running,
    specimen_certificate,
)
from tests.tools import need


@contextlib.contextmanager
def asking(companion: Running, token: str, jws: str) -> Iterator[Future[Answer]]:
    """A page that waits for signatures while the test plays the person."""
    with ThreadPoolExecutor(1) as pages:
        yield pages.submit(companion.ask, "/v1/sign", {"request": jws}, token=token)


def signed(companion: Running, jws: str, pin: str = PIN, token: str = "") -> Answer:
    """The answer where the person approves."""
    with asking(companion, token or companion.pair(), jws) as page:
        companion.approve(pin)
        return page.result(SERIOUS_SECONDS)


def openssl_accepts(folder: Path, token: Token, data: bytes, signature: bytes) -> bool:
    need("openssl")
    public = token.certificate.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, content in (("key.pem", pem), ("data", data), ("signature", signature)):
        (folder / name).write_bytes(content)
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "data"],
        cwd=folder, stdout=subprocess.DEVNULL, check=False, timeout=SERIOUS_SECONDS,
    )  # fmt: skip
    return done.returncode == 0


def check_signatures(folder: Path, token: Token, asked: dict[str, Any], answer: Answer) -> None:
    assert answer.status == 200, answer.body
    assert base64.b64decode(answer.body["certificate"]) == token.der
    made = answer.body["signatures"]
    assert [one["doc_id"] for one in made] == [item["doc_id"] for item in asked["items"]]
    for item, one in zip(asked["items"], made, strict=True):
        data, signature = (
            base64.b64decode(text) for text in (item["to_be_signed"], one["signature"])
        )
        assert openssl_accepts(folder, token, data, signature)
        assert not openssl_accepts(folder, token, data + b"x", signature)


def test_one_pin_signs_a_list(
    companion: Running, token: Token, portal: Portal, tmp_path: Path
) -> None:
    asked = payload(token.der, 3)
    with asking(companion, companion.pair(), portal.jws(asked)) as page:
        shown = companion.approve()
        answer = page.result(SERIOUS_SECONDS)
    check_signatures(tmp_path, token, asked, answer)
    assert "asks you to sign 3 documents" in shown
    for item in asked["items"]:
        assert item["title"] in shown
        assert item["reference"] in shown
        assert item["hash_prefix"] in shown.replace(" ", "")
    assert "SPECIMEN Asha Invented" in shown


def test_the_pin_is_nowhere_but_in_the_token(
    companion: Running, token: Token, portal: Portal
) -> None:
    assert signed(companion, portal.jws(payload(token.der))).status == 200
    companion.wait_for("Signed: 1")
    assert PIN not in companion.said
    assert not [f for f in companion.folder.iterdir() if PIN.encode() in f.read_bytes()]


@pytest.mark.parametrize(
    ("kind", "mechanisms"),
    [("ec", "ALL"), ("rsa", "-CKM_SHA256_RSA_PKCS")],
    ids=["P-256", "a token that pads a digest only"],
)
def test_other_tokens_sign_as_well(
    tmp_path: Path, portal: Portal, kind: str, mechanisms: str
) -> None:
    need("softhsm2-util")
    key = make_key(kind)
    token = make_token(tmp_path / "token", key, specimen_certificate(key), mechanisms)
    asked = payload(token.der, 2)
    with running(tmp_path / "settings", token, portal.key_set()) as companion:
        check_signatures(tmp_path, token, asked, signed(companion, portal.jws(asked)))


def test_a_wrong_pin_is_told_and_what_it_costs(
    companion: Running, token: Token, portal: Portal
) -> None:
    bearer = companion.pair()
    assert state_of_pin(companion, bearer) == "ok"
    answer = signed(companion, portal.jws(payload(token.der)), "wrong-1", bearer)
    assert (answer.status, answer.body["error"]) == (409, "pin_wrong")
    assert "locked after a few wrong PINs" in answer.body["message"]
    companion.wait_for("The PIN is wrong")
    assert state_of_pin(companion, bearer) == "low"
    with asking(companion, bearer, portal.jws(payload(token.der))) as page:
        assert "A wrong PIN was given before." in companion.approve()
        assert page.result(SERIOUS_SECONDS).status == 200
    assert state_of_pin(companion, bearer) == "ok"


def state_of_pin(companion: Running, bearer: str) -> str:
    answer = companion.ask("/v1/certificates", {}, token=bearer)
    return str(answer.body["tokens"][0]["pin"])


def test_declining_signs_nothing(companion: Running, token: Token, portal: Portal) -> None:
    with asking(companion, companion.pair(), portal.jws(payload(token.der))) as page:
        companion.decline()
        answer = page.result(SERIOUS_SECONDS)
    assert (answer.status, answer.body["error"]) == (409, "cancelled")
    assert "PIN of the token" not in companion.said


def test_an_empty_pin_declines(companion: Running, token: Token, portal: Portal) -> None:
    answer = signed(companion, portal.jws(payload(token.der)), "")
    assert answer.body["error"] == "cancelled"


def test_what_was_typed_ahead_approves_nothing(
    companion: Running, token: Token, portal: Portal
) -> None:
    bearer = companion.pair()
    with asking(companion, bearer, portal.jws(payload(token.der))) as page:
        companion.question()
        companion.type("yes\nahead-of-time")
        companion.wait_for(r"PIN of the token \(not shown\): $")
        companion.type(PIN)
        assert page.result(SERIOUS_SECONDS).status == 200


def test_without_an_answer_time_runs_out(tmp_path: Path, token: Token, portal: Portal) -> None:
    with running(tmp_path / "settings", token, portal.key_set(), consent_seconds=1.5) as companion:
        bearer = companion.pair()
        with asking(companion, bearer, portal.jws(payload(token.der))) as page:
            answer = page.result(SERIOUS_SECONDS)
        assert (answer.status, answer.body["error"]) == (409, "timeout")
        companion.wait_for("Time is up")
        again = companion.ask("/v1/sign", {"request": "no request"}, token=bearer)
        assert again.body["error"] == "request_invalid"


def test_a_second_request_has_to_wait(companion: Running, token: Token, portal: Portal) -> None:
    bearer = companion.pair()
    with asking(companion, bearer, portal.jws(payload(token.der))) as page:
        companion.question()
        second = portal.jws(payload(token.der))
        answer = companion.ask("/v1/sign", {"request": second}, token=bearer)
        assert (answer.status, answer.body["error"]) == (409, "busy")
        companion.approve()
        assert page.result(SERIOUS_SECONDS).status == 200
    assert signed(companion, second, token=bearer).status == 200


def test_a_request_is_good_once(companion: Running, token: Token, portal: Portal) -> None:
    bearer, jws = companion.pair(), portal.jws(payload(token.der))
    assert signed(companion, jws, token=bearer).status == 200
    answer = companion.ask("/v1/sign", {"request": jws}, token=bearer)
    assert (answer.status, answer.body["error"]) == (409, "replayed")


def test_a_declined_request_is_used_up(companion: Running, token: Token, portal: Portal) -> None:
    bearer, jws = companion.pair(), portal.jws(payload(token.der))
    with asking(companion, bearer, jws) as page:
        companion.decline()
        page.result(SERIOUS_SECONDS)
    assert companion.ask("/v1/sign", {"request": jws}, token=bearer).body["error"] == "replayed"


def test_what_the_portal_did_not_ask_reaches_nobody(
    companion: Running, token: Token, portal: Portal
) -> None:
    """Each is refused without a question to the person."""
    bearer, good = companion.pair(), payload(token.der)
    stranger = Portal()
    other = document(token.der, to_be_signed=base64.b64encode(b"a contract").decode())
    refused = {
        stranger.jws(good): "request_untrusted",
        portal.jws(good, kid="specimen-2"): "request_untrusted",
        portal.jws(good, alg="none"): "request_invalid",
        portal.jws(good | {"exp": int(time.time()) - 1}): "expired",
        portal.jws(good | {"exp": int(time.time()) + 3600}): "expired",
        portal.jws(good | {"origin": "http://localhost:8000"}): "request_other_origin",
        portal.jws(good | {"items": [other]}): "attributes_refused",
    }
    for jws, code in refused.items():
        answer = companion.ask("/v1/sign", {"request": jws}, token=bearer)
        assert answer.body["error"] == code
    assert "asks you to sign" not in companion.said
    assert signed(companion, portal.jws(good), token=bearer).status == 200


def test_without_the_portals_key_nothing_is_signed(tmp_path: Path, token: Token) -> None:
    with running(tmp_path / "settings", token, None) as companion:
        jws = Portal().jws(payload(token.der))
        answer = companion.ask("/v1/sign", {"request": jws}, token=companion.pair())
        assert (answer.status, answer.body["error"]) == (503, "not_configured")


def test_a_token_pulled_out_before_the_question(
    companion: Running, token: Token, portal: Portal
) -> None:
    bearer = companion.pair()
    token.pull_out()
    answer = companion.ask("/v1/sign", {"request": portal.jws(payload(token.der))}, token=bearer)
    assert (answer.status, answer.body["error"]) == (409, "no_token")


def test_a_token_pulled_out_during_the_question(
    companion: Running, token: Token, portal: Portal
) -> None:
    with asking(companion, companion.pair(), portal.jws(payload(token.der))) as page:
        companion.question()
        token.pull_out()
        companion.approve()
        answer = page.result(SERIOUS_SECONDS)
    assert (answer.status, answer.body["error"]) == (409, "token_removed")
    companion.wait_for("The token was pulled out")


def test_a_certificate_that_is_not_there(companion: Running, portal: Portal) -> None:
    key = make_key("ec")
    other = specimen_certificate(key).public_bytes(Encoding.DER)
    answer = companion.ask(
        "/v1/sign", {"request": portal.jws(payload(other))}, token=companion.pair()
    )
    assert (answer.status, answer.body["error"]) == (409, "certificate_not_found")


@pytest.mark.parametrize("unfit", [{"non_repudiation": False}, {"days": -1}])
def test_an_unfit_certificate_signs_nothing(
    tmp_path: Path, portal: Portal, unfit: dict[str, Any]
) -> None:
    need("softhsm2-util")
    key = make_key("ec")
    token = make_token(tmp_path / "token", key, specimen_certificate(key, **unfit))
    with running(tmp_path / "settings", token, portal.key_set()) as companion:
        bearer = companion.pair()
        jws = portal.jws(payload(token.der))
        answer = companion.ask("/v1/sign", {"request": jws}, token=bearer)
        assert (answer.status, answer.body["error"]) == (409, "certificate_unfit")
        listed = companion.ask("/v1/certificates", {}, token=bearer).body["tokens"][0]
        assert listed["certificates"][0]["fit"] is False


def test_pages_that_ask_at_once_get_one_question(
    companion: Running, token: Token, portal: Portal
) -> None:
    bearer = companion.pair()
    start = threading.Barrier(4)

    def page() -> Answer:
        start.wait(SERIOUS_SECONDS)
        return companion.ask("/v1/sign", {"request": portal.jws(payload(token.der))}, token=bearer)

    with ThreadPoolExecutor(4) as pages:
        answers = [pages.submit(page) for _ in range(4)]
        companion.approve()
        codes = [a.result(SERIOUS_SECONDS).body.get("error", "signed") for a in answers]
    assert sorted(codes) == ["busy", "busy", "busy", "signed"]
