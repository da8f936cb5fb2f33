"""What is done to the lists of codes: laying the seed, taking lists in, indexing them."""

from __future__ import annotations

from portal.reference.actions.index import rebuild_index
from portal.reference.actions.seed import seed, trade_name
from portal.reference.actions.taking import Outcome, Taking, take_in

__all__ = ["Outcome", "Taking", "rebuild_index", "seed", "take_in", "trade_name"]
