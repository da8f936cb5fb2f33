"""Letters by SMTP (RFC 5321): `smtp://host:port`, `smtps://user:password@host:port`."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from portal.core.errors import Refused, TryLater

SECONDS = 10


class SmtpMailer:
    """Hands letters to one server, a connection a letter."""

    def __init__(self, url: str, sender: str) -> None:
        self._url, self._sender = urlsplit(url), sender

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one letter. Raises TryLater, or Refused where the server never will take it."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, to, subject
        # Mail servers answer each other no absences to such a letter (RFC 3834).
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text)
        try:
            with self._server() as server:
                server.send_message(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            raise Refused(f"mail to one reader refused: {type(error).__name__}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(f"mail server: {type(error).__name__}") from error

    def _server(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port or 0
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        server = kind(host, port, timeout=SECONDS)
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server
