"""What is done to the lists of codes: laying the seed, taking lists in, indexing them."""

from __future__ import annotations

from portal.reference.actions.index import rebuild_index
from portal.reference.actions.seed import seed, trade_name
from portal.reference.actions.taking import Outcome, Taking, take_in
from portal.reference.actions.tariff import replace

__all__ = ["Outcome", "Taking", "rebuild_index", "replace", "seed", "take_in", "trade_name"]
