"""All settings of one process."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.config.errors import SettingsError
from portal.config.esign import Esign, esign_of
from portal.config.production import refuse_unready

ROOT = Path(__file__).resolve().parents[2]
SANDBOX, PRODUCTION = "sandbox", "production"


@dataclass(frozen=True)
class Settings:
    """What differs between a laptop and the country's portal."""

    environment: str
    public_url: str
    port: int
    data_dir: Path
    # What is secret, or may have a password in it, is in no message that names the settings.
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    storage_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    qr_keys: str = field(repr=False)
    seal_keys: str
    seal_password: str = field(repr=False)
    trust_dir: Path
    tsa_url: str
    crl_urls: tuple[str, ...]
    mail_url: str = field(repr=False)
    mail_from: str
    sms_url: str = field(repr=False)
    clamd_url: str
    iec_registry_url: str = field(repr=False)
    esign: Esign
    companion_key: Path
    outside_port: int
    has_samples: bool
    trusted_proxies: int
    web_workers: int
    job_workers: int

    @property
    def is_sandbox(self) -> bool:
        """Whether everything must say SPECIMEN."""
        return self.environment == SANDBOX

    @property
    def is_https(self) -> bool:
        """Whether people reach the portal by https, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    @property
    def socket_path(self) -> Path:
        """Where the embedded Valkey listens when `REDIS_URL` is not set."""
        return _socket_in(self.data_dir)

    @property
    def seal_folder(self) -> Path | None:
        """Where seal keys lie as PKCS#12 files; None where a PKCS#11 token keeps them."""
        return None if self.seal_keys.startswith("pkcs11:") else Path(self.seal_keys)

    @property
    def embeds_valkey(self) -> bool:
        """Whether `flask serve` starts the embedded Valkey."""
        return self.redis_url.startswith("unix://") and str(self.socket_path) in self.redis_url

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raises SettingsError naming what production lacks."""
        env = os.environ if env is None else env
        environment = _environment(env)
        data = Path(env.get("DATA_DIR", str(ROOT / "var"))).resolve()
        port = _whole(env, "PORT", 8000)
        if environment == PRODUCTION:
            refuse_unready(env, data)
        made = _Made(data / "secrets")
        # A sandbox's stand-ins listen beside the portal: HTTP here, SMTP on the next port.
        outside = _whole(env, "OUTSIDE_PORT", port + 1)
        return cls(
            environment=environment,
            public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            data_dir=data,
            database_url=_with_driver(
                env.get("DATABASE_URL", f"sqlite:///{data / 'ecoo.sqlite3'}")
            ),
            redis_url=env.get("REDIS_URL", f"unix://{_socket_in(data)}"),
            storage_url=env.get("STORAGE_URL", f"file://{data / 'files'}"),
            secret_key=env.get("SECRET_KEY") or made.secret("secret_key"),
            qr_keys=env.get("QR_KEYS") or f"1:{made.secret('qr_key')}",
            seal_keys=env.get("SEAL_KEYS", str(data / "seal-keys")),
            seal_password=env.get("SEAL_PASSWORD") or made.secret("seal_password"),
            trust_dir=Path(env.get("TRUST_DIR", str(data / "trust"))),
            tsa_url=env.get("TSA_URL", f"http://127.0.0.1:{outside}/tsa"),
            crl_urls=tuple((env.get("CRL_URLS") or _sandbox_lists(outside)).split()),
            mail_url=env.get("MAIL_URL", f"smtp://127.0.0.1:{outside + 1}"),
            mail_from=env.get("MAIL_FROM", "eCoO SPECIMEN <no-reply@ecoo.example>"),
            sms_url=env.get("SMS_URL", f"http://127.0.0.1:{outside}/sms"),
            clamd_url=_scanner(env, environment, outside),
            iec_registry_url=env.get("IEC_REGISTRY_URL", f"http://127.0.0.1:{outside}").rstrip("/"),
            esign=esign_of(env, data, f"http://127.0.0.1:{outside}/esign/2.1"),
            companion_key=Path(env.get("COMPANION_KEY", str(data / "companion" / "portal.pem"))),
            outside_port=outside,
            has_samples=environment == SANDBOX and env.get("SAMPLES", "yes") != "no",
            trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0),
            web_workers=_whole(env, "WEB_WORKERS", 1),
            job_workers=_whole(env, "JOB_WORKERS", 1),
        )


def _environment(env: Mapping[str, str]) -> str:
    given = env.get("ENVIRONMENT", SANDBOX)
    if given not in (SANDBOX, PRODUCTION):
        raise SettingsError(f"ENVIRONMENT must be sandbox or production, not {given!r}")
    return given


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from the environment; raises SettingsError naming it otherwise."""
    given = env.get(name, "")
    if given and not given.isdecimal():
        raise SettingsError(f"{name} must be a whole number, not {given!r}")
    return int(given or default)


def _scanner(env: Mapping[str, str], environment: str, outside: int) -> str:
    """Where clamd listens; empty where nobody scans. A sandbox has a stand-in."""
    default = f"tcp://127.0.0.1:{outside + 2}" if environment == SANDBOX else ""
    url = env.get("CLAMD_URL", default)
    if url and not url.startswith(("tcp://", "unix:///")):
        raise SettingsError("CLAMD_URL must be tcp://host:port or unix:///path, or empty")
    return url


def _sandbox_lists(outside: int) -> str:
    names = ("root", "issuer", "esign", "token")
    return " ".join(f"http://127.0.0.1:{outside}/crl/{name}.crl" for name in names)


def _with_driver(url: str) -> str:
    """`postgres://` and `postgresql://` mean the one driver that is installed."""
    scheme, mark, rest = url.partition("://")
    return f"postgresql+psycopg{mark}{rest}" if scheme in ("postgres", "postgresql") else url


def _socket_in(data: Path) -> Path:
    """A socket's path may have 107 bytes: a deep DATA_DIR gets one below the temporary folder."""
    plain = data / "valkey" / "s"
    if len(os.fsencode(plain)) <= 100:
        return plain
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"ecoo-{os.getuid()}-{name}" / "s"


@dataclass(frozen=True)
class _Made:
    """Secrets of a sandbox, made at first run, readable by the owner alone."""

    folder: Path

    def secret(self, name: str) -> str:
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_new(path, secrets.token_hex(32))
        return path.read_text()


def _write_new(path: Path, text: str) -> None:
    """Create a file with its content in one step, so that two first runs agree on it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
