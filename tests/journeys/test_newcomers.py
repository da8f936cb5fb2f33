"""From an empty portal, unaided: an exporter and a colleague, and an agency with its officers."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.agencies.uploading import COLUMNS
from portal.config import ROOT
from portal.core.clock import IST
from tests.documents.pictures import encoded, stamp
from tests.journeys import acts
from tests.journeys.acts import a_pdf, choose
from tests.journeys.conftest import served
from tests.journeys.newcomers import Newcomer
from tests.journeys.people import Mode, Walk
from tests.journeys.test_directorate import fill_instant

AGENCY = "Specimen Invented Chamber"
SPICE, SPICE_EMAIL = "ZZZCN1001A", "office@spice.example"


@pytest.fixture
def empty_walk(
    mode: Mode, chromium: Browser, worker_dir: Path, request: pytest.FixtureRequest
) -> Iterator[Walk]:
    """A walk through a portal without samples: nobody is there yet."""
    folder = worker_dir / f"empty-{request.node.name}"
    with contextlib.ExitStack() as stack:
        portal = stack.enter_context(served(folder, mode.database, {"SAMPLES": "no"}))
        yield Walk(mode, portal, chromium, stack)


def a_firm(walk: Walk) -> tuple[Newcomer, Newcomer]:
    """An owner registers, links the firm and invites a preparer, who comes."""
    owner = Newcomer(walk, "uma@nowhere.example", "Invented Owner Uma", "+919876511111")
    owner.register()
    owner.type(iec="ZZZCN9999Z").press("Look it up").person.reads("knows no such IEC")
    owner.person.look("iec-unknown")
    owner.type(iec=SPICE).press("Look it up").person.at(f"/account/firms/{SPICE}$")
    owner.person.reads("o***@s***.example").look("prove-firm")
    owner.person.page.get_by_label("o***@s***.example").check()
    owner.press("Send the code").person.at("/account/claims/").look("claim")
    owner.type(code=owner.digits(SPICE_EMAIL)).press("Link the firm")
    owner.person.at("/dashboard$").reads("Specimen Spice Newcomers").look("first-dashboard")
    owner.open("/firm", "firm").type(email="vik@nowhere.example", role="preparer")
    owner.press("Send the invitation").person.reads("vik@nowhere.example").look("firm-invited")
    colleague = Newcomer(walk, "vik@nowhere.example", "Invented Preparer Vik", "+919876522222")
    colleague.take_invitation().person.at("/dashboard$").reads("Specimen Spice Newcomers")
    return owner, colleague


def test_an_agency_and_a_firm_come_in_by_themselves(empty_walk: Walk) -> None:
    director = Newcomer(
        empty_walk, "dina@directorate.example", "Invented Director Dina", "+919876533333"
    )
    command(empty_walk, "invite-director", director.email)
    director.take_invitation("director").get_app().person.at("/dashboard$")
    add_agency(director)

    keeper = Newcomer(empty_walk, "nina@nowhere.example", "Invented Keeper Nina", "+919876544444")
    keeper.register().person.follow("Look after an authorised agency").look("agency-registration")
    agency = keeper.person.page.locator("#agency option", has_text=AGENCY)
    keeper.type(agency=str(agency.get_attribute("value")), role="administrator")
    choose(keeper.person, "file", a_pdf("a letter"))
    keeper.press("Send to the directorate").person.reads("waits for the directorate")
    director.open("/agencies/desk", "agencies-desk").person.follow(re.compile(keeper.name))
    director.person.reads("this person would be the administrator").look("agency-judged")
    director.press("Approve").person.reads("Nobody waits.")

    keeper.open("/seat", "seats").press("Act for this one").get_app()
    keeper.open("/agency", "agency-empty").person.reads("No office yet")
    keeper.open("/agency/uploads", "agency-uploads")
    choose(keeper.person, "file", offices_csv(20))
    keeper.press("Look through the list").person.reads(
        "0 of 22 rows are done, 21 can be taken, 1 have wrong cells"
    )
    keeper.person.look("agency-upload").follow(re.compile("Put right"))
    keeper.person.reads("Choose a state").look("agency-upload-row")
    keeper.type(state="Maharashtra").press("Keep the row")
    keeper.person.reads("22 can be taken").press("Take the sound rows, 25 at a time")
    keeper.person.reads("22 of 22 rows are done").look("agency-upload-taken")
    keeper.open("/agency/images?what=office-1", "agency-images").type(what="office-1")
    choose(keeper.person, "file", encoded(stamp()))
    keeper.press("Upload").person.reads("Counts since").look("agency-stamp")
    keeper.open("/agency/account", "agency-account")
    account = {"number": "123456789012", "ifsc": "ZZZZ0000001"}
    again = {f"{name}_again": value for name, value in account.items()}
    keeper.type(holder=AGENCY, **account, **again).press("Keep it")
    keeper.person.reads("9012")
    keeper.open("/agency/officers", "agency-officers").person.reads("officer1@many.example")

    for number in (1, 2, 3):
        officer = Newcomer(
            empty_walk,
            f"officer{number}@many.example",
            f"Invented Officer {number}",
            f"+91987655555{number}",
        )
        officer.take_invitation("office").get_app().person.at("/(dashboard|queue)$")
        officer.open("/queue", "officer-queue")
    first = keeper.open("/agency", "agency-offices").person.page.locator("tr", has_text="ZA")
    expect(first).to_contain_text("ready")
    expect(first).not_to_contain_text("not yet")
    print(
        f"director: {director.presses} buttons, {director.fields} fields; "
        f"administrator: {keeper.presses} buttons, {keeper.fields} fields; "
        f"an officer: {officer.presses} buttons, {officer.fields} fields"
    )
    keeper.open("/agency/offices/ZA/hours", "agency-hours").open("/agency/offices/ZA", "office")
    officers = keeper.open("/agency/officers", "agency-officers-there").person
    officers.follow(re.compile("Change Invented Officer 1")).look("agency-officer")
    assert keeper.fields <= 20 and officer.fields <= 6
    a_first_file(empty_walk, officer)


def a_first_file(walk: Walk, officer: Newcomer) -> None:
    """A new firm's colleague drafts, its owner hands in, and the new office has it in its queue."""
    owner, colleague = a_firm(walk)
    print(
        f"exporter: {owner.presses} buttons, {owner.fields} fields; "
        f"colleague: {colleague.presses} buttons, {colleague.fields} fields"
    )
    assert owner.fields <= 14 and colleague.fields <= 6
    owner.open("/account", "account").open("/inbox", "inbox").open("/account/data", "my-data")
    owner.person.reads("identity person")
    ref = acts.begin(colleague.person, "Invented office 1")
    acts.fill_in(colleague.person, ref, acts.steel())
    colleague.person.reads_not("Sign and hand in", "Hand in and hold the fee")
    owner.open("/wallet", "wallet").press("Add specimen credit (₹1,000.00)")
    number = acts.hand_in(owner.person, ref, acts.STEEL_OWNER)
    officer.open("/queue", "officer-queue-first").person.reads(number)


