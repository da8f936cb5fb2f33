"""Files and balances laid straight into a running portal, so that a journey can begin late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from portal import create_app
from portal.core.money import Paise, from_rupees
from portal.core.refs import random_ref
from portal.wallet import actions, ledger
from portal.wallet.models import AccountKind
from tests.build import Stage
from tests.processes.running import Running

# A portal serves many journeys in any order; none of them may find the wallet emptied by another.
CREDITS = 10

_stages: dict[int, Stage] = {}


def stage(portal: Running) -> Stage:
    """The builders of tests.build on the portal's own database and files."""
    if portal.port not in _stages:
        _stages[portal.port] = Stage(create_app(portal.settings))
        for _ in range(CREDITS):
            owner = _stages[portal.port].actor("owner")
            add = actions.add_specimen_credit
            _stages[portal.port].do(add, owner, random_ref(16), sandbox=True)
    return _stages[portal.port]


@contextmanager
def left_only(portal: Running, who: str, rupees: int) -> Iterator[None]:
    """Hold so much of a firm's credit that only `rupees` are available; give it back afterwards."""
    laid, ref = stage(portal), f"drained-{random_ref(8)}"
    firm = cast(int, laid.actor(who).firm_id)

    def drain(db):  # type: ignore[no-untyped-def]
        available = ledger.account(db, AccountKind.AVAILABLE, firm)
        rest = Paise(available.balance_paise - from_rupees(rupees))
        ledger.hold(db, ref, firm, rest, None)

    laid.do(drain)
    try:
        yield
    finally:
        laid.do(ledger.release, ref, None)
