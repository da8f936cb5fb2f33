"""What production must have set, and what a sandbox left behind that it must not use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from portal.config.errors import SettingsError

# What production does not start without.
NEEDED = (
    "PUBLIC_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "STORAGE_URL",
    "SECRET_KEY",
    "QR_KEYS",
    "SEAL_KEYS",
    "SEAL_PASSWORD",
    "TRUST_DIR",
    "TSA_URL",
    "CRL_URLS",
    "MAIL_URL",
    "MAIL_FROM",
    "SMS_URL",
    "IEC_REGISTRY_URL",
    "ESIGN_URL",
    "ESIGN_STATUS_URL",
    "ESIGN_ASP_ID",
    "ESIGN_KEY",
    "ESIGN_PROVIDER_CERT",
    "COMPANION_KEY",
)
# What may not name this machine in production.
HOSTS = (
    "PUBLIC_URL",
    "SMS_URL",
    "IEC_REGISTRY_URL",
    "ESIGN_URL",
    "ESIGN_STATUS_URL",
    "TSA_URL",
    "CRL_URLS",
)


def refuse_unready(env: Mapping[str, str], data: Path) -> None:
    """Production starts only with real addresses and secrets of its own."""
    faults = [f"{name} is not set" for name in NEEDED if not env.get(name)]
    faults += [
        f"{name} names a sandbox host"
        for name in HOSTS
        if any(_is_loopback(url) for url in env.get(name, "").split())
    ]
    if env.get("PUBLIC_URL") and not env["PUBLIC_URL"].startswith("https://"):
        faults.append("PUBLIC_URL is not https")
    if len(env.get("SECRET_KEY", "")) < 32:
        faults.append("SECRET_KEY is shorter than 32 characters")
    faults += _sandbox_leftovers(env, data / "secrets")
    if env.get("DIE_AT"):
        faults.append("DIE_AT is for tests")
    if env.get("SEAL_KEYS") and not env["SEAL_KEYS"].startswith("pkcs11:"):
        faults.append("SEAL_KEYS is a folder: PKCS#12 files are for the sandbox only")
    if (data / "clock").exists():
        faults.append("the clock is moved (a file named clock lies in DATA_DIR)")
    if faults:
        raise SettingsError("production refuses to start: " + "; ".join(faults))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith((".test", ".invalid"))


def _sandbox_leftovers(env: Mapping[str, str], made: Path) -> list[str]:
    """Secrets and authorities that a sandbox generated have no place in production."""
    generated = {f.read_text() for f in made.iterdir() if f.is_file()} if made.exists() else set()
    names = ("SECRET_KEY", "SEAL_PASSWORD", "QR_KEYS")
    found = [
        f"{name} is one that a sandbox generated"
        for name in names
        if any(secret in env.get(name, "") for secret in generated)
    ]
    if (Path(env.get("TRUST_DIR", ".")) / "specimen-root.pem").exists():
        found.append("TRUST_DIR trusts a sandbox's specimen authority")
    return found
