"""Settings: read once from the environment; every default works on a bare machine."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SANDBOX, PRODUCTION = "sandbox", "production"
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


class SettingsError(Exception):
    """The settings can't be used as they are; the message says which and why."""


@dataclass(frozen=True)
class Esign:
    """The provider of Aadhaar e-signs: its addresses, our id there, and the keys of both sides."""

    url: str
    status_url: str
    asp_id: str
    key: Path
    provider_certificate: Path
    response_type: str
    policy: str
    is_sha1_allowed: bool

    @property
    def origin(self) -> str:
        """Scheme and host of the provider's page, which our form may be sent to."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Settings:
    """What differs between a laptop and the country's portal."""

    environment: str
    public_url: str
    port: int
    data_dir: Path
    database_url: str
    redis_url: str
    storage_url: str
    secret_key: str
    qr_keys: str
    seal_keys: str
    seal_password: str
    trust_dir: Path
    tsa_url: str
    crl_urls: tuple[str, ...]
    mail_url: str
    mail_from: str
    sms_url: str
    iec_registry_url: str
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
            _refuse_unready(env, data)
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
            iec_registry_url=env.get("IEC_REGISTRY_URL", f"http://127.0.0.1:{outside}").rstrip("/"),
            esign=_esign(env, data, f"http://127.0.0.1:{outside}/esign/2.1"),
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


def _esign(env: Mapping[str, str], data: Path, sandbox: str) -> Esign:
    """Raises SettingsError for a version, transport or answer that isn't built."""
    built = {
        "ESIGN_VERSION": ("2.1",),
        "ESIGN_TRANSPORT": ("form",),
        "ESIGN_RESPONSE_TYPE": ("pkcs7", "pkcs7complete"),
        "ESIGN_ALLOW_SHA1": ("no", "yes"),
    }
    for name, known in built.items():
        if env.get(name, known[0]).lower() not in known:
            raise SettingsError(f"{name} {env[name]!r} is not built; known: {', '.join(known)}")
    return Esign(
        url=env.get("ESIGN_URL", f"{sandbox}/signdoc"),
        status_url=env.get("ESIGN_STATUS_URL", f"{sandbox}/status"),
        asp_id=env.get("ESIGN_ASP_ID", "SPECIMEN-ASP"),
        key=Path(env.get("ESIGN_KEY", str(data / "esign" / "asp.pem"))),
        provider_certificate=Path(
            env.get("ESIGN_PROVIDER_CERT", str(data / "sandbox" / "esign" / "provider.pem"))
        ),
        # A provider reads its own spelling, such as PKCS7complete.
        response_type=env.get("ESIGN_RESPONSE_TYPE", "pkcs7"),
        # "Aadhaar online eKYC by one-time code", as captured certificates of providers have it.
        policy=env.get("ESIGN_POLICY", "2.16.356.100.2.4.1"),
        is_sha1_allowed=env.get("ESIGN_ALLOW_SHA1", "no").lower() == "yes",
    )


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from the environment; raises SettingsError naming it otherwise."""
    given = env.get(name, "")
    if given and not given.isdecimal():
        raise SettingsError(f"{name} must be a whole number, not {given!r}")
    return int(given or default)


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


def _refuse_unready(env: Mapping[str, str], data: Path) -> None:
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
