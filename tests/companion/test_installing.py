"""Setting the companion up, and the forms in which it is handed on."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.companion import settings
from portal.companion.__main__ import main
from portal.companion.settings import SANDBOX_ORIGINS, BadSettings, Settings
from portal.config import ROOT
from tests.companion.running import LIBRARY, SERIOUS_SECONDS, Portal, Token, write_settings

PACKAGE = ROOT / "portal" / "companion"


def configure(folder: Path, *options: str) -> int:
    return main(["--config-dir", str(folder), "configure", *options])


def key_file(folder: Path, key_set: object) -> str:
    path = folder / "portal.jwks"
    path.write_text(json.dumps(key_set))
    return str(path)


def test_configure_keeps_what_it_is_told_and_the_rest(tmp_path: Path, portal: Portal) -> None:
    folder = tmp_path / "settings"
    keys = key_file(tmp_path, portal.key_set())
    sites = ["--origin", "https://ecoo.example", "--origin", "https://ecoo.example:8443"]
    assert configure(folder, *sites, "--portal-key", keys) == 0
    assert configure(folder, "--library", "/usr/lib/token.so", "--consent-seconds", "90") == 0
    kept = settings.load(folder)
    assert kept.origins == ("https://ecoo.example", "https://ecoo.example:8443")
    assert kept.keys() == {portal.kid: portal.key.public_key().public_bytes_raw()}
    assert (kept.library, kept.consent_seconds) == ("/usr/lib/token.so", 90)
    assert stat.S_IMODE((folder / "companion.json").stat().st_mode) == 0o600


def test_without_a_file_the_sandbox_is_served_but_nothing_signed(tmp_path: Path) -> None:
    usual = settings.load(tmp_path)
    assert usual.origins == SANDBOX_ORIGINS
    assert usual.keys() == {}


@pytest.mark.parametrize(
    "origin",
    ["http://ecoo.example", "https://ecoo.example/", "ecoo.example", "*", "null", "",
     "https://ecoo.example:443", "https://ECOO.example", "https://u@ecoo.example",
     "file://localhost", "https://ecoo.example:x"],
)  # fmt: skip
def test_a_site_is_named_as_browsers_name_it(tmp_path: Path, origin: str) -> None:
    assert configure(tmp_path, "--origin", origin) == 2
    assert not (tmp_path / "companion.json").exists()


@pytest.mark.parametrize(
    "key_set",
    [
        {},
        {"keys": []},
        {"keys": [{"kty": "RSA", "kid": "1", "n": "x", "e": "AQAB"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "c2hvcnQ"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "", "x": "A" * 43}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "A" * 43, "d": "A" * 43}]},
    ],
)
def test_only_public_ed25519_keys_are_taken(tmp_path: Path, key_set: object) -> None:
    assert configure(tmp_path / "s", "--portal-key", key_file(tmp_path, key_set)) == 2


@pytest.mark.parametrize(
    "found",
    [
        {"origins": []},
        {"origins": "https://ecoo.example"},
        {"ports": [70000]},
        {"ports": ["37451"]},
        {"consent_seconds": 0},
        {"consent_seconds": "60"},
        {"token_seconds": 1e9},
        {"pairing_hours": 25},
        {"portal_keys": {"1": "short"}},
        {"portal_keys": ["x"]},
        {"consent": "auto"},
    ],
)
def test_a_spoiled_file_stops_the_start(
    tmp_path: Path, found: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadSettings):
        settings.checked(found)
    (tmp_path / "companion.json").write_text(json.dumps(found))
    assert main(["--config-dir", str(tmp_path), "run"]) == 2
    assert capsys.readouterr().err.strip()


def test_the_settings_of_the_document_are_right() -> None:
    """docs/companion.md shows the whole file."""
    text = (ROOT / "docs" / "companion.md").read_text()
    shown = json.loads(text.split("```json settings\n")[1].split("```")[0])
    assert set(shown) == set(Settings.__dataclass_fields__)
    assert settings.checked(shown).keys()


def test_the_document_names_every_code() -> None:
    from portal.companion.faults import Code

    text = (ROOT / "docs" / "companion.md").read_text()
    assert not [code for code in Code if f"`{code}`" not in text]


def test_check_says_how_the_token_stands(
    tmp_path: Path, token: Token, portal: Portal, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("SOFTHSM2_CONF", token.environment["SOFTHSM2_CONF"])
    write_settings(tmp_path, portal.key_set())
    assert main(["--config-dir", str(tmp_path), "check"]) == 0
    assert "SPECIMEN Asha Invented" in capsys.readouterr().out
    token.pull_out()
    assert main(["--config-dir", str(tmp_path), "check"]) == 1
    assert "No token is inserted. (no_token)" in capsys.readouterr().out


def test_it_runs_as_a_package_of_its_own(tmp_path: Path, token: Token, portal: Portal) -> None:
    """Built and installed beside its libraries, without the portal."""
    source, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--no-build-isolation", "--disable-pip-version-check", "--target", target, source],
        check=True, timeout=SERIOUS_SECONDS, cwd=tmp_path, capture_output=True,
    )  # fmt: skip
    assert (target / "bin" / "ecoo-companion").is_file()
    assert not (target / "portal" / "config.py").exists()
    start = f"import sys; sys.path.insert(0, {str(target)!r}); import runpy; "
    start += "runpy.run_module('portal.companion', run_name='__main__', alter_sys=True)"
    assert_finds_the_token([sys.executable, "-I", "-c", start], tmp_path, token, portal)


def test_it_runs_from_one_file(tmp_path: Path, token: Token, portal: Portal) -> None:
    """The archive of docs/companion.md; its libraries have to be installed."""
    source = tmp_path / "source"
    shutil.copytree(
        PACKAGE, source / "portal" / "companion", ignore=shutil.ignore_patterns("__pycache__")
    )
    archive = tmp_path / "ecoo-companion.pyz"
    subprocess.run(
        [sys.executable, "-m", "zipapp", source, "-o", archive, "-m",
         "portal.companion.__main__:main"],
        check=True, timeout=SERIOUS_SECONDS,
    )  # fmt: skip
    assert_finds_the_token([sys.executable, str(archive)], tmp_path, token, portal)


def assert_finds_the_token(command: list[str], folder: Path, token: Token, portal: Portal) -> None:
    write_settings(folder / "settings", portal.key_set(), library=LIBRARY)
    done = subprocess.run(
        [*command, "--config-dir", str(folder / "settings"), "check"],
        env=os.environ | token.environment, cwd=folder, capture_output=True, check=False,
        timeout=SERIOUS_SECONDS,
    )  # fmt: skip
    assert b"SPECIMEN Asha Invented" in done.stdout, done.stdout + done.stderr
