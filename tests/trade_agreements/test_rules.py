"""The words for how sure a fact is promise no more than the row does."""

from __future__ import annotations

import pytest

from portal.trade_agreements.rules import CERTAINTY_WORDS, Certainty, State, status_words


@pytest.mark.parametrize("certainty", list(Certainty))
def test_every_certainty_has_words(certainty: Certainty) -> None:
    assert CERTAINTY_WORDS[certainty]


@pytest.mark.parametrize("certainty", list(Certainty))
@pytest.mark.parametrize("state", list(State))
def test_only_a_found_agreement_in_force_is_called_so(state: State, certainty: Certainty) -> None:
    words, _tone = status_words(state, certainty)
    may_be = state is State.IN_FORCE and certainty is not Certainty.UNCONFIRMED
    assert (words == "in force") is may_be
