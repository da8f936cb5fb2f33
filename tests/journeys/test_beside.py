"""Twice, back, and beside: what browsers do to forms loses nothing and does nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect
from sqlalchemy import func, select

from portal import samples
from portal.filing.models import Application, GoodsLine
from portal.filing.queries import application_for
from portal.identity import actions as identity
from tests.build import Stage
from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER, BROKER = "owner@rice.example", "owner@broker.example"
RICE, STEEL = samples.FIRMS[0].name, samples.FIRMS[1].name


def beside(person: Person) -> Person:
    """A second tab of the same person, where nothing is looked at again."""
    return Person(person.page.context.new_page(), person.mode, seen=person.seen)


def stored(stage: Stage, ref: str) -> Application:
    with stage.db() as db:
        return application_for(db, stage.actor("owner"), ref)


def count_of_lines(stage: Stage, ref: str) -> int:
    with stage.db() as db:
        mine = GoodsLine.application_id == application_for(db, stage.actor("owner"), ref).id
        return db.scalar(select(func.count(GoodsLine.id)).where(mine)) or 0


def test_after_back_the_section_is_the_saved_one_and_saves_again(walk: Walk) -> None:
    stage, exporter = laid.stage(walk.portal), walk.someone(EXPORTER)
    ref = stage.draft()
    exporter.open(f"/applications/{ref}/sections/consignee", "section-consignee")
    exporter.type(consignee_name="First Limited").press("Save and go on").at("/transport$")
    exporter.page.go_back()
    exporter.at("/consignee$")
    expect(exporter.page.locator("#consignee_name")).to_have_value("First Limited")
    exporter.type(consignee_name="Second Limited").press("Save and go on").at("/transport$")
    assert stored(stage, ref).consignee_name == "Second Limited"


def test_a_line_added_twice_stands_once(walk: Walk) -> None:
    stage, exporter = laid.stage(walk.portal), walk.someone(EXPORTER)
    ref = stage.draft(lines=0)
    exporter.open(f"/applications/{ref}/goods", "goods-empty").type(**acts.steel().lines[0])
    exporter.page.get_by_role("button", name="Add the line").dblclick()
    rows = exporter.page.locator("table tbody tr", has=exporter.page.get_by_role("link"))
    expect(rows).to_have_count(1)
    if not walk.mode.script:
        exporter.page.go_back()
        exporter.press("Add the line")
        expect(rows).to_have_count(1)
    assert count_of_lines(stage, ref) == 1


def test_two_tabs_hand_in_at_once_and_one_fee_is_held(walk: Walk) -> None:
    stage, first = laid.stage(walk.portal), walk.someone(EXPORTER)
    ref = stage.draft(invoice_number=f"TWICE-{walk.mode}")
    stage.sign(stage.actor("owner"), ref)
    held, available = acts.held_and_available(first)
    tabs = first, beside(first)
    for tab in tabs:
        tab.page.goto(f"/applications/{ref}")
        tab.type(declared="y")
    for tab in tabs:
        # Both are on their way before either is answered.
        send = tab.page.get_by_role("button", name="Hand in and hold the fee")
        send.click(no_wait_after=True)
    for tab in tabs:
        tab.reads("Handed in on")
    titles = [tab.page.locator("h1").inner_text() for tab in tabs]
    assert titles[0] == titles[1]
    fee = stored(stage, titles[0].split()[-1]).fee_paise
    now_held, now_available = acts.held_and_available(first)
    assert paise(now_held) - paise(held) == paise(available) - paise(now_available) == fee


def paise(words: str) -> int:
    """₹1,000.00 in paise."""
    return int(words.strip().removeprefix("₹").replace(",", "").replace(".", ""))


@contextmanager
def trusted(stage: Stage, *firms: str) -> Iterator[list[str]]:
    """The agent has a mandate of each firm meanwhile."""
    refs = [stage.mandate(firm) for firm in firms]
    try:
        yield refs
    finally:
        for firm, ref in zip(firms, refs, strict=True):
            stage.do(identity.revoke_mandate, stage.actor(firm), ref)


def test_two_tabs_with_two_firms_mix_nothing_up(walk: Walk) -> None:
    stage, broker = laid.stage(walk.portal), walk.someone(BROKER)
    with trusted(stage, "owner", "stranger") as (rice, _steel):
        ref = stage.draft(stage.acting(rice))
        broker.open("/clients", "clients-two").press(f"Act for {RICE}").at("/applications$")
        broker.open(f"/applications/{ref}/sections/consignee", "client-consignee")
        other = beside(broker)
        other.page.goto("/clients")
        other.press(f"Act for {STEEL}").at("/applications$").reads(f"for {STEEL}")
        broker.type(consignee_name="Typed for the mill").press("Save and go on")
        broker.reads("You switched to another firm").look("two-firms")
        kept = broker.page.locator("body")
        if walk.mode.script:
            kept = broker.page.locator("#consignee_name")
            expect(kept).to_have_value("Typed for the mill")
        else:
            expect(kept).to_contain_text("Typed for the mill")
        assert stored(stage, ref).consignee_name == "Specimen Consignee Limited"
        other.page.goto("/clients")
        other.press(f"Act for {RICE}").at("/applications$")
        broker.page.goto(f"/applications/{ref}/sections/consignee")
        broker.type(consignee_name="Typed for the mill").press("Save and go on").at("/transport$")
        assert stored(stage, ref).consignee_name == "Typed for the mill"
