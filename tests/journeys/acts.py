"""What exporters, officers and the public do again and again on their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import FilePayload, expect

from portal.sandbox.esign.pages import CODE
from portal.sandbox.outside import HOST
from portal.sandbox.papers import plain_pdf
from portal.sandbox.shipments import Shipment, shipments
from tests.build import yesterday
from tests.journeys.people import Person

SEAL_SECONDS = 60.0
# The owner of the sample rice mill among the provider's people.
OWNER = "specimen-2"
# The owner of the sample steelware firm, who signs for `steel()`.
STEEL_OWNER = "specimen-3"


def steel() -> Shipment:
    """The invented steel utensils: three lines, sent from Moradabad to Mombasa."""
    return shipments(yesterday().isoformat())[1]


def begin(exporter: Person, office: str = "Mumbai office") -> str:
    """Begin a draft for an office; returns its reference."""
    exporter.open("/dashboard", "firm-dashboard").follow("New application").look("start")
    choose_office(exporter, office).press("Begin").at("/sections/consignee")
    return exporter.page.url.split("/applications/")[1].split("/")[0]


def choose_office(exporter: Person, office: str = "Delhi office") -> Person:
    """Choose an office by its name."""
    option = exporter.page.locator("#office option", has_text=office).get_attribute("value")
    return exporter.type(office=option or "")


def fill_in(exporter: Person, ref: str, shipment: Shipment) -> None:
    """Every section of a draft, from the first to the last, each page going on to the next."""
    exporter.look("consignee").type(**shipment.consignee).press("Save and go on")
    exporter.at("/sections/transport").look("transport").type(**shipment.transport)
    exporter.press("Save and go on").at("/sections/invoice").look("invoice")
    exporter.type(**shipment.invoice).press("Save and go on").at("/goods").look("goods-empty")
    for line in shipment.lines:
        add_line(exporter, line)
    exporter.look("goods")
    exporter.follow("Go on to the documents").at("/documents").look("documents-empty")
    for kind in ("invoice", "packing_list"):
        upload(exporter, kind)
    exporter.look("documents").follow("Go on to the declaration").at("/sections/declaration")
    exporter.look("declaration").type(**shipment.declaration).press("Save and go on")
    exporter.at(f"/applications/{ref}$").look("review")


def add_line(exporter: Person, line: Mapping[str, str]) -> None:
    """Type one goods line and wait until it stands in the table."""
    rows = exporter.page.locator("table tbody tr", has=exporter.page.get_by_role("link"))
    before = rows.count()
    exporter.type(**line).press("Add the line")
    expect(rows).to_have_count(before + 1)


def upload(exporter: Person, kind: str) -> None:
    """Upload one document."""
    form = exporter.page.locator("form", has=exporter.page.locator(f"#file-{kind}"))
    choose(exporter, f"file-{kind}", a_pdf(kind))
    exporter.press("Upload", inside=f"form:has(#file-{kind})")
    expect(form.get_by_text("attached", exact=True)).to_be_visible()


def choose(person: Person, name: str, content: bytes) -> None:
    """Choose a file for the field `name`."""
    chosen = FilePayload(name="file.pdf", mimeType="application/pdf", buffer=content)
    person.choose(name, [chosen])


def a_pdf(kind: str) -> bytes:
    """A plain page that stands for a document."""
    return plain_pdf("SPECIMEN, NOT VALID", kind)


def hand_in(exporter: Person, ref: str, signer: str = OWNER) -> str:
    """Declare, sign and hand a complete draft in; returns the file's number."""
    exporter.open(f"/applications/{ref}", "review").type(declared="y")
    exporter.press("Sign and hand in").at(r"/signatures/\w+$")
    signed(exporter, Clicks(exporter), signer)
    return gone_in(exporter, ref)


def gone_in(exporter: Person, ref: str) -> str:
    """From the page that says "Signed." to the file that is handed in; returns its number."""
    exporter.reads("Signed.").follow("Go on")
    if not exporter.mode.script:
        exporter.at(f"/applications/{ref}/handing-in$").look("handing-in")
        exporter.press("Hand in and hold the fee")
    exporter.at("/applications/NP-")
    return exporter.page.url.rsplit("/", 1)[1]


@dataclass
class Clicks:
    """Presses buttons and remembers them."""

    person: Person
    pressed: list[str] = field(default_factory=list)

    def press(self, words: str | re.Pattern[str]) -> None:
        """Press the button with these words, wherever the page is."""
        self.person.press(words, inside="body")
        self.pressed.append(str(words))


def signed(person: Person, clicks: Clicks, signer: str, code: str = CODE) -> None:
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
    """Consent and code on the provider's pages."""
    person.at(rf"{HOST}:\d+/esign/")
    person.reads("SPECIMEN e-sign provider").look("provider-consent")
    person.type(person=signer)
    clicks.press("I consent: send me a code")
    person.reads("One-time code").look("provider-code").type(otp=code)
    clicks.press("Sign")


def take(officer: Person, number: str) -> None:
    """Find a file in the queue and take it."""
    officer.open("/queue", "queue").type(q=number)
    if not officer.mode.script:
        officer.press("Filter")
    expect(officer.page.locator("#rows tbody tr")).to_have_count(1)
    officer.follow(number).at(f"/queue/{number}$").look("scrutiny-untaken")
    officer.press("Take this file").reads("Decide").look("scrutiny")


def approve(officer: Person, number: str) -> None:
    """Approve a file on the officer's desk."""
    officer.open(f"/queue/{number}", "scrutiny").press("Approve and issue")
    officer.at(f"/queue/{number}$").reads("Approved")


def downloaded(exporter: Person) -> bytes:
    """The certificate that the page offers, saved and read."""
    with exporter.page.expect_download() as waiting:
        exporter.follow(re.compile("Download the certificate"))
    return Path(waiting.value.path()).read_bytes()


def held_and_available(exporter: Person) -> tuple[str, str]:
    """What the wallet says is held, and what is available."""
    exporter.open("/wallet", "wallet")
    return _fact(exporter, "Held for applications"), _fact(exporter, "Available")


def _fact(person: Person, label: str) -> str:
    row = person.page.locator(".facts div", has=person.page.locator("dt", has_text=label))
    return row.locator("dd").inner_text()
