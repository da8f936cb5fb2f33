"""One file from an empty draft to a certificate that anybody verifies."""

from __future__ import annotations

import json

from playwright.sync_api import expect
from sqlalchemy import select

from portal.certificates.models import Certificate
from portal.core.db import make_engine, make_sessions
from tests.journeys import acts
from tests.journeys.people import Person, Walk

EXPORTER, OFFICER = "owner@steel.example", "mumbai@chamber.example"
QUESTION = "Which grade of steel is it?\nThe invoice does not say."
ADDRESS = "8 Invented Market Street\nMombasa 80100"


def test_a_file_goes_from_draft_to_a_certificate_that_anybody_verifies(walk: Walk) -> None:
    exporter, officer = walk.person(), walk.person()
    exporter.sign_in(EXPORTER).look("firm-dashboard")
    officer.sign_in(OFFICER).look("office-dashboard")
    ref = an_incomplete_draft_says_what_is_missing(exporter)
    lines_are_changed_and_removed(exporter, ref)
    number = acts.hand_in(exporter, ref, acts.STEEL_OWNER)
    exporter.reads("Handed in on", "is held").look("submitted")
    a_question_is_asked_and_answered(exporter, officer, number)
    acts.approve(officer, number)
    if not walk.mode.script:
        exporter.page.reload()
    exporter.reads("issued and sealed", within=acts.SEAL_SECONDS).look("issued")
    officer.reads("The certificate is issued", within=acts.SEAL_SECONDS).look("scrutiny-issued")
    pdf = acts.downloaded(exporter)
    exporter.follow("Number and check code").at("/certificate$").look("certificate")
    the_public_verifies(walk, number, pdf)


def an_incomplete_draft_says_what_is_missing(exporter: Person) -> str:
    """Two sections in, the review page links to all that is open; then the rest is filled in."""
    ref, shipment = acts.begin(exporter), acts.steel()
    exporter.open(f"/applications/{ref}", "review-empty").reads(
        "Still missing", "The invoice (PDF or photo)"
    )
    exporter.follow("Name of the consignee").at("/sections/consignee")
    acts.fill_in(exporter, ref, shipment)
    exporter.reads_not("Still missing")
    return ref


def lines_are_changed_and_removed(exporter: Person, ref: str) -> None:
    """A fourth line is added, changed, and removed again."""
    exporter.open(f"/applications/{ref}/goods", "goods")
    acts.add_line(exporter, {**acts.steel().lines[0], "description": "A line too many"})
    exporter.follow("Change 4").at("/goods/4").look("goods-line")
    exporter.type(description="Steel ladles", packages="77").press("Save the line").at("/goods$")
    exporter.reads("Steel ladles", "77 cartons").follow("Change 4").at("/goods/4")
    exporter.press("Remove line 4").at("/goods$").reads_not("Steel ladles", "A line too many")


def a_question_is_asked_and_answered(exporter: Person, officer: Person, number: str) -> None:
    """The officer asks; the exporter corrects the address and answers; the officer sees both."""
    acts.take(officer, number)
    officer.type(text=QUESTION).press("Ask").reads("waits for the answer").look(
        "scrutiny-questioned"
    )
    exporter.open(f"/applications/{number}", "questioned").reads("Which grade of steel")
    exporter.open(f"/applications/{number}/sections/consignee", "consignee-questioned")
    exporter.type(consignee_address=ADDRESS).press("Save and go on").at("/sections/transport")
    exporter.open(f"/applications/{number}", "corrected").reads("sign it first")
    exporter.press("Sign by Aadhaar e-sign")
    acts.signed(exporter, acts.Clicks(exporter), acts.STEEL_OWNER)
    exporter.reads("Signed.").follow("Go on").at(f"/applications/{number}$")
    exporter.type(text="AISI 304.", declared="y")
    exporter.press("Answer and hand in again").reads("in scrutiny").look("answered")
    officer.page.reload()
    officer.reads("Changed since the last submission", "7 Invented", "8 Invented", "AISI 304.")
    officer.look("scrutiny-answered")


def the_public_verifies(walk: Walk, number: str, pdf: bytes) -> None:
    """By number alone, with the check code, by the QR code's address, by the file and a copy."""
    sheet = printed_sheet(walk, number)
    certificate, goods = sheet["number"], "Stainless steel thali sets"
    anybody = walk.person().open("/", "landing").open("/verify", "verify")
    anybody.type(number=certificate).press("Verify").reads("Valid: this certificate was issued")
    anybody.reads_not(goods, "Specimen Household", ADDRESS[:12]).look("verify-number")
    anybody.type(number=certificate, code=sheet["check_code"]).press("Verify")
    anybody.reads("Valid:", goods, "Specimen Household Goods Limited").look("verify-code")
    anybody.open(sheet["qr_url"], "verify-qr").reads("Valid:", goods)
    uploaded(anybody, pdf).reads("Valid:", certificate).look("verify-file")
    uploaded(anybody, pdf + b"\n").reads("Altered after it was issued")
    anybody.look("verify-altered").reads_not(goods)
    anybody.type(number=certificate, code="AAAA-AAAA").press("Verify").reads("does not belong")
    anybody.look("verify-wrong-code")
    slip = certificate[:-1] + ("1" if certificate[-1] != "1" else "2")
    anybody.open(f"/verify/{slip}", "verify-typo").reads("does not look like one of our numbers")
    expect(anybody.page.locator("#number")).to_have_value(slip)


def uploaded(anybody: Person, content: bytes) -> Person:
    """Compare a file on the verification page."""
    anybody.page.goto("/verify")
    acts.choose(anybody, "file", content)
    return anybody.press("Compare")


def printed_sheet(walk: Walk, number: str) -> dict[str, str]:
    """What is printed on the certificate of a file."""
    engine = make_engine(walk.portal.settings.database_url)
    with make_sessions(engine)() as db:
        sheets = [json.loads(text) for text in db.scalars(select(Certificate.sheet))]
    engine.dispose()
    found: dict[str, str] = next(s for s in sheets if s["application_number"] == number)
    return found
