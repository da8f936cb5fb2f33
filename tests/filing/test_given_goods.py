"""An agency to which a notice gives goods takes files with no others."""

from __future__ import annotations

import pytest

from portal.agencies import actions as agencies
from portal.core import clock
from portal.filing import actions as filing
from portal.filing.rules.completeness import Incomplete
from portal.notices.models import Certainty
from tests.build import LINE, Stage


def test_goods_that_no_notice_gives_to_the_agency_are_named_line_by_line(stage: Stage) -> None:
    first = stage.draft()
    director, chamber = stage.actor("directorate"), "specimen-chamber-of-commerce"
    facts = {"goods": "", "valid_from": clock.now(), "notice": "PN 0 (invented)"}
    facts |= {"source": "invented", "certainty": Certainty.SEEN}
    stage.do(agencies.give_scope, director, chamber, "a test", hs_prefix="0902", **facts)
    page = stage.client("owner").get(f"/applications/{first}").text
    assert "certifies other goods only" in page
    with pytest.raises(Incomplete) as refused:
        stage.do(filing.submit, stage.actor("owner"), first, declared=True)
    assert [gap.field for gap in refused.value.gaps] == ["line-1"]
    mine = LINE["hs_code"][:4]
    stage.do(agencies.give_scope, director, chamber, "a test", hs_prefix=mine, **facts)
    assert stage.hand_in(stage.actor("owner"), first)
