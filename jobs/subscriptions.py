"""Which job hears of which fact, on one screen."""

from __future__ import annotations

from collections.abc import Mapping

# A fact that nobody hears yet is written all the same: later rooms subscribe here.
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "certificates.allotted": ("jobs.certificates.issue_certificate",),
    "certificates.issued": (),
    "filing.submitted": (),
    "filing.answered": (),
    "filing.asked": (),
    "filing.rejected": (),
    "filing.withdrawn": (),
}