def command(walk: Walk, *words: str) -> None:
    """Run one of the portal's commands where it runs."""
    run = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *words]
    done = subprocess.run(run, env=walk.portal.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def add_agency(director: Newcomer) -> None:
    """Enter an invented agency and list it from a minute ago."""
    director.open("/agencies/desk/new", "agency-new")
    director.type(name=AGENCY, code="ZIC", city="Mumbai", state="Maharashtra", why="invented")
    director.press("Add the agency").person.look("agency-edit")
    director.type(**{"turn-turn": "list", "turn-notice": "PN 0/2026 (invented)"})
    director.type(**{"turn-source": "invented", "turn-certainty": "K", "turn-why": "invented"})
    began = datetime.now(IST) - timedelta(minutes=1)
    fill_instant(director.person, "turn-at", began)
    director.press("Change the standing").person.reads("listed").look("agency-listed")


def offices_csv(count: int) -> bytes:
    """A list with three officers at the first office, and a wrong state in its last row."""
    rows = [list(COLUMNS)]
    for number in range(1, count + 3):
        office = max(1, number - 2)
        facts = {
            "office_code": f"Z{chr(64 + office)}",
            "office_name": f"Invented office {office}",
            "address": f"{office} Invented Road",
            "city": "Pune",
            "state": "Maharashtra" if number < count + 2 else "Atlantis",
            "officer_email": f"officer{number}@many.example",
            "officer_role": "officer",
            "officer_designation": "Issuing Officer",
        }
        rows.append([facts.get(name, "") for name in COLUMNS])
    return "\r\n".join(",".join(row) for row in rows).encode()
