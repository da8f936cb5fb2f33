"""An authority with its lists and time stamper on HTTP, an office, and a sealed sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from portal.adapters.crls import FolderCrls
from portal.adapters.pdf import SheetPdf
from portal.adapters.seal_keys import FolderSealKeys
from portal.adapters.timestamps import HttpTimeStamps
from portal.sandbox.authority import (
    CA,
    authority_certificate,
    chain,
    crl,
    drafts,
    ensure_authority,
    issue_office_key,
)
from portal.sandbox.authority.keys import new_key
from portal.sandbox.outside import World, standing_in
from portal.signing.lasting import make_lasting
from portal.signing.proving import LastingFacts, lasting_facts
from portal.signing.sealing import Sealer
from tests.certificates.sheets import TEMPLATES, a_sheet
from tests.processes.running import free_port

KEY = "mumbai-1"


@dataclass
class Place:
    """The stand-ins of one test, whose clock is moved by a file as the portal's is."""

    world: World
    port: int
    root: Path
    plain: bytes
    lists: FolderCrls = field(init=False)

    def __post_init__(self) -> None:
        names = ("root", "issuer", "esign", "token")
        urls = [f"http://127.0.0.1:{self.port}/crl/{name}.crl" for name in names]
        above = [authority_certificate(self.ca, ca, self.now()) for ca in (CA.ISSUER, CA.ESIGN)]
        above.append(authority_certificate(self.ca, CA.TOKEN, self.now()))
        self.lists = FolderCrls(self.world.data_dir / "crls", urls, self.roots, above)

    @property
    def ca(self) -> Path:
        """The folder of the authorities."""
        return self.world.trust.folder

    @property
    def roots(self) -> list[bytes]:
        """What is trusted."""
        return [self.root.read_bytes()]

    def now(self) -> datetime:
        """The time of everybody here."""
        return self.world.instant()

    def stamps(self) -> HttpTimeStamps:
        """A client that knows nothing of the time stamper yet."""
        return HttpTimeStamps(f"http://127.0.0.1:{self.port}/tsa")

    def move(self, **distance: float) -> None:
        """Move the clock on."""
        before = self.now()
        offset = (self.now() + timedelta(**distance) - before).total_seconds()
        file = self.world.clock_file
        file.write_text(str(offset + float(file.read_text() if file.exists() else 0)))

    def sealed(self, key: str = KEY, *, stamped: bool = True) -> bytes:
        """The sheet with a seal, with a time stamp in it where there is one to be had."""
        keys = FolderSealKeys(self.world.data_dir / "keys", "pw")
        sealer = Sealer(keys, self.stamps() if stamped else None, self.roots)
        return sealer.seal(self.plain, key, reason="Issued", location="Mumbai", at=self.now())

    def lasting(self, pdf: bytes) -> bytes:
        """The same with long-term data."""
        lists, stamps = self.lists.current(self.now()), self.stamps()
        facts = {"trust_roots": self.roots, "crls": lists, "timestamper": stamps}
        return make_lasting(pdf, at=self.now(), **facts)  # type: ignore[arg-type]

    def fact(self, pdf: bytes) -> LastingFacts:
        """What is proven now, with the root's present list for the time stamper."""
        now = self.now()
        lists = [crl(self.ca, CA.ROOT, now)]
        (found,) = lasting_facts(pdf, trust_roots=self.roots, crls=lists, at=now)
        return found

    def short_lived(self, minutes: int = 30) -> str:
        """A key whose certificate by the e-sign authority ends soon; returns its id."""
        by, key, now = chain.authority(self.ca, CA.ESIGN, self.now()), new_key(), self.now()
        who, above = drafts.name("SPECIMEN Person", "Personal"), by.certificate.subject
        until = now + timedelta(minutes=minutes)
        drafted = drafts.draft(who, key.public_key(), above, now - timedelta(minutes=1), until)
        certificate = drafts.signed(drafts.as_signer(drafted), by.key)
        lock = BestAvailableEncryption(b"pw")
        packed = pkcs12.serialize_key_and_certificates(
            b"short", key, certificate, [by.certificate], lock
        )
        (self.world.data_dir / "keys" / "short.p12").write_bytes(packed)
        return "short"


@contextmanager
def a_place(folder: Path, fonts: Path) -> Iterator[Place]:
    """Make everything in `folder` and serve it until the block ends."""
    port = free_port(1)
    with standing_in(World(folder), port, port + 1) as world:
        now = world.instant()
        root = ensure_authority(world.trust.folder, now, world.trust.base)
        keys = folder / "keys"
        base = world.trust.base
        issue_office_key(world.trust.folder, keys, KEY, "Mumbai", "Chamber", now, "pw", base)
        yield Place(world, port, root, SheetPdf(fonts, TEMPLATES).render(a_sheet(10)))
