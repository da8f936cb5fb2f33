"""The directorate at a browser: a fee of another day, a code split in two, and a look ahead."""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta

from portal.core.clock import IST
from tests.journeys import laid
from tests.journeys.people import Person, Walk
from tests.journeys.test_wrong_input import the_message_is_at

DIRECTOR = "directorate@ecoo.example"
# So far ahead that no other journey meets it; every walk takes a later second.
FAR = datetime(2040, 1, 1, tzinfo=IST)
SPLIT_AFTER = date(2039, 12, 31)


def a_second_ahead() -> datetime:
    """An instant of the far future that no walk before this one took."""
    return FAR + timedelta(seconds=int(time.time()))


def fill_instant(who: Person, name: str, instant: datetime) -> None:
    """Type a day and time as the browser's own control wants it."""
    who.page.locator(f"[id='{name}']").fill(instant.strftime("%Y-%m-%dT%H:%M:%S"))


def test_a_fee_is_entered_seen_ahead_and_explained(walk: Walk) -> None:
    director, begins = walk.someone(DIRECTOR), a_second_ahead()
    number = f"TN {int(begins.timestamp())} (invented)"
    director.open("/notices/desk", "notices-desk").follow("Enter a notice")
    director.press("Enter the notice").reads("Type the number").look("notice-empty")
    director.type(number=number, dated="2026-11-23", subject="Invented: another fee")
    director.type(certainty="K").press("Enter the notice").at("/correction$")
    director.look("notice-entered").type(value="about 250", rule_why="as announced")
    director.press("Set the value")
    the_message_is_at(director, "value", "amount in rupees")
    director.look("rule-refused").type(rule="fee_paise", value="250")
    fill_instant(director, "valid_from", begins)
    director.press("Set the value").at("/correction$").reads("₹250.00").look("rule-set")
    director.open("/notices/desk", "notices-desk-again").reads("Scheduled after that", number)
    fill_instant(director, "on", begins)
    director.press("Look").reads("Look at the whole portal as of").look("notices-desk-ahead")
    director.page.get_by_role("link", name="Look at the whole portal as of").click()
    director.at("/as-of/").reads("Preview: the portal as of", "₹250.00").look("preview-home")
    director.follow("Notices", inside="nav").reads("Preview:").follow(
        re.compile("What holds today")
    )
    director.reads("₹250.00", number).look("preview-in-force")
    director.follow("Back to the present").at("/notices/in-force$").reads("₹200.00")
    director.reads_not("Preview:")


def test_a_code_is_split_in_two(walk: Walk) -> None:
    director, code = walk.someone(DIRECTOR), unsplit(walk)
    director.open("/codes/desk", "codes-desk").type(code=code[:6]).press("Open")
    director.reads("add the rest of India").look("codes-desk-refused")
    director.type(code=code).press("Open").at(f"/codes/{code}/replacement$").look("code")
    director.type(successors="steel plates", source="Notification 99 (invented)", why="split")
    director.press("End the code").look("code-refused")
    the_message_is_at(director, "last_day", "Give the last day")
    the_message_is_at(director, "successors", "write eight digits")
    first, second = f"{code[:6]}97", f"{code[:6]}98"
    director.type(last_day=SPLIT_AFTER.isoformat())
    director.type(successors=f"{first} Invented plates\n{second} Invented others")
    director.press("End the code").reads("Notification 99 (invented)", first).look("code-ended")
    # The day after, the exporter's form refuses it and names both.
    ref = laid.stage(walk.portal).draft()
    laid.stage(walk.portal).do(_renamed, ref, code)
    exporter = walk.someone("owner@rice.example")
    exporter.open(f"/as-of/{SPLIT_AFTER}/applications/{ref}", "split-eve").reads_not("ended on")
    exporter.page.goto(f"/as-of/{SPLIT_AFTER + timedelta(days=1)}/applications/{ref}")
    exporter.reads("ended on 31 Dec 2039", first, second).look("split-day")


def unsplit(walk: Walk) -> str:
    """A code of a subheading that no walk before this one has split."""
    from portal.reference.models import TariffChange

    with laid.stage(walk.portal).db() as db:
        used = db.query(TariffChange).count()
    return f"{SUBHEADINGS[used]}10"


# Iron and steel of HS 2022: more subheadings than there are ways of walking.
SUBHEADINGS = ("732310", "732391", "732392", "732394", "732399", "732410", "732421", "732429")


def _renamed(db, ref, code):  # type: ignore[no-untyped-def]
    from portal.filing.models import Application, GoodsLine

    row = db.query(Application).filter_by(ref=ref).one()
    db.query(GoodsLine).filter_by(application_id=row.id).update({"hs_code": code})
