"""What the companion tells of drivers and tokens, and how it survives bad ones."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.companion import driver, libraries
from portal.companion.acts import _pin_state
from portal.companion.faults import Code, Refusal
from portal.companion.reader import PIN_FINAL_TRY, PIN_LOCKED, PIN_LOW, Reader
from portal.companion.reader import Token as Seen
from tests.companion.running import LIBRARY, PIN, SERIOUS_SECONDS, Portal, Running, Token, running
from tests.tools import need


def test_certificates_are_listed_without_a_pin(companion: Running, token: Token) -> None:
    answer = companion.ask("/v1/certificates", {}, token=companion.pair())
    assert answer.status == 200
    (seen,) = answer.body["tokens"]
    (one,) = seen["certificates"]
    assert (seen["label"], seen["pin"]) == ("SPECIMEN token", "ok")
    assert base64.b64decode(one["der"]) == token.der
    assert one["sha256"] == token.sha256
    assert one["holder"] == "SPECIMEN Asha Invented"
    assert (one["non_repudiation"], one["in_validity"], one["fit"]) == (True, True, True)
    assert "asks you" not in companion.said


def told(tmp_path: Path, portal: Portal, token: Token | None, **settings: Any) -> str:
    """The code that a page gets when it asks for certificates."""
    with running(tmp_path / "settings", token, portal.key_set(), **settings) as companion:
        bearer = companion.pair()
        answer = companion.ask("/v1/certificates", {}, token=bearer)
        assert companion.ask("/v1/hello").status == 200
    assert answer.body["message"].endswith(".")
    return str(answer.body["error"])


def test_no_token_is_inserted(tmp_path: Path, portal: Portal, token: Token) -> None:
    token.pull_out()
    assert told(tmp_path, portal, token) == "no_token"


def test_a_driver_that_is_not_there_or_is_none(tmp_path: Path, portal: Portal) -> None:
    assert told(tmp_path, portal, None, library="/nowhere/library.so") == "library_failed"
    (tmp_path / "library.so").write_text("SPECIMEN")
    assert told(tmp_path, portal, None, library=str(tmp_path / "library.so")) == "library_failed"


def test_a_library_without_tokens_is_no_driver(tmp_path: Path, portal: Portal) -> None:
    """A sound shared library that knows nothing of PKCS#11."""
    assert told(tmp_path, portal, None, library=select.__file__) == "library_failed"


def test_a_driver_that_hangs_is_given_up(tmp_path: Path, portal: Portal) -> None:
    os.mkfifo(tmp_path / "library.so")
    assert told(
        tmp_path, portal, None, library=str(tmp_path / "library.so"), token_seconds=1
    ) == "token_timeout"  # fmt: skip


def test_a_driver_that_crashes_takes_only_its_own_process_along(
    tmp_path: Path, portal: Portal
) -> None:
    """A library that is cut off ends the process that maps it (SIGBUS)."""
    need("softhsm2-util")
    (tmp_path / "library.so").write_bytes(Path(LIBRARY).read_bytes()[:100_000])
    crashed = subprocess.run(
        [sys.executable, "-I", driver.__file__],
        input=json.dumps({"do": "list", "library": str(tmp_path / "library.so")}).encode(),
        capture_output=True, check=False, timeout=SERIOUS_SECONDS,
    )  # fmt: skip
    assert crashed.returncode < 0
    assert told(tmp_path, portal, None, library=str(tmp_path / "library.so")) == "library_failed"


@pytest.mark.parametrize(
    ("flags", "state"),
    [(0, "ok"), (PIN_LOW, "low"), (PIN_LOW | PIN_FINAL_TRY, "last_try"),
     (PIN_LOW | PIN_FINAL_TRY | PIN_LOCKED, "locked")],
)  # fmt: skip
def test_the_tokens_flags_tell_what_is_left(flags: int, state: str) -> None:
    assert _pin_state(Seen("l", "SPECIMEN", "1", "m", "m", flags, ())) == state


@pytest.mark.parametrize(
    ("flags", "code"),
    [(PIN_LOW, "pin_wrong"), (PIN_LOW | PIN_FINAL_TRY, "pin_final_try"),
     (PIN_FINAL_TRY | PIN_LOCKED, "pin_locked")],
)  # fmt: skip
def test_after_a_wrong_pin_the_flags_say_how_bad_it_is(flags: int, code: str) -> None:
    assert driver._after_wrong_pin(flags) == code


def test_every_code_of_the_driver_has_words() -> None:
    for code in {*driver.CODES.values(), "token_failed", "library_failed", "certificate_not_found"}:
        assert Refusal(Code(code)).message


def test_every_code_has_words_and_a_status() -> None:
    for code in Code:
        assert Refusal(code).message.endswith(".")
        assert 400 <= Refusal(code).status < 600


def test_the_library_is_looked_for_where_drivers_put_it() -> None:
    found = libraries.candidates("")
    assert LIBRARY in found or any(path.endswith("libsofthsm2.so") for path in found)
    assert "softhsm" in found[-1]
    assert libraries.candidates("/chosen.so") == ["/chosen.so"]


def test_windows_drivers_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name and folder only: no Windows was at hand."""
    (tmp_path / "System32").mkdir()
    dll = tmp_path / "System32" / "eps2003csp11v2.dll"
    dll.touch()
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    assert libraries.candidates("", "win32") == [str(dll)]


def test_a_found_library_serves_as_a_chosen_one(
    token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", token.environment["SOFTHSM2_CONF"])
    seen, certificate = Reader().find(token.sha256)
    assert certificate.der == token.der
    made = Reader().sign(seen, certificate, PIN, [b"SPECIMEN"])
    assert len(made) == 1


def test_no_library_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_patterns", lambda _platform: [])
    with pytest.raises(Refusal) as refused:
        Reader().tokens()
    assert refused.value.code is Code.NO_LIBRARY
