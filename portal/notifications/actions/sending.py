"""Handing letters to the carrier, outside any transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from portal.core import outbox
from portal.core.errors import Refused
from portal.core.tx import write
from portal.notifications.wording import letter

if TYPE_CHECKING:
    from portal.kit import Kit

log = structlog.get_logger("notifications")


def mail(kit: Kit, to: str, name: str, /, **facts: object) -> None:
    """Send one letter. Raises TryLater; an address that is refused for good is only logged."""
    found = letter(name, **common(kit), **facts)
    try:
        kit.mailer.send(to, subject(kit, found.subject), found.text)
    except Refused as error:
        log.warning("letter_refused", letter=name, error=str(error))


def text_message(kit: Kit, to: str, words: str) -> None:
    """Send one text message. Raises TryLater; a number refused for good is only logged."""
    try:
        kit.texter.send(to, subject(kit, words))
    except Refused as error:
        log.warning("text_message_refused", error=str(error))


def done(db: Session, task_id: int) -> None:
    """The job's row is finished, in a transaction of its own."""
    write(db, outbox.finish, task_id)


def common(kit: Kit) -> dict[str, object]:
    """What every letter may use."""
    return {"portal": kit.settings.public_url, "specimen": kit.settings.is_sandbox}


def subject(kit: Kit, words: str) -> str:
    """A sandbox says so wherever its words may end."""
    return f"SPECIMEN: {words}" if kit.settings.is_sandbox else words
