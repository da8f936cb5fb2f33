"""Settings of the provider of Aadhaar e-signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from portal.config.errors import SettingsError


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


def esign_of(env: Mapping[str, str], data: Path, sandbox: str) -> Esign:
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
