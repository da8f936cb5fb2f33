"""Settings: every default works on a bare machine, and production refuses what isn't ready."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from portal.config import Settings, SettingsError

READY = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://certificates.example.org",
    "DATABASE_URL": "postgresql://portal@db/portal",
    "REDIS_URL": "redis://queue:6379/0",
    "STORAGE_URL": "s3://certificates",
    "SECRET_KEY": "k" * 48,
    "QR_KEYS": "1:" + "ab" * 32,
    "SEAL_KEYS": "pkcs11:/usr/lib/hsm.so?token=seals",
    "SEAL_PASSWORD": "p" * 24,
    "TRUST_DIR": "/etc/portal/trust",
    "TSA_URL": "https://stamps.example.org/tsa",
    "CRL_URLS": "https://ca.example.org/root.crl https://ca.example.org/issuer.crl",
    "MAIL_URL": "smtps://portal:secret@mail.example.org:465",
    "MAIL_FROM": "eCoO <no-reply@certificates.example.org>",
    "SMS_URL": "https://token@texts.example.org/send",
    "IEC_REGISTRY_URL": "https://registry.example.org",
    "ESIGN_URL": "https://sign.example.org/2.1/signdoc",
    "ESIGN_STATUS_URL": "https://sign.example.org/2.1/status",
    "ESIGN_ASP_ID": "ECOO-001",
    "ESIGN_KEY": "/etc/portal/esign.pem",
    "ESIGN_PROVIDER_CERT": "/etc/portal/provider.pem",
    "COMPANION_KEY": "/etc/portal/companion.pem",
}


def test_a_bare_machine_needs_no_settings(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert settings.is_sandbox
    assert settings.embeds_valkey
    assert settings.database_url.startswith("sqlite:///")


def test_generated_secrets_stay_the_same_and_are_private(tmp_path: Path) -> None:
    first, second = (Settings.from_env({"DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert (first.secret_key, first.qr_keys) == (second.secret_key, second.qr_keys)
    mode = (tmp_path / "secrets" / "secret_key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_production_starts_when_everything_is_given(tmp_path: Path) -> None:
    settings = Settings.from_env({**READY, "DATA_DIR": str(tmp_path)})
    assert not settings.is_sandbox
    assert not settings.embeds_valkey
    assert settings.is_https
    assert settings.database_url == "postgresql+psycopg://portal@db/portal"


def test_no_message_that_names_the_settings_tells_a_secret(tmp_path: Path) -> None:
    told = {**READY, "DATABASE_URL": "postgresql+psycopg://portal:hidden@db/portal"}
    settings = Settings.from_env({**told, "DATA_DIR": str(tmp_path)})
    words = repr(settings)
    for name in ("secret_key", "qr_keys", "seal_password", "database_url", "mail_url", "sms_url"):
        assert getattr(settings, name) and str(getattr(settings, name)) not in words, name


def test_a_sandbox_has_a_scanner_and_production_only_where_one_is_set(tmp_path: Path) -> None:
    where = {"DATA_DIR": str(tmp_path)}
    assert Settings.from_env({**where, "PORT": "9000"}).clamd_url == "tcp://127.0.0.1:9003"
    assert Settings.from_env({**where, "CLAMD_URL": ""}).clamd_url == ""
    assert Settings.from_env({**READY, **where}).clamd_url == ""
    given = "unix:///run/clamav/clamd.ctl"
    assert Settings.from_env({**READY, **where, "CLAMD_URL": given}).clamd_url == given
    with pytest.raises(SettingsError, match="CLAMD_URL must be tcp"):
        Settings.from_env({**where, "CLAMD_URL": "http://scanner.example"})


@pytest.mark.parametrize("missing", sorted(set(READY) - {"ENVIRONMENT"}))
def test_production_names_what_is_missing(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in READY.items() if name != missing}
    with pytest.raises(SettingsError, match=f"{missing} is not set"):
        Settings.from_env({**given, "DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"PUBLIC_URL": "https://localhost"}, "PUBLIC_URL names a sandbox host"),
        ({"PUBLIC_URL": "http://certificates.example.org"}, "PUBLIC_URL is not https"),
        ({"TSA_URL": "http://127.0.0.1:8001/tsa"}, "TSA_URL names a sandbox host"),
        ({"CRL_URLS": "https://a.example.org http://localhost/b"}, "CRL_URLS names a sandbox"),
        ({"SEAL_KEYS": "/etc/portal/seals"}, "for the sandbox only"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"DIE_AT": "web.before_commit=died"}, "DIE_AT is for tests"),
        ({"PORT": "eighty"}, "PORT must be a whole number"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT must be"),
    ],
)
def test_production_refuses_what_is_not_ready(
    tmp_path: Path, change: dict[str, str], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        Settings.from_env({**READY, "DATA_DIR": str(tmp_path), **change})


def test_production_refuses_a_secret_that_a_sandbox_made(tmp_path: Path) -> None:
    made = Settings.from_env({"DATA_DIR": str(tmp_path)}).secret_key
    with pytest.raises(SettingsError, match="a sandbox generated"):
        Settings.from_env({**READY, "SECRET_KEY": made, "DATA_DIR": str(tmp_path)})


def test_production_refuses_a_specimen_authority(tmp_path: Path) -> None:
    (tmp_path / "specimen-root.pem").touch()
    with pytest.raises(SettingsError, match="specimen authority"):
        Settings.from_env({**READY, "TRUST_DIR": str(tmp_path), "DATA_DIR": str(tmp_path)})


def test_production_refuses_a_moved_clock(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("60")
    with pytest.raises(SettingsError, match="the clock is moved"):
        Settings.from_env({**READY, "DATA_DIR": str(tmp_path)})


def test_a_deep_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    settings = Settings.from_env({"DATA_DIR": str(deep)})
    assert len(str(settings.socket_path)) <= 100
    assert settings.embeds_valkey


@pytest.mark.parametrize(
    ("name", "value"),
    [("ESIGN_VERSION", "3.3"), ("ESIGN_TRANSPORT", "server"), ("ESIGN_RESPONSE_TYPE", "rawrsa")],
)
def test_a_way_of_e_sign_that_is_not_built_is_refused(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name} '{value}' is not built"):
        Settings.from_env({"DATA_DIR": str(tmp_path), name: value})
