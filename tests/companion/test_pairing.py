"""A code is carried over by a person; guessing does not help; a token has its site and its end."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.companion.faults import Code, Refusal
from portal.companion.pairing import Nonces, Pairings
from tests.companion.running import ORIGIN, Running, running
from tests.processes.running import until

OTHER = "http://localhost:8000"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Running]:
    """A companion without token and portal."""
    with running(tmp_path / "settings", None, None, library="/nowhere.so") as started:
        yield started


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def passes(companion: Running, token: str, origin: str = ORIGIN) -> bool:
    return companion.ask("/v1/certificates", {}, token=token, Origin=origin).status != 401


def test_the_code_gives_a_token_for_this_site_alone(alone: Running) -> None:
    token = alone.pair()
    assert passes(alone, token)
    assert not passes(alone, token, OTHER)
    assert not passes(alone, token[:-1])


def test_a_code_is_good_once(alone: Running) -> None:
    code = alone.code()
    alone.pair()
    answer = alone.ask("/v1/pair", {"code": code})
    assert (answer.status, answer.body["error"]) == (403, "code_wrong")


def test_five_wrong_tries_bring_a_new_code(alone: Running) -> None:
    code = alone.code()
    for _ in range(5):
        assert alone.ask("/v1/pair", {"code": wrong(code)}).body["error"] == "code_wrong"
    assert alone.ask("/v1/pair", {"code": code}).body["error"] == "code_wrong"
    until(lambda: alone.code() != code, 60, "a new code")
    assert passes(alone, alone.pair())


def test_fifteen_wrong_tries_close_pairing_until_the_person_opens_it(alone: Running) -> None:
    for _ in range(15):
        assert alone.ask("/v1/pair", {"code": "no code"}).body["error"] == "code_wrong"
    answer = alone.ask("/v1/pair", {"code": "no code"})
    assert (answer.status, answer.body["error"]) == (429, "pairing_closed")
    alone.wait_for("Press Enter for a new one")
    before = alone.said.count("Pairing code")
    alone.type("")
    until(lambda: alone.said.count("Pairing code") > before, 60, "a new code")
    assert passes(alone, alone.pair())


@pytest.mark.parametrize("code", [None, 123456, "", "\ud800", ["000000"], {"code": 1}])
def test_strange_codes_are_wrong_codes(alone: Running, code: object) -> None:
    assert alone.ask("/v1/pair", {"code": code}).body["error"] == "code_wrong"


def test_tokens_are_kept_as_digests_for_their_owner_only(alone: Running) -> None:
    token = alone.pair()
    kept = alone.folder / "pairings.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert token not in kept.read_text()


def test_a_token_ends(alone: Running) -> None:
    token = alone.pair()
    kept = alone.folder / "pairings.json"
    rows = json.loads(kept.read_text())
    rows[0]["expires_at"] -= 12 * 3600
    kept.write_text(json.dumps(rows))
    answer = alone.ask("/v1/certificates", {}, token=token)
    assert (answer.status, answer.body["error"]) == (401, "not_paired")


def test_a_token_lives_twelve_hours(tmp_path: Path) -> None:
    times = [1_000_000.0]
    pairings = Pairings(tmp_path, 12, lambda: times[0])
    paired = pairings.pair(pairings.code, ORIGIN)
    times[0] += 12 * 3600 - 1
    pairings.expect(str(paired["token"]), ORIGIN)
    times[0] += 1
    with pytest.raises(Refusal) as refused:
        pairings.expect(str(paired["token"]), ORIGIN)
    assert refused.value.code is Code.NOT_PAIRED


def test_a_spoiled_file_pairs_nobody(tmp_path: Path) -> None:
    pairings = Pairings(tmp_path, 12)
    token = str(pairings.pair(pairings.code, ORIGIN)["token"])
    for spoiled in ("", "{}", "[1]", '[{"origin": 1}]', '[{"expires_at": "x"}]', "\x00"):
        (tmp_path / "pairings.json").write_text(spoiled)
        with pytest.raises(Refusal):
            pairings.expect(token, ORIGIN)


def test_a_restart_forgets_no_request_that_was_used(tmp_path: Path) -> None:
    Nonces(tmp_path, lambda: 1000).spend("one", 1300)
    with pytest.raises(Refusal) as refused:
        Nonces(tmp_path, lambda: 1299).spend("one", 1300)
    assert refused.value.code is Code.REPLAYED
    Nonces(tmp_path, lambda: 1300).spend("two", 1600)
    assert set(json.loads((tmp_path / "requests.json").read_text())) == {"two"}


def test_forget_disconnects_every_browser(tmp_path: Path) -> None:
    pairings = Pairings(tmp_path, 12)
    token = str(pairings.pair(pairings.code, ORIGIN)["token"])
    Pairings(tmp_path, 12).forget()
    with pytest.raises(Refusal):
        pairings.expect(token, ORIGIN)
