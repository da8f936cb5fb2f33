"""The pre-flight on pages: the exporter's list before signing, the officer's as handed in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.core import clock
from portal.filing import actions, queries
from portal.filing.actions.exporter import Contradictory
from portal.filing.lifecycle import Status
from portal.filing.models import Application
from tests.build import LINE, Stage, form_fields

HEAVY = {**LINE, "quantity": 300_000, "unit": "MTS"}


def codes(html: str) -> list[str]:
    return re.findall(r'id="check-(\w+)"', html)


def test_nothing_is_found_in_a_plain_draft(stage: Stage) -> None:
    page = stage.client("owner").get(f"/applications/{stage.draft()}").text
    assert codes(page) == []
    assert "nothing found" in page


def test_a_warning_leads_to_its_field_and_bars_nothing(stage: Stage) -> None:
    owner = stage.actor("owner")
    ref = stage.draft(port_of_discharge="Santos")
    page = stage.client("owner").get(f"/applications/{ref}").text
    assert codes(page) == ["port_country"]
    assert f"/applications/{ref}/sections/transport#port_of_discharge" in page
    assert "own check, not law" in page
    number = stage.hand_in(owner, ref)
    seen = stage.client("officer").get(f"/queue/{number}").text
    assert codes(seen) == ["port_country"]
    assert 'href="#transport"' in seen
    assert "kept the warnings" in seen


def test_an_error_bars_signing_and_handing_in(stage: Stage) -> None:
    owner = stage.actor("owner")
    ref = stage.draft()
    stage.do(actions.change_line, owner, ref, 1, **HEAVY)
    with pytest.raises(Contradictory):
        stage.do(actions.begin_signing, owner, ref)
    client = stage.client("owner")
    page = client.get(f"/applications/{ref}").text
    assert codes(page) == ["quantity_above_gross"]
    assert f"/applications/{ref}/goods/1#quantity" in page
    sent = form_fields(page, declared="y")
    answer = client.post(f"/applications/{ref}/submission", data=sent)
    assert answer.status_code == 422
    assert "the checks found errors (1)" in answer.text
    stage.do(actions.change_line, owner, ref, 1, **LINE)
    assert stage.hand_in(owner, ref)


def test_an_invoice_used_before_is_named_with_its_file(stage: Stage) -> None:
    first = stage.submitted(invoice_number="INV 7")
    ref = stage.draft(invoice_number="inv 7")
    page = stage.client("owner").get(f"/applications/{ref}").text
    assert codes(page) == ["invoice_used"]
    assert first in page
    other = stage.draft("stranger", invoice_number="INV 7")
    assert codes(stage.client("stranger").get(f"/applications/{other}").text) == []
    stage.do(actions.withdraw, stage.actor("owner"), first)
    assert codes(stage.client("owner").get(f"/applications/{ref}").text) == []


def test_an_application_in_lieu_may_use_the_invoice_again(stage: Stage) -> None:
    stage.submitted(invoice_number="INV 8")
    ref = stage.draft(invoice_number="INV 8", replaces_number="SPE-DEL-2627-0000001-X")
    assert codes(stage.client("owner").get(f"/applications/{ref}").text) == []


def test_the_officer_sees_the_list_of_the_day_of_handing_in(stage: Stage) -> None:
    number = stage.questioned(departs_on=clock.today())
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.number == number)).one()
        facts = queries.application_facts(db, row)
        assert queries.preflight_as_handed_in(db, facts).findings == ()  # type: ignore[union-attr]
        db.execute(update(Application).values(departs_on=clock.today() - timedelta(days=9)))
        db.commit()
    # What an exporter types while a question is open isn't handed in yet.
    assert codes(stage.client("officer").get(f"/queue/{number}").text) == []


def test_what_was_handed_in_is_judged_alike_as_it_stands_and_as_it_was_kept(stage: Stage) -> None:
    mistakes: dict[str, Any] = {
        "port_of_discharge": "Rotterdam",
        "departs_on": clock.today() - timedelta(days=2),
    }
    number = stage.submitted(lines=3, **mistakes)
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.number == number)).one()
        facts = queries.application_facts(db, row)
        stands = queries.preflight_as_handed_in(db, facts)
        open_again = replace(facts, status=Status.QUESTIONED)
        kept = queries.preflight_as_handed_in(db, open_again)
    assert stands is not None and kept is not None
    assert {found.check.code for found in stands.findings} >= {"departed", "port_country"}
    assert (stands.findings, stands.at) == (kept.findings, kept.at)


def test_an_agent_learns_no_numbers_of_others(stage: Stage) -> None:
    first = stage.submitted(invoice_number="INV 9")
    acting = stage.acting(mandate := stage.mandate())
    ref = stage.draft(acting, invoice_number="INV 9")
    page = stage.acting_client(mandate).get(f"/applications/{ref}").text
    assert codes(page) == ["invoice_used"]
    assert first not in page
