"""Lists of revoked certificates (RFC 5280, 5) from the addresses of the settings, kept in a folder.

No certificate and no upload ever decides what is fetched.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from portal.adapters.fetching import LimitedFetcher
from portal.core.errors import TryLater
from portal.signing.ports import CrlFacts

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, CertificateRevocationList

MOST_BYTES = 5 * 1024 * 1024
# A list is fetched again after this, so that a revocation is known soon after its publication.
FRESH = timedelta(minutes=10)


@dataclass
class _Kept:
    """What a process knows of one address: when it asked last, and what was wrong."""

    asked_at: datetime | None = None
    problem: str = ""
    read: tuple[int, CertificateRevocationList] | None = field(default=None, repr=False)


class FolderCrls:
    """Fetches the lists, keeps the last good one of each address, believes only our own CAs'.

    `roots` are the trusted certificates, `issuers` those of authorities below them (PEM): only
    they may sign lists.
    """

    def __init__(
        self,
        folder: Path,
        urls: Sequence[str],
        roots: Sequence[bytes],
        issuers: Sequence[bytes],
    ) -> None:
        self._folder, self._urls = folder, tuple(urls)
        self._roots, self._issuers = roots, issuers
        self._fetch = LimitedFetcher(MOST_BYTES)
        self._kept = {url: _Kept() for url in self._urls}

    def current(self, at: datetime) -> tuple[bytes, ...]:
        """Those that speak of `at` (DER), fetched anew after ten minutes.

        One authority's silence keeps up nobody else's certificates; raises TryLater where all are
        silent.
        """
        self.refresh(at)
        found = self.kept(at)
        if not found:
            why = {kept.problem for kept in self._kept.values()}
            raise TryLater(f"no list of revoked certificates: {'; '.join(sorted(why))}")
        return found

    def kept(self, at: datetime) -> tuple[bytes, ...]:
        """Those on disk that speak of `at` (DER), perhaps none; nothing is fetched."""
        fresh = [one.url for one in self.facts() if not one.is_stale(at)]
        return tuple(self._path(url).read_bytes() for url in fresh)

    def refresh(self, at: datetime) -> None:
        """Fetch what wasn't asked for in the last ten minutes; a failure is noted, not raised."""
        for url, kept in self._kept.items():
            if kept.asked_at is None or not timedelta() <= at - kept.asked_at < FRESH:
                kept.problem = self._take(url, at)
                kept.asked_at = at if not kept.problem else None

    def facts(self) -> tuple[CrlFacts, ...]:
        """What is kept of each address; nothing is fetched."""
        return tuple(self._facts_of(url) for url in self._urls)

    def _take(self, url: str, at: datetime) -> str:
        """Fetch one list and keep it; returns what was wrong with it, or nothing."""
        from cryptography.hazmat.primitives.serialization import Encoding

        try:
            found = _parsed(self._fetch(urllib.request.Request(url)))
            fault = self._fault(url, found, at)
        except (OSError, ValueError) as problem:
            return f"{type(problem).__name__}: {problem}"[:200]
        if fault:
            return fault
        _write(self._path(url), found.public_bytes(Encoding.DER))
        return ""

    def _fault(self, url: str, found: CertificateRevocationList, at: datetime) -> str:
        """Why a list doesn't count; nothing if it does."""
        old = self._read(url)
        if found.next_update_utc is None or found.next_update_utc <= at:
            return "out of date"
        if old is not None and found.last_update_utc < old.last_update_utc:
            return "older than the one before"
        if not any(_is_signed_by(found, ca) for ca in self._authorities(found)):
            return "not signed by an authority below our roots"
        return ""

    def _authorities(self, found: CertificateRevocationList) -> list[Certificate]:
        """Our authorities of the name that a list bears."""
        from cryptography import x509

        ours = [x509.load_pem_x509_certificate(one) for one in self._roots]
        rest = [x509.load_pem_x509_certificate(one) for one in self._issuers]
        while below := [one for one in rest if any(_is_issued_by(one, above) for above in ours)]:
            ours += below
            rest = [one for one in rest if one not in below]
        return [one for one in ours if one.subject == found.issuer]

    def _facts_of(self, url: str) -> CrlFacts:
        found, problem = self._read(url), self._kept[url].problem
        if found is None:
            return CrlFacts(url, problem=problem or "never fetched")
        issuer = found.issuer.rfc4514_string()
        return CrlFacts(url, issuer, found.last_update_utc, found.next_update_utc, problem)

    def _read(self, url: str) -> CertificateRevocationList | None:
        """The kept list, parsed once for as long as the file stays the same."""
        path, kept = self._path(url), self._kept[url]
        try:
            written = path.stat().st_mtime_ns
            if kept.read is None or kept.read[0] != written:
                kept.read = (written, _parsed(path.read_bytes()))
        except (OSError, ValueError):
            return None
        return kept.read[1]

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.crl"


def _parsed(content: bytes) -> CertificateRevocationList:
    """A list in DER or PEM. Raises ValueError for anything else."""
    from cryptography import x509

    if content.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(content)
    return x509.load_der_x509_crl(content)


def _is_signed_by(found: CertificateRevocationList, ca: Certificate) -> bool:
    try:
        return found.is_signature_valid(ca.public_key())  # type: ignore[arg-type]
    except TypeError:  # a key of another kind
        return False


def _is_issued_by(one: Certificate, above: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        one.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whoever reads or dies meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
