"""The outside things, chosen from the settings; nothing else imports an adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, sessionmaker

from portal.config import ROOT, Settings

if TYPE_CHECKING:
    from portal.adapters.limiter import Limiter
    from portal.adapters.pdf import SheetPdf
    from portal.adapters.pdf.application import ApplicationPdf
    from portal.adapters.queue_rq import RqQueue
    from portal.adapters.store import FileStore
    from portal.identity.ports import IecRegistry
    from portal.notifications.ports import Mailer, Texter
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

    @cached_property
    def store(self) -> FileStore:
        """Where documents and certificates lie."""
        from portal.adapters.store import FileStore

        return FileStore(self.settings.storage_url)

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

    def make_faces(self) -> None:
        """Make the certificate's typeface where it isn't made yet (some seconds, once)."""
        from portal.adapters.fonts import ensure_faces

        ensure_faces(self.settings.data_dir / "fonts")

    @cached_property
    def sealer(self) -> Sealer:
        """Seals it with the office's key."""
        from portal.adapters.seal_keys import FolderSealKeys
        from portal.signing.sealing import Sealer

        folder = Path(self.settings.seal_keys)
        return Sealer(FolderSealKeys(folder, self.settings.seal_password))

    @cached_property
    def trust_roots(self) -> tuple[bytes, ...]:
        """The root certificates (PEM) that seals are judged by."""
        return tuple(f.read_bytes() for f in sorted(self.settings.trust_dir.glob("*.pem")))


@dataclass(frozen=True)
class Portal:
    """What a request or a job needs of the application."""

    settings: Settings
    kit: Kit
    sessions: sessionmaker[Session]


Job = Callable[[Session, Kit, int, str], None]
