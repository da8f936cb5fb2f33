"""When a signature without long-term proof is an alarm."""

from __future__ import annotations

from datetime import timedelta

# So long before the signer's certificate ends: afterwards the proof can't be made any more.
WARNING = timedelta(minutes=10)
# And so long after signing, however long the certificate lives.
OVERDUE = timedelta(hours=20)
# For so long the alarm is shown.
SHOWN = timedelta(days=2)
