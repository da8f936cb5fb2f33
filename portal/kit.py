"""The outside things, chosen from the settings; nothing else imports an adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, sessionmaker

from portal.config import ROOT, Esign, Settings

if TYPE_CHECKING:
    from portal.adapters.clamd import ClamdScanner
    from portal.adapters.crls import FolderCrls
    from portal.adapters.esign import HttpEsign
    from portal.adapters.limiter import Limiter
    from portal.adapters.pdf import SheetPdf
    from portal.adapters.pdf.application import ApplicationPdf
    from portal.adapters.pdf.plain_page import PlainPage
    from portal.adapters.queue_rq import RqQueue
    from portal.adapters.store import FileStore
    from portal.adapters.timestamps import HttpTimeStamps
    from portal.identity.ports import IecRegistry
    from portal.notifications.ports import Mailer, Texter
    from portal.signing.companion_request import CompanionKey
    from portal.signing.esign_xml import AspKey
    from portal.signing.ports import SealKeys
    from portal.signing.sealing import Sealer


@dataclass(frozen=True)
class Kit:
    """Each outside thing is made when it is first used, so that the web never loads PDF code."""

    settings: Settings

    @cached_property
    def queue(self) -> RqQueue:
        """Where jobs wait."""
        from portal.adapters.queue_rq import RqQueue

        return RqQueue(self.settings.redis_url)

    @cached_property
    def limiter(self) -> Limiter:
        """Counts public look-ups; lets everybody through when Valkey is away."""
        from portal.adapters.limiter import Limiter

        return Limiter(self.settings.redis_url)

    @cached_property
    def registry(self) -> IecRegistry:
        """Knows whose IEC it is."""
        from portal.adapters.iec_registry import HttpIecRegistry

        return HttpIecRegistry(self.settings.iec_registry_url)

    @cached_property
    def mailer(self) -> Mailer:
        """Sends letters."""
        from portal.adapters.mail import SmtpMailer

        return SmtpMailer(self.settings.mail_url, self.settings.mail_from)

    @cached_property
    def texter(self) -> Texter:
        """Sends text messages."""
        from portal.adapters.sms import HttpTexter

        return HttpTexter(self.settings.sms_url)

    @property
    def provider(self) -> Esign:
        """What is set about the provider of e-signs."""
        return self.settings.esign

    @cached_property
    def asp_key(self) -> AspKey:
        """Our key for messages to the provider of e-signs."""
        from portal.signing.esign_xml import AspKey

        return AspKey(self.settings.esign.asp_id, self.settings.esign.key.read_bytes())

    @cached_property
    def companion_key(self) -> CompanionKey:
        """Our key for requests to the companion beside a token."""
        from portal.signing.companion_request import CompanionKey

        return CompanionKey(self.settings.companion_key.read_bytes())

    @cached_property
    def esign(self) -> HttpEsign:
        """Asks the provider what became of a request."""
        from portal.adapters.esign import HttpEsign

        return HttpEsign(self.settings.esign.status_url)

    @cached_property
    def store(self) -> FileStore:
        """Where documents and certificates lie."""
        from portal.adapters.store import FileStore

        return FileStore(self.settings.storage_url)

    @cached_property
    def scanner(self) -> ClamdScanner | None:
        """Looks for malware in uploads; none where no address is set."""
        from portal.adapters.clamd import ClamdScanner

        return ClamdScanner(self.settings.clamd_url) if self.settings.clamd_url else None

    @cached_property
    def sheets(self) -> SheetPdf:
        """Makes the certificate's PDF."""
        from portal.adapters.pdf import SheetPdf

        return SheetPdf(self.settings.data_dir / "fonts", ROOT / "templates")

    @cached_property
    def papers(self) -> ApplicationPdf:
        """Makes the PDF of an application that its exporter signs."""
        from portal.adapters.pdf.application import ApplicationPdf

        return ApplicationPdf(self.settings.data_dir / "fonts")

    @cached_property
    def pages(self) -> PlainPage:
        """Makes plain pages: to try signing out on, or what an officer decided."""
        from portal.adapters.pdf.plain_page import PlainPage

        return PlainPage(self.settings.data_dir / "fonts")

    def make_faces(self) -> None:
        """Make the certificate's typeface where it isn't made yet (some seconds, once)."""
        from portal.adapters.fonts import ensure_faces

        ensure_faces(self.settings.data_dir / "fonts")

    @cached_property
    def sealer(self) -> Sealer:
        """Seals it with the office's key."""
        from portal.signing.sealing import Sealer

        return Sealer(self.seal_keys, self.timestamper, self.trust_roots)

    @cached_property
    def seal_keys(self) -> SealKeys:
        """Where the offices' keys are kept."""
        folder, password = self.settings.seal_folder, self.settings.seal_password
        if folder is None:
            from portal.adapters.seal_keys_pkcs11 import TokenSealKeys

            return TokenSealKeys(self.settings.seal_keys, password)
        from portal.adapters.seal_keys import FolderSealKeys

        return FolderSealKeys(folder, password)

    @cached_property
    def timestamper(self) -> HttpTimeStamps:
        """Says when something was there."""
        from portal.adapters.timestamps import HttpTimeStamps

        return HttpTimeStamps(self.settings.tsa_url)

    @cached_property
    def crls(self) -> FolderCrls:
        """The lists of revoked certificates."""
        from portal.adapters.crls import FolderCrls

        folder, urls = self.settings.data_dir / "crls", self.settings.crl_urls
        return FolderCrls(folder, urls, self.trust_roots, self.issuers)

    @cached_property
    def issuers(self) -> tuple[bytes, ...]:
        """Certificates (PEM) of the authorities between the roots and those who sign."""
        return _certificates(self.settings.trust_dir / "issuers")

    @cached_property
    def trust_roots(self) -> tuple[bytes, ...]:
        """The root certificates (PEM) that seals are judged by."""
        return _certificates(self.settings.trust_dir)


def _certificates(folder: Path) -> tuple[bytes, ...]:
    return tuple(file.read_bytes() for file in sorted(folder.glob("*.pem")))


@dataclass(frozen=True)
class Portal:
    """What a request or a job needs of the application."""

    settings: Settings
    kit: Kit
    sessions: sessionmaker[Session]


Job = Callable[[Session, Kit, int, str], None]
