"""Aadhaar e-sign in a real browser: out to the provider and back, in few clicks and one code."""

from __future__ import annotations

import re

import pytest

from portal.sandbox.outside import HOST
from tests.journeys import acts, laid
from tests.journeys.people import Walk

EXPORTER, OFFICER = "owner@rice.example", "officer@chamber.example"
SIGNER, STRANGER = "specimen-2", "specimen-12"
MOST_CLICKS, WITHOUT_SCRIPT = 4, 5


def test_an_application_is_signed_and_handed_in(walk: Walk) -> None:
    exporter, officer = walk.someone(EXPORTER), walk.someone(OFFICER)
    ref = laid.stage(walk.portal).draft(invoice_number="SPECIMEN-S1")
    exporter.open(f"/applications/{ref}", "sign-review").reads("Invented Owner Asha signs")
    clicks = acts.Clicks(exporter)
    exporter.type(declared="y")
    clicks.press("Sign and hand in")
    acts.signed(exporter, clicks, SIGNER)
    exporter.reads("Signed.", "Invented Owner Asha").look("sign-done")
    # Without script the way back from the provider is a button of its page, not of ours.
    most = MOST_CLICKS if walk.mode.script else WITHOUT_SCRIPT + 1
    assert len(clicks.pressed) <= most, clicks.pressed
    print(f"e-sign, {walk.mode}: {len(clicks.pressed)} clicks, one code: {clicks.pressed}")
    number = acts.gone_in(exporter, ref)
    exporter.reads("Signed by Invented Owner Asha")
    officer.open(f"/queue/{number}", "sign-scrutiny").reads("Signed by Invented Owner Asha")


def test_it_is_signed_now_and_handed_in_later(walk: Walk) -> None:
    exporter = walk.someone(EXPORTER)
    ref = laid.stage(walk.portal).draft(invoice_number="SPECIMEN-S3")
    exporter.open(f"/applications/{ref}", "sign-review")
    exporter.page.get_by_text("Sign now, hand in later").click()
    exporter.look("sign-later").press("Sign by Aadhaar e-sign")
    acts.signed(exporter, acts.Clicks(exporter), SIGNER)
    exporter.reads("Signed.").follow("Go on").at(f"/applications/{ref}$")
    exporter.look("sign-signed-review").reads("Signed by Invented Owner Asha").type(declared="y")
    exporter.press("Hand in and hold the fee").at("/applications/NP-")


@pytest.mark.parametrize("way", ["another name", "cancelled"])
def test_what_fails_says_why_and_loses_nothing(walk: Walk, way: str) -> None:
    exporter = walk.someone(EXPORTER)
    ref = laid.stage(walk.portal).draft(invoice_number="SPECIMEN-S2")
    exporter.open(f"/applications/{ref}", "sign-review").type(declared="y")
    clicks = acts.Clicks(exporter)
    clicks.press("Sign and hand in")
    if way == "another name":
        acts.signed(exporter, clicks, STRANGER)
        exporter.reads("bears another name", "Invented Stranger Zubin").look("sign-other-name")
    else:
        exporter.reads("Your consent")
        clicks.press("I agree: go to the provider")
        if not walk.mode.script:
            clicks.press("Go to the provider")
        exporter.at(rf"{HOST}:\d+/esign/")
        clicks.press("Cancel")
        if not walk.mode.script:
            clicks.press(re.compile("^Go back to"))
        exporter.at(r"/signatures/\w+$").reads("You stopped.").look("sign-cancelled")
    exporter.reads("nothing is lost").follow("Back, to try again").at(f"/applications/{ref}$")
    exporter.reads("Invented Owner Asha signs")


def test_signing_is_tried_out_and_put_off(walk: Walk) -> None:
    exporter = walk.someone(EXPORTER)
    exporter.open("/account", "account").follow("Try out signing").at("/signatures$")
    exporter.look("sign-try-out").press("Try Aadhaar e-sign").at(r"/signatures/\w+$")
    exporter.reads("Your consent").press("Save for later").at("/signatures$")
