"""Aadhaar e-sign in a real browser: out to the provider and back, in few clicks and one code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from portal.sandbox.esign.pages import CODE
from portal.sandbox.outside import HOST
from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER, OFFICER = "owner@rice.example", "officer@chamber.example"
SIGNER, STRANGER = "specimen-2", "specimen-12"
MOST_CLICKS, WITHOUT_SCRIPT = 4, 5


@dataclass
class Clicks:
    """Presses buttons and remembers them."""

    person: Person
    pressed: list[str] = field(default_factory=list)

    def press(self, words: str | re.Pattern[str]) -> None:
        """Press the button with these words, wherever the page is."""
        exact = isinstance(words, str)
        self.person.page.get_by_role("button", name=words, exact=exact).first.click()
        self.pressed.append(str(words))


def signed_by(person: Person, clicks: Clicks, signer: str, code: str = CODE) -> None:
    """From the page with the consent to the page with the outcome."""
    person.reads("Your consent").look("sign-consent")
    clicks.press("I agree: go to the provider")
    if not person.mode.script:
        person.reads("takes a signed message").look("sign-leave")
        clicks.press("Go to the provider")
    at_the_provider(person, clicks, signer, code)
    if not person.mode.script:
        clicks.press(re.compile("^Go back to"))
    person.at(r"/signatures/\w+$")


def at_the_provider(person: Person, clicks: Clicks, signer: str, code: str) -> None:
    person.at(rf"{HOST}:\d+/esign/")
    person.reads("SPECIMEN e-sign provider").look("provider-consent")
    person.type(person=signer)
    clicks.press("I consent: send me a code")
    person.reads("One-time code").look("provider-code").type(otp=code)
    clicks.press("Sign")


def test_an_application_is_signed_and_handed_in(walk: Walk) -> None:
    exporter, officer = walk.someone(EXPORTER), walk.someone(OFFICER)
    ref = laid.stage(walk.portal).draft(invoice_number="SPECIMEN-S1")
    exporter.open(f"/applications/{ref}", "sign-review").reads("Invented Owner Asha signs")
    clicks = Clicks(exporter)
    clicks.press("Sign by Aadhaar e-sign")
    signed_by(exporter, clicks, SIGNER)
    exporter.reads("Signed.", "Invented Owner Asha").look("sign-done")
    # Without script the way back from the provider is a button of its page, not of ours.
    most = MOST_CLICKS if walk.mode.script else WITHOUT_SCRIPT + 1
    assert len(clicks.pressed) <= most, clicks.pressed
    print(f"e-sign, {walk.mode}: {len(clicks.pressed)} clicks, one code: {clicks.pressed}")
    exporter.follow("Go on").at(f"/applications/{ref}$").look("sign-signed-review")
    exporter.reads("Signed by Invented Owner Asha")
    number = acts.hand_in(exporter, ref)
    officer.open(f"/queue/{number}", "sign-scrutiny").reads("Signed by Invented Owner Asha")


@pytest.mark.parametrize("way", ["another name", "cancelled"])
def test_what_fails_says_why_and_loses_nothing(walk: Walk, way: str) -> None:
    exporter = walk.someone(EXPORTER)
    ref = laid.stage(walk.portal).draft(invoice_number="SPECIMEN-S2")
    exporter.open(f"/applications/{ref}", "sign-review")
    clicks = Clicks(exporter)
    clicks.press("Sign by Aadhaar e-sign")
    if way == "another name":
        signed_by(exporter, clicks, STRANGER)
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
