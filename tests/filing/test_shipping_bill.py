"""The Shipping Bill: entered before or after issue, kept when replaced, compared by the rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Invalid, NotOpen
from portal.filing import actions, queries
from portal.filing.models import Application, Invoice, ShippingBill
from portal.filing.rules.shipping_bill import bill_invoices, check_bill_invoices, check_bill_number
from tests.build import Stage, form_fields
from tests.conftest import MovedClock
from tests.dashboard.test_desks import statements
from tests.filing.test_races import together

RULE = "Notification 05/2026-27"
DIFFER = "The invoice numbers differ."


def bill(**changes: Any) -> dict[str, Any]:
    facts = {"number": "5518820", "port": "INNSA1", "invoices": ("SPECIMEN-1",)}
    return {**facts, "dated": clock.today(), **changes}


def typed(html: str, **changes: Any) -> dict[str, Any]:
    facts = bill(**changes)
    return form_fields(
        html, **{**facts, "dated": f"{facts['dated']}", "invoices": "\n".join(facts["invoices"])}
    )


def listed(stage: Stage, who: str, address: str, **query: str) -> str:
    answer = stage.client(who).get(address, query_string=query)
    assert answer.status_code == 200
    return answer.text


def test_a_mismatch_is_told_at_once_and_to_the_officer(stage: Stage) -> None:
    number = stage.submitted()
    client = stage.client("preparer")
    address = f"/applications/{number}/shipping-bill"
    sent = typed(client.get(address).text, invoices=("SPECIMEN-2",))
    assert client.post(address, data=sent).status_code == 303
    page = client.get(address).text
    assert DIFFER in page
    assert RULE in page
    assert DIFFER in client.get(f"/applications/{number}").text
    seen = stage.client("officer").get(f"/queue/{number}").text
    assert DIFFER in seen
    assert 'id="check-shipping_bill_invoice"' in seen


def test_small_letters_and_blanks_are_no_mismatch(stage: Stage) -> None:
    number = stage.submitted()
    facts = bill(invoices=("OTHER-9", "specimen - 1"))
    stage.do(actions.enter_shipping_bill, stage.actor("owner"), number, **facts)
    page = stage.client("owner").get(f"/applications/{number}/shipping-bill").text
    assert DIFFER not in page
    assert "identical" in page
    assert number not in listed(stage, "directorate", "/oversight/shipping-bills")


def test_a_newer_one_replaces_and_the_same_again_changes_nothing(stage: Stage) -> None:
    ref, owner = stage.draft(), stage.actor("owner")
    for number in ("5518820", "5518820", "5518821"):
        stage.do(actions.enter_shipping_bill, owner, ref, **bill(number=number))
    with stage.db() as db:
        kept = db.scalars(select(ShippingBill).order_by(ShippingBill.id)).all()
        acts = db.scalars(select(AuditRow.act).where(AuditRow.stream == f"file:{ref}")).all()
    assert [(one.number, one.replaced_at is None) for one in kept] == [
        ("5518820", False),
        ("5518821", True),
    ]
    assert acts.count("filing.shipping_bill_entered") == 2
    page = stage.client("owner").get(f"/applications/{ref}/shipping-bill").text
    assert "Entered before" in page
    assert "5518820" in page


def test_one_dated_after_the_hand_in_is_no_mistake(stage: Stage, moved_clock: MovedClock) -> None:
    number = stage.in_scrutiny()
    moved_clock.by(hours=48)
    stage.do(actions.enter_shipping_bill, stage.actor("owner"), number, **bill())
    page = stage.client("officer").get(f"/queue/{number}").text
    assert "5518820" in page and "As handed in" in page
    assert 'id="check-paper_future"' not in page


def test_it_may_be_entered_after_issue_but_not_when_the_file_is_closed(stage: Stage) -> None:
    number, _certificate = stage.issued()
    stage.do(actions.enter_shipping_bill, stage.actor("owner"), number, **bill())
    closed = stage.submitted()
    stage.do(actions.withdraw, stage.actor("owner"), closed)
    with pytest.raises(NotOpen):
        stage.do(actions.enter_shipping_bill, stage.actor("owner"), closed, **bill())
    page = stage.client("owner").get(f"/applications/{closed}/shipping-bill").text
    assert "Save the Shipping Bill" not in page


def test_an_unknown_station_is_refused_at_its_field(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.do(
            actions.enter_shipping_bill, stage.actor("owner"), stage.draft(), **bill(port="INXXX1")
        )
    assert refusal.value.field == "port"


def test_what_was_typed_wrongly_comes_back_with_what_to_do(stage: Stage) -> None:
    client, ref = stage.client("owner"), stage.draft()
    address = f"/applications/{ref}/shipping-bill"
    tomorrow = clock.today() + timedelta(days=1)
    sent = typed(client.get(address).text, number="none", dated=tomorrow, invoices=("A" * 61,))
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    for words in ("such as 1234567", "between 2000 and today", "1 characters too long", "A" * 61):
        assert words in answer.text


def test_a_number_like_an_aadhaar_is_asked_about_once(stage: Stage) -> None:
    client, ref = stage.client("owner"), stage.draft()
    address = f"/applications/{ref}/shipping-bill"
    sent = typed(client.get(address).text, invoices=("234123412346",))
    assert "tick the box" in client.post(address, data=sent).text
    assert client.post(address, data={**sent, "not_aadhaar": "y"}).status_code == 303
    assert check_bill_number("2341 2341 2346") is not None


def test_the_lists_show_who_may_see_what(stage: Stage) -> None:
    here, elsewhere = stage.submitted(), stage.submitted(office="MUM", invoice_number="X-2")
    for number in (here, elsewhere):
        facts = bill(invoices=("OTHER",))
        stage.do(actions.enter_shipping_bill, stage.actor("owner"), number, **facts)
    for who, address, seen in (
        ("officer", "/queue/shipping-bills", {here}),
        ("other_office", "/queue/shipping-bills", {elsewhere}),
        ("other_agency", "/queue/shipping-bills", set()),
        ("administrator", "/agency/shipping-bills", {here, elsewhere}),
        ("directorate", "/oversight/shipping-bills", {here, elsewhere}),
    ):
        page = listed(stage, who, address)
        assert {number for number in (here, elsewhere) if number in page} == seen, who
    assert here not in listed(stage, "directorate", "/oversight/shipping-bills", q="X-2")


def test_only_files_handed_in_under_the_rule_are_listed(stage: Stage) -> None:
    number = stage.submitted()
    facts = bill(invoices=("OTHER",))
    stage.do(actions.enter_shipping_bill, stage.actor("owner"), number, **facts)
    assert number in listed(stage, "directorate", "/oversight/shipping-bills")
    with stage.db() as db:
        db.execute(
            update(Application).values(submitted_at=datetime(2026, 4, 6, 18, 29, tzinfo=UTC))
        )
        db.commit()
    assert number not in listed(stage, "directorate", "/oversight/shipping-bills")
    assert DIFFER not in stage.client("owner").get(f"/applications/{number}/shipping-bill").text
    with stage.db() as db:
        db.execute(
            update(Application).values(submitted_at=datetime(2026, 4, 6, 18, 30, tzinfo=UTC))
        )
        db.commit()
    assert number in listed(stage, "directorate", "/oversight/shipping-bills")


def test_a_further_invoice_that_the_bill_lacks_is_listed(stage: Stage) -> None:
    number = stage.submitted()
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.number == number)).one()
        db.add(Invoice(application_id=row.id, position=2, number="50%_2", dated=date(2026, 1, 1)))
        db.commit()
    owner = stage.actor("owner")
    stage.do(actions.enter_shipping_bill, owner, number, **bill())
    with stage.db() as db:
        found = queries.mismatches(db, stage.actor("directorate"))
    assert [(one.number, one.here) for one in found] == [(number, ("50%_2",))]
    both = ("SPECIMEN-1", "50%_2")
    stage.do(actions.enter_shipping_bill, owner, number, **bill(invoices=both))
    with stage.db() as db:
        assert queries.mismatches(db, stage.actor("directorate")) == []


def test_a_number_that_is_part_of_another_is_another(stage: Stage) -> None:
    number = stage.submitted()
    facts = bill(invoices=("SPECIMEN-11",))
    stage.do(actions.enter_shipping_bill, stage.actor("owner"), number, **facts)
    assert number in listed(stage, "officer", "/queue/shipping-bills")


def test_numbers_are_read_one_a_line() -> None:
    assert bill_invoices(" A-1 \n\nB-2\nA-1") == ("A-1", "B-2")
    assert check_bill_invoices("\n") is not None
    assert check_bill_invoices("\n".join(f"N{n}" for n in range(51))) is not None
    assert check_bill_invoices("A-1\nB-2") is None


def test_sent_twice_at_once_it_is_kept_once(stage: Stage) -> None:
    ref, owner, facts = stage.draft(), stage.actor("owner"), bill()
    found = together(
        stage,
        lambda db: actions.enter_shipping_bill(db, owner, ref, **facts),
        lambda db: actions.enter_shipping_bill(db, owner, ref, **facts),
    )
    assert found == ["done", "done"]
    with stage.db() as db:
        assert len(db.scalars(select(ShippingBill)).all()) == 1


def test_a_list_takes_a_fixed_number_of_statements(stage: Stage) -> None:
    owner, client = stage.actor("owner"), stage.client("directorate")
    counts = []
    for times in (1, 2):
        for place in range(times):
            number = stage.submitted(invoice_number=f"L-{times}-{place}")
            facts = bill(invoices=("OTHER",))
            stage.do(actions.enter_shipping_bill, owner, number, **facts)
        client.get("/oversight/shipping-bills")
        with statements(stage.app) as seen:
            client.get("/oversight/shipping-bills")
        counts.append(len(seen))
    assert counts[0] == counts[1]
