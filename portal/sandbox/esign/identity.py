"""The provider's own key, and where others find its certificate."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from portal.sandbox.authority.chain import CA, authority
from portal.sandbox.authority.drafts import (
    HOUR,
    YEAR,
    as_signer,
    draft,
    name,
    signed,
    with_crl,
)
from portal.sandbox.authority.keys import Pair, kept, new_key, publish

_YEARS = 10


def provider_certificate(data_dir: Path, now: datetime, crl_base: str = "") -> Path:
    """`provider.pem`: what verifies every answer of the provider; made with its key if absent.

    Processes that race agree on the first key that is done.
    """
    provider(data_dir, now, crl_base)
    return _folder(data_dir) / "provider.pem"


def provider(data_dir: Path, now: datetime, crl_base: str = "") -> Pair:
    """The key that signs answers, and its certificate, which is published beside it."""
    folder = _folder(data_dir)
    path = folder / "provider-key.pem"
    found = kept(path, lambda: _new(data_dir / "authority", now, crl_base))
    if not (folder / "provider.pem").exists():
        publish(folder / "provider.pem", found.pem)
    return found


def _new(folder: Path, now: datetime, crl_base: str) -> Pair:
    issuer, key = authority(folder, CA.ISSUER, now, crl_base), new_key()
    who = name("SPECIMEN e-Sign Provider, NOT VALID", "SPECIMEN Provider")
    above, until = issuer.certificate.subject, now + _YEARS * YEAR
    drafted = as_signer(draft(who, key.public_key(), above, now - HOUR, until))
    return Pair(key, signed(with_crl(drafted, crl_base, CA.ISSUER), issuer.key))


def _folder(data_dir: Path) -> Path:
    return data_dir / "sandbox" / "esign"
