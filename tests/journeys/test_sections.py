"""The sections of the form in a browser: nothing that was typed is lost, whatever happens."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from portal.core import clock
from portal.identity.models import SignIn
from tests.build import Stage
from tests.journeys import laid
from tests.journeys.people import Person, Walk
from tests.processes.running import until

OWNER, CLERK = "owner@rice.example", "preparer@rice.example"
# Bytes on the wire, each way.
MOST = 2_000
SAVED = re.compile(r"^\s*Saved \d\d:\d\d\s*$")


def at(person: Person, ref: str, section: str = "consignee") -> Person:
    return person.open(f"/applications/{ref}/sections/{section}", f"section-{section}")


def add(page: Page, name: str, text: str) -> None:
    """Type at the end of what stands there."""
    page.locator(f"#{name}").press("End")
    page.locator(f"#{name}").press_sequentially(text)


def saved(person: Person) -> None:
    expect(person.page.locator("#kept")).to_have_text(SAVED)


def test_a_section_saves_itself_and_says_what_waits(walk: Walk) -> None:
    if not walk.mode.script:
        return
    ref, exporter = laid.stage(walk.portal).draft(), walk.someone(OWNER)
    at(exporter, ref)
    with exporter.page.expect_request_finished(lambda asked: asked.url.endswith("/typed")) as sent:
        add(exporter.page, "consignee_name", " (Nairobi)")
    saved(exporter)
    sizes = sent.value.sizes()
    assert sizes["requestHeadersSize"] + sizes["requestBodySize"] <= MOST, sizes
    assert sizes["responseHeadersSize"] + sizes["responseBodySize"] <= MOST, sizes
    exporter.page.reload()
    expect(exporter.page.locator("#consignee_name")).to_have_value(re.compile("Nairobi"))
    at(exporter, ref, "invoice")
    exporter.page.get_by_label("What the invoices come to").press_sequentially("12,3")
    expect(exporter.page.locator("#kept")).to_contain_text("Write the figure like")
    exporter.look("section-waiting")
    exporter.page.reload()
    expect(exporter.page.locator("#invoice_total")).to_have_value("12,3")
    expect(exporter.page.locator("#invoice_total-error")).to_contain_text("Write the figure like")


def test_what_was_typed_in_the_last_second_is_kept_when_one_leaves(walk: Walk) -> None:
    if not walk.mode.script:
        return
    ref, exporter = laid.stage(walk.portal).draft(), walk.someone(OWNER)
    at(exporter, ref)
    add(exporter.page, "consignee_name", " at once")
    with exporter.page.expect_request("**/typed"):
        exporter.follow("Review")
    exporter.at(f"/applications/{ref}$")
    until(lambda: "at once" in reloaded(exporter), 10, "what was typed to be kept")
    exporter.page.go_back()
    expect(exporter.page.locator("#consignee_name")).to_have_value(re.compile("at once"))


def reloaded(person: Person) -> str:
    person.page.reload()
    return person.page.locator("main").inner_text()


def test_two_people_see_what_the_other_one_saved(walk: Walk) -> None:
    ref = laid.stage(walk.portal).draft()
    owner, clerk = walk.someone(OWNER), walk.someone(CLERK)
    for person in (owner, clerk):
        person.page.goto(f"/applications/{ref}/sections/consignee")
    owner.type(consignee_name="From the owner").press("Save and go on").at("/sections/transport")
    clerk.type(consignee_name="From the clerk", consignee_country="AE").press("Save and go on")
    clerk.reads("Nothing was overwritten", "From the owner")
    expect(clerk.page.locator("#consignee_name")).to_have_value("From the clerk")
    clerk.page.locator("#panel > .notice").get_by_role("button", name="Take theirs").click()
    expect(clerk.page.locator("#consignee_name")).to_have_value("From the owner")
    expect(clerk.page.locator("#consignee_country")).to_have_value("AE")
    owner.page.goto(f"/applications/{ref}/sections/consignee")
    owner.type(consignee_name="The owner again").press("Save and go on").at("/sections/transport")
    # Somebody drew the field larger: its style must not go with the form that takes its place.
    clerk.page.evaluate("document.getElementById('consignee_address').style.height = '9em'")
    clerk.type(consignee_name="The clerk again").press("Save and go on")
    clerk.reads("The owner again").look("section-conflict")


def test_a_connection_that_is_cut_loses_nothing(walk: Walk) -> None:
    if not walk.mode.script:
        return
    ref, exporter = laid.stage(walk.portal).draft(), walk.person(complain="keep")
    exporter.page.context.add_cookies(walk.someone(OWNER).page.context.cookies())  # type: ignore[arg-type]
    at(exporter, ref)
    exporter.page.context.set_offline(True)
    add(exporter.page, "consignee_name", " offline")
    exporter.reads("That did not reach the portal")
    exporter.press("Save and go on").reads("That did not reach the portal")
    expect(exporter.page.locator("#consignee_name")).to_have_value(re.compile("offline"))
    exporter.page.context.set_offline(False)
    saved(exporter)
    exporter.press("Save and go on").at("/sections/transport")
    exporter.open(f"/applications/{ref}", "review").reads("offline")


def end_session(stage: Stage, who: str) -> None:
    """The newest session of somebody ends now, as by the clock."""

    def expire(db):  # type: ignore[no-untyped-def]
        mine = select(func.max(SignIn.id)).where(SignIn.person_id == stage.actor(who).person_id)
        newest = SignIn.id == db.scalar(mine)
        db.execute(update(SignIn).where(newest).values(ended_at=clock.now()))

    stage.do(expire)


def test_the_end_of_a_session_leaves_the_form_in_the_page(walk: Walk) -> None:
    stage = laid.stage(walk.portal)
    ref, exporter = stage.draft(who="signatory"), walk.person()
    at(exporter.sign_in("signatory@rice.example"), ref)
    end_session(stage, "signatory")
    exporter.type(consignee_name="Typed before the end")
    if walk.mode.script:
        exporter.reads("You were signed out before this arrived")
    else:
        exporter.press("Save and go on").reads("You are signed out", "Typed before the end")
        exporter.look("signed-out")
    with exporter.page.context.expect_page() as opened:
        # As long as a finger is down: leaving the field has saved, and failed, once more by then.
        exporter.page.get_by_role("link", name="Sign in in another tab").click(delay=400)
    beside = Person(opened.value, walk.mode)
    beside.sign_in("signatory@rice.example")
    beside.page.close()
    exporter.page.bring_to_front()
    if walk.mode.script:
        exporter.page.evaluate("dispatchEvent(new Event('focus'))")
        saved(exporter)
    else:
        exporter.press("Send it again").reads("it was not saved yet").press("Send it again")
    exporter.open(f"/applications/{ref}", "review").reads("Typed before the end")
