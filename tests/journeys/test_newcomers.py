"""From an empty portal, unaided: an exporter registers, links, invites; a colleague drafts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import served
from tests.journeys.newcomers import Newcomer
from tests.journeys.people import Mode, Walk

SPICE, SPICE_EMAIL = "ZZZCN1001A", "office@spice.example"


@pytest.fixture
def empty_walk(mode: Mode, chromium: Browser, worker_dir: Path, data_dir: Path) -> Iterator[Walk]:
    """A walk through a portal without samples: nobody is there yet."""
    folder = worker_dir / f"empty-{mode}"
    with contextlib.ExitStack() as stack:
        portal = stack.enter_context(served(folder, mode.database, {"SAMPLES": "no"}))
        yield Walk(mode, portal, chromium, stack)


def test_an_exporter_comes_in_and_a_colleague_drafts(empty_walk: Walk) -> None:
    owner = Newcomer(empty_walk, "uma@nowhere.example", "Invented Owner Uma", "+919876511111")
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
    colleague = Newcomer(
        empty_walk, "vik@nowhere.example", "Invented Preparer Vik", "+919876522222"
    )
    colleague.take_invitation().person.at("/dashboard$").reads("Specimen Spice Newcomers")
    print(
        f"exporter: {owner.presses} buttons, {owner.fields} fields; "
        f"colleague: {colleague.presses} buttons, {colleague.fields} fields"
    )
    assert owner.fields <= 14 and colleague.fields <= 6
    owner.open("/account", "account").open("/inbox", "inbox").open("/account/data", "my-data")
    owner.person.reads("identity person")
