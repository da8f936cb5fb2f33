"""Time stamps: OpenSSL asks, OpenSSL judges the answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp

from portal.core import clock
from portal.sandbox.authority import ensure_authority
from portal.sandbox.wire import SLOW_SECONDS
from tests.conftest import MovedClock, Outside
from tests.sandbox.wire import Heard, ask, run, switch
from tests.tools import need

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
POLICY = "2.16.356.100.3.0"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    need("openssl")
    found = tmp_path / "data"
    found.write_bytes(b"SPECIMEN bytes that existed\n")
    return found


def query(data: Path, *options: str) -> bytes:
    out = data.with_name("query.tsq")
    run("openssl", "ts", "-query", "-data", str(data), *(options or ("-sha256",)), "-out", str(out))
    return out.read_bytes()


def stamp(world: Outside, request: bytes) -> Heard:
    return ask(world, "POST", "/tsa", request, QUERY)


def verdict(
    world: Outside, data: Path, request: bytes, heard: Heard, *more: str, status: int = 0
) -> str:
    """What OpenSSL thinks of an answer to a query."""
    asked, reply = data.with_name("query.tsq"), data.with_name("reply.tsr")
    asked.write_bytes(request)
    reply.write_bytes(heard.body)
    root = ensure_authority(world.world.trust.folder, clock.now())
    moment = ("-attime", str(int(clock.now().timestamp())))
    command = ("openssl", "ts", "-verify", "-queryfile", str(asked), "-in", str(reply))
    return run(*command, "-CAfile", str(root), *moment, *more, status=status)


@pytest.mark.parametrize("digest", ["-sha256", "-sha384", "-sha512"])
def test_openssl_believes_a_stamp_with_its_nonce(world: Outside, data: Path, digest: str) -> None:
    request = query(data, digest, "-cert")
    heard = stamp(world, request)
    assert (heard.status, heard.kind) == (200, REPLY)
    assert "Verification: OK" in verdict(world, data, request, heard)
    assert facts(heard)["nonce"] == tsp.TimeStampReq.load(request)["nonce"].native


def test_a_stamp_holds_the_portals_time(
    world: Outside, data: Path, moved_clock: MovedClock
) -> None:
    moved_clock.by(days=40)
    request = query(data, "-sha256", "-cert", "-no_nonce")
    heard = stamp(world, request)
    assert abs(facts(heard)["gen_time"] - clock.now()) < timedelta(minutes=1)  # type: ignore[operator]
    assert facts(heard)["nonce"] is None
    assert "Verification: OK" in verdict(world, data, request, heard)


def test_the_certificate_comes_only_where_it_is_asked_for(world: Outside, data: Path) -> None:
    request = query(data, "-sha256")
    heard = stamp(world, request)
    token = tsp.TimeStampResp.load(heard.body)["time_stamp_token"]["content"]
    assert token["certificates"].native is None
    verdict(world, data, request, heard, status=1)
    pem = data.with_name("tsa.pem")
    pem.write_bytes((world.world.trust.folder / "specimen-tsa-key.pem").read_bytes())
    assert "OK" in verdict(world, data, request, heard, "-untrusted", str(pem))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-sha1",), "unrecognized or unsupported algorithm identifier"),
        (("-sha224",), "unrecognized or unsupported algorithm identifier"),
        (("-sha256", "-tspolicy", "1.2.3.4"), "the requested TSA policy is not supported"),
    ],
)
def test_a_weak_hash_and_another_policy_are_refused(
    world: Outside, data: Path, options: tuple[str, ...], why: str
) -> None:
    reply = data.with_name("reply.tsr")
    reply.write_bytes(stamp(world, query(data, *options)).body)
    said = run("openssl", "ts", "-reply", "-in", str(reply), "-text")
    assert "Status: Rejected" in said
    assert why in said


def test_our_own_policy_may_be_asked_for(world: Outside, data: Path) -> None:
    request = query(data, "-sha256", "-cert", "-tspolicy", POLICY)
    heard = stamp(world, request)
    assert facts(heard)["policy"] == POLICY
    assert "Verification: OK" in verdict(world, data, request, heard)


def test_no_request_is_refused_and_another_type_is_not_read(world: Outside, data: Path) -> None:
    reply = data.with_name("reply.tsr")
    for nothing in (b"no request", b""):
        reply.write_bytes(stamp(world, nothing).body)
        said = run("openssl", "ts", "-reply", "-in", str(reply), "-text")
        assert "the data submitted has the wrong format" in said
    assert ask(world, "POST", "/tsa", query(data), "text/plain").status == 415


def test_the_stamper_misbehaves_when_told_to(world: Outside, data: Path) -> None:
    request = query(data, "-sha256", "-cert")
    assert switch(world, "tsa", "outage") == 200
    assert stamp(world, request).status == 503
    switch(world, "tsa", "garbage")
    assert stamp(world, request).body.startswith(b"<html>")
    switch(world, "tsa", "wrong_imprint")
    heard = stamp(world, request)
    assert "message imprint mismatch" in verdict(world, data, request, heard, status=1)
    assert switch(world, "tsa", "nonsense") == 400


def test_a_slow_stamper_says_so_before_it_is_waited_for(world: Outside, data: Path) -> None:
    """Asked without the wire: no test waits for eight seconds."""
    from portal.sandbox.wire import Asked

    switch(world, "tsa", "slow")
    said = world.world.answer(Asked("POST", "/tsa", query(data), QUERY))
    assert said is not None
    assert said.seconds == SLOW_SECONDS


def facts(heard: Heard) -> dict[str, object]:
    """The TSTInfo of a granted stamp."""
    answer = tsp.TimeStampResp.load(heard.body)
    assert answer["status"]["status"].native == "granted"
    content = answer["time_stamp_token"]["content"]["encap_content_info"]["content"]
    found: dict[str, object] = content.parsed.native
    return found
