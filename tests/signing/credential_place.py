"""SPECIMEN tokens and the authorities that made them, without a portal around."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.core import clock
from portal.sandbox.authority import (
    CA,
    Flaw,
    TokenFacts,
    authority_certificate,
    crl,
    ensure_authority,
    ensure_chain,
    issue_token_certificate,
)
from portal.sandbox.authority.keys import Pair, new_key
from portal.signing.binding import Trust, judge
from portal.signing.rules.credentials import Judgement

BHANU = TokenFacts("Invented Signatory Bhanu", pan="ZZZPB0001Q")
RICE = replace(BHANU, organisation="Specimen Rice Mills Pvt. Ltd.")
LISTS = (CA.ROOT, CA.TOKEN)


@dataclass(frozen=True)
class Place:
    """A folder with SPECIMEN authorities."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Place:
        """Make the authorities."""
        ensure_authority(folder, clock.now())
        ensure_chain(folder, clock.now())
        return cls(folder)

    def token(
        self,
        facts: TokenFacts = BHANU,
        flaw: Flaw = Flaw.NONE,
        key: rsa.RSAPrivateKey | None = None,
    ) -> Pair:
        """A key and its certificate."""
        key = key or new_key()
        now = clock.now()
        der = issue_token_certificate(self.folder, key.public_key(), facts, now, flaw=flaw)
        return Pair(key, x509.load_der_x509_certificate(der))

    @property
    def chain(self) -> tuple[bytes, ...]:
        """What stands between a token and the root."""
        pem = authority_certificate(self.folder, CA.TOKEN, clock.now())
        return (Pair(new_key(), x509.load_pem_x509_certificate(pem)).der,)

    def trust(self, lists: tuple[CA, ...] = LISTS, at: datetime | None = None) -> Trust:
        """The root, with the lists of some authorities."""
        root = (self.folder / "specimen-root.pem").read_bytes()
        crls = [crl(self.folder, ca, at or clock.now()) for ca in lists]
        return Trust([root], [], crls)

    def judged(self, certificate: bytes, name: str = BHANU.common_name) -> Judgement:
        """What the portal says of a certificate."""
        return judge(certificate, self.chain, self.trust(), name=name, at=clock.now())
