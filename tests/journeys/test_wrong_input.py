"""Without script: what was wrong is said at its field, and what was typed is still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER, OFFICER = "owner@rice.example", "officer@chamber.example"
LINE = acts.steel().lines[0]


@dataclass(frozen=True)
class Slip:
    """A form, what is typed into it wrongly, and the message at the field."""

    page: str
    button: str
    typed: Mapping[str, str]
    at: str
    says: str
    emptied: tuple[str, ...] = field(default=())


SLIPS = {
    "consignee": Slip(
        "sections/consignee",
        "Save and go on",
        {"consignee_name": "Specimen Buyer", "consignee_address": "1\n2\n3\n4\n5\n6"},
        "consignee_address",
        "This has 6 lines; at most 5 fit.",
    ),
    "transport": Slip(
        "sections/transport",
        "Save and go on",
        {"vessel": "MV Invented", "departs_on": "1999-01-01", "port_of_discharge": "Mombasa"},
        "departs_on",
        "Check the year of the departure.",
    ),
    "invoice": Slip(
        "sections/invoice",
        "Save and go on",
        {"invoice_number": "SPECIMEN-9", "invoice_date": "2031-01-01"},
        "invoice_date",
        "which is after today",
    ),
    "an Aadhaar number": Slip(
        "sections/invoice",
        "Save and go on",
        {"invoice_number": "234123412346"},
        "invoice_number",
        "This could be an Aadhaar number",
    ),
    "declaration": Slip(
        "sections/declaration",
        "Save and go on",
        {"signatory": "", "signatory_designation": "Director", "declaration_place": "Karnal"},
        "signatory",
        "Type the signatory's name.",
    ),
    "a goods line": Slip(
        "goods",
        "Add the line",
        {**LINE, "gross_weight": "10", "net_weight": "20"},
        "net_weight",
        "is below the net weight",
    ),
    "a code of six digits": Slip(
        "goods", "Add the line", {**LINE, "hs_code": "732393"}, "hs_code", "digits"
    ),
    "the declaration of the submission": Slip(
        "", "Sign and hand in", {"declared": "n"}, "declared", "declar"
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_the_exporter(plain_walk: Walk, name: str) -> None:
    slip, exporter = SLIPS[name], plain_walk.someone(EXPORTER)
    ref = laid.stage(plain_walk.portal).draft(invoice_number="SPECIMEN-1")
    exporter.page.goto(f"/applications/{ref}/{slip.page}".rstrip("/"))
    exporter.type(**slip.typed).press(slip.button)
    the_message_is_at(exporter, slip.at, slip.says)
    kept(exporter, slip.typed)
    exporter.look(f"wrong-{name}")


def test_a_document_that_is_none(plain_walk: Walk) -> None:
    exporter = plain_walk.someone(EXPORTER)
    ref = laid.stage(plain_walk.portal).draft()
    exporter.page.goto(f"/applications/{ref}/documents")
    form = exporter.page.locator("form", has=exporter.page.locator("#file-invoice"))
    form.get_by_role("button", name="Upload").click()
    the_message_is_at(exporter, "file-invoice", "Choose a PDF file or photos first.")
    acts.choose(exporter, "file-invoice", b"not a PDF at all")
    form.get_by_role("button", name="Upload").click()
    the_message_is_at(exporter, "file-invoice", "PDF")
    exporter.look("wrong-document")


def test_no_office_was_chosen(plain_walk: Walk) -> None:
    exporter = plain_walk.someone(EXPORTER).open("/applications/new", "start")
    exporter.press("Begin")
    the_message_is_at(exporter, "office", "Choose the office that shall issue.")


def test_an_answer_without_the_declaration(plain_walk: Walk) -> None:
    exporter = plain_walk.someone(EXPORTER)
    number = laid.stage(plain_walk.portal).questioned()
    exporter.page.goto(f"/applications/{number}")
    exporter.type(text="AISI 304.").press("Answer and hand in again")
    the_message_is_at(exporter, "declared", "eclar")
    kept(exporter, {"text": "AISI 304."})
    exporter.look("wrong-answer")


def test_an_empty_question_and_an_empty_reason(plain_walk: Walk) -> None:
    officer = plain_walk.someone(OFFICER)
    number = laid.stage(plain_walk.portal).in_scrutiny()
    officer.page.goto(f"/queue/{number}")
    officer.press("Ask")
    the_message_is_at(officer, "text", "Type the question.")
    officer.press("Refuse the certificate")
    the_message_is_at(officer, "reason", "Give the reason.")
    officer.type(text="x" * 2001).press("Ask")
    the_message_is_at(officer, "text", "too long")
    kept(officer, {"text": "x" * 2001})


def test_a_wrong_password_and_no_password(plain_walk: Walk) -> None:
    anybody = plain_walk.person().open("/sign-in", "sign-in")
    anybody.type(email="viewer@rice.example").press("Sign in")
    the_message_is_at(anybody, "password", "Type your password.")
    kept(anybody, {"email": "viewer@rice.example"})
    anybody.type(password="wrong").press("Sign in").look("wrong-password")
    expect(anybody.page.get_by_role("alert")).to_be_visible()
    kept(anybody, {"email": "viewer@rice.example"})


def test_no_file_to_compare(plain_walk: Walk) -> None:
    anybody = plain_walk.person().open("/verify", "verify").press("Compare")
    the_message_is_at(anybody, "file", "Choose a PDF file first.")
    anybody.look("wrong-verify")


def the_message_is_at(person: Person, name: str, words: str) -> None:
    """The field is marked, and a line that belongs to it says why; the list on top links to it."""
    box = person.page.locator(f"[id='{name}']")
    expect(box).to_have_attribute("aria-invalid", "true")
    described = (box.get_attribute("aria-describedby") or "").split()
    line = person.page.locator(f"[id='{described[-1]}']")
    expect(line).to_contain_text(words)
    expect(line).to_be_visible()
    assert person.page.get_by_role("alert").locator(f"a[href='#{name}']").count() >= 1


def kept(person: Person, typed: Mapping[str, str]) -> None:
    """What was typed stands in the fields."""
    for name, value in typed.items():
        box = person.page.locator(f"[id='{name}']")
        kind = box.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind == "fieldset":
            expect(person.page.locator(f"input[name='{name}'][value='{value}']")).to_be_checked()
        elif kind != "checkbox":
            expect(box).to_have_value(value)
