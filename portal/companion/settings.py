"""What the companion is told once, at its installation: whom to trust and where the driver is."""

from __future__ import annotations

import base64
import binascii
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PORTS = (37451, 37452, 37453)
SANDBOX_ORIGINS = ("http://127.0.0.1:8000", "http://localhost:8000")
FILE_NAME = "companion.json"
_LOOPBACK = ("127.0.0.1", "localhost")
_KEY_BYTES = 32


class BadSettings(ValueError):
    """The settings can't be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """The settings file. `portal_keys` are Ed25519 keys in base64url by key id (RFC 8037's `x`)."""

    origins: tuple[str, ...] = SANDBOX_ORIGINS
    portal_keys: Mapping[str, str] = field(default_factory=dict)
    library: str = ""
    ports: tuple[int, ...] = PORTS
    consent_seconds: float = 60.0
    token_seconds: float = 30.0
    pairing_hours: float = 12.0

    def keys(self) -> dict[str, bytes]:
        """Raw public keys by key id."""
        return {kid: _raw_key(kid, x) for kid, x in self.portal_keys.items()}


def default_folder() -> Path:
    """Where this system keeps a person's settings."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "ecoo-companion"


def load(folder: Path) -> Settings:
    """The settings in a folder, the defaults where it has none. Raises BadSettings."""
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeError) as error:
        raise BadSettings(f"{FILE_NAME} can't be read: {error}") from error
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadSettings(f"{FILE_NAME} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise BadSettings(f"{FILE_NAME} is not a JSON object.")
    return checked(found)


def save(folder: Path, settings: Settings) -> None:
    """Write the settings file, for its owner only. Raises OSError."""
    write_private(folder / FILE_NAME, json.dumps(asdict(settings), indent=2) + "\n")


def checked(found: Mapping[str, Any]) -> Settings:
    """Settings out of a file's values. Raises BadSettings."""
    unknown = set(found) - set(Settings.__dataclass_fields__)
    if unknown:
        raise BadSettings(f"{FILE_NAME}: unknown setting {', '.join(sorted(unknown))}.")
    usual = Settings()
    settings = Settings(
        origins=tuple(origin(one) for one in _list(found, "origins", usual.origins)),
        portal_keys=_portal_keys(found.get("portal_keys", {})),
        library=str(found.get("library", "")),
        ports=tuple(_port(one) for one in _list(found, "ports", usual.ports)),
        consent_seconds=_seconds(found, "consent_seconds", usual.consent_seconds, 600),
        token_seconds=_seconds(found, "token_seconds", usual.token_seconds, 600),
        pairing_hours=_seconds(found, "pairing_hours", usual.pairing_hours, 24),
    )
    settings.keys()
    return settings


def origin(text: object) -> str:
    """An origin as browsers write it (RFC 6454): https, or http of this computer.

    Raises BadSettings.
    """
    try:
        parts = urlsplit(str(text))
        port = parts.port
    except ValueError as error:
        raise BadSettings(f"{text} is not an origin: {error}") from error
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    suffix = "" if port in (None, usual) else f":{port}"
    if str(text) != f"{parts.scheme}://{parts.hostname}{suffix}":
        raise BadSettings(f"{text} is not an origin: scheme and host, as in https://ecoo.example.")
    if parts.scheme != "https" and (parts.scheme, parts.hostname in _LOOPBACK) != ("http", True):
        raise BadSettings(f"{text}: only https is accepted, or http of this computer.")
    return str(text)


def keys_of(key_set: object) -> dict[str, str]:
    """The Ed25519 keys of a JSON Web Key Set (RFC 7517, RFC 8037). Raises BadSettings."""
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list) or not keys:
        raise BadSettings('The portal\'s key file has no list "keys".')
    found = {}
    for key in keys:
        if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) != ("OKP", "Ed25519"):
            raise BadSettings("The portal's key file has a key that is not Ed25519.")
        if "d" in key:
            raise BadSettings("The portal's key file has a private key: do not use it.")
        found[str(key.get("kid", ""))] = str(key.get("x", ""))
    return _portal_keys(found)


def write_private(target: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise


def _list(found: Mapping[str, Any], name: str, usual: tuple[Any, ...]) -> list[Any]:
    value = found.get(name, list(usual))
    if not isinstance(value, list) or not value:
        raise BadSettings(f"{FILE_NAME}: {name} must be a list with at least one entry.")
    return value


def _portal_keys(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(x, str) for x in value.values()):
        raise BadSettings(f'{FILE_NAME}: portal_keys must be {{"key id": "base64url"}}.')
    for kid, x in value.items():
        _raw_key(kid, x)
    return dict(value)


def _raw_key(kid: str, x: str) -> bytes:
    try:
        raw = base64.b64decode(x + "=" * (-len(x) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not kid or len(raw) != _KEY_BYTES:
        raise BadSettings(f"The portal's key {kid!r} is not an Ed25519 key of 32 bytes.")
    return raw


def _port(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 65535:
        raise BadSettings(f"{value} is not a port.")
    return value


def _seconds(found: Mapping[str, Any], name: str, usual: float, most: float) -> float:
    value = found.get(name, usual)
    if type(value) not in (int, float) or not 0 < value <= most:
        raise BadSettings(f"{FILE_NAME}: {name} must be a number up to {most:.0f}.")
    return float(value)
