"""When a certificate's file needs a proof that lasts, and when that is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

# After so long a certificate that only its office's key is missing for is an alarm.
UNSEALED = timedelta(minutes=15)
# An issued file without long-term data is an alarm after this; the promise is 24 hours.
OVERDUE = timedelta(hours=20)
# A proof is renewed this long before the certificate of its time stamper ends.
RENEWAL = timedelta(days=90)


def needs_proof(proven_until: datetime | None, at: datetime) -> bool:
    """Whether a file has no long-term data yet, or ones that end within 90 days."""
    return proven_until is None or proven_until < at + RENEWAL
