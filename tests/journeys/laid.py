"""Files and balances laid straight into a running portal, so that a journey can begin late."""

from __future__ import annotations

from typing import cast

from portal import create_app
from portal.core.money import Paise, from_rupees
from portal.core.refs import random_ref
from portal.wallet import ledger
from portal.wallet.models import AccountKind
from tests.build import Stage
from tests.processes.running import Running

_stages: dict[int, Stage] = {}


def stage(portal: Running) -> Stage:
    """The builders of tests.build on the portal's own database and files."""
    if portal.port not in _stages:
        _stages[portal.port] = Stage(create_app(portal.settings))
    return _stages[portal.port]


def leave_only(portal: Running, who: str, rupees: int) -> None:
    """Hold so much of a firm's credit that only `rupees` are available."""
    laid = stage(portal)
    firm = cast(int, laid.actor(who).firm_id)

    def drain(db):  # type: ignore[no-untyped-def]
        available = ledger.account(db, AccountKind.AVAILABLE, firm)
        rest = Paise(available.balance_paise - from_rupees(rupees))
        ledger.hold(db, f"drained-{random_ref(8)}", firm, rest, None)

    laid.do(drain)
