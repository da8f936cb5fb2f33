"""Telling people: each act belongs to one fact and may run twice."""

from __future__ import annotations

from portal.notifications.actions.agencies import (
    tell_deactivated,
    tell_handed_over,
    tell_registration_decided,
)
from portal.notifications.actions.codes import send_code, send_known_email
from portal.notifications.actions.credentials import (
    tell_credential,
    tell_credential_office,
)
from portal.notifications.actions.directorate import (
    tell_claim_waits,
    tell_registration_waits,
)
from portal.notifications.actions.files import (
    tell_answered,
    tell_asked,
    tell_decided,
    tell_given_back,
    tell_given_up,
)
from portal.notifications.actions.inbox import mail_message, mark_read, set_preference
from portal.notifications.actions.people import (
    send_invitation,
    tell_accepted,
    tell_claim_by_letter,
    tell_claim_decided,
    tell_dispute,
    tell_linked,
    tell_removed,
    tell_security,
    tell_settled,
)

__all__ = [
    "mail_message",
    "mark_read",
    "send_code",
    "send_invitation",
    "send_known_email",
    "set_preference",
    "tell_accepted",
    "tell_answered",
    "tell_asked",
    "tell_claim_by_letter",
    "tell_claim_decided",
    "tell_claim_waits",
    "tell_credential",
    "tell_credential_office",
    "tell_deactivated",
    "tell_decided",
    "tell_dispute",
    "tell_given_back",
    "tell_given_up",
    "tell_handed_over",
    "tell_linked",
    "tell_registration_decided",
    "tell_registration_waits",
    "tell_removed",
    "tell_security",
    "tell_settled",
]
