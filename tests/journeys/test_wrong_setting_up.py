"""Without script: a slip in a form of people, firms or agencies loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.people import Walk
from tests.journeys.test_wrong_input import kept, the_message_is_at

OWNER, ADMINISTRATOR = "owner@rice.example", "administrator@chamber.example"
MANAGER, DIRECTORATE = "manager@chamber.example", "directorate@ecoo.example"
# What is never shown again, once it was sent.
SECRET = {"password", "present", "new_password"}


@dataclass(frozen=True)
class Slip:
    """Who types what into which form wrongly, and the message at the field."""

    who: str
    page: str
    button: str
    typed: Mapping[str, str]
    at: str
    says: str


OFFICE = {
    "code": "SUR",
    "name": "Surat office",
    "address": "1 Invented Road",
    "city": "Surat",
    "state": "Gujarat",
}
SLIPS = {
    "a registration": Slip(
        "",
        "/register",
        "Go on",
        {"name": "Invented Person Gul", "email": "gul@nowhere", "mobile": "98765"},
        "email",
        "after the @ can't receive mail",
    ),
    "an invitation to a firm": Slip(
        OWNER,
        "/firm",
        "Send the invitation",
        {"email": "colleague", "name": "Invented Person Gul", "role": "viewer"},
        "email",
        "e-mail",
    ),
    "a party": Slip(
        OWNER,
        "/firm/books/parties",
        "Add the entry",
        {"name": "Specimen Buyer"},
        "country",
        "hoose",
    ),
    "a mandate": Slip(OWNER, "/firm/mandates", "Find", {"pan": "ABCDE"}, "pan", "PAN"),
    "a password": Slip(
        OWNER,
        "/account",
        "Change the password",
        {"present": "wrong", "new_password": "specimen of a long one"},
        "present",
        "password",
    ),
    "an agent": Slip(
        OWNER,
        "/agent/registration",
        "Register the agent",
        {"name": "Specimen Brokers", "pan": "ABCDE1234", "city": "Kandla", "pin": "12"},
        "pin",
        "A PIN code has six digits",
    ),
    "an office": Slip(
        ADMINISTRATOR,
        "/agency/offices/new",
        "Open the office",
        {**OFFICE, "gstin": "07AAACS1234A1Z9", "email": "surat@chamber.example"},
        "gstin",
        "The last character doesn't fit",
    ),
    "opening hours": Slip(
        ADMINISTRATOR,
        "/agency/offices/DEL/hours",
        "Save the hours",
        {"opens_0": "18:00", "closes_0": "09:00"},
        "closes_0",
        "",
    ),
    "a holiday": Slip(
        ADMINISTRATOR, "/agency/offices/DEL/hours", "Add", {"words": "Invented Day"}, "day", ""
    ),
    "a settlement account": Slip(
        ADMINISTRATOR,
        "/agency/account",
        "Keep it",
        {"holder": "Specimen Chamber", "ifsc": "SPEC000", "number": "1", "number_again": "2"},
        "ifsc",
        "IFSC",
    ),
    "an officer": Slip(
        ADMINISTRATOR,
        "/agency/officers",
        "Send the invitation",
        {"email": "officer@", "name": "Invented Person Gul", "designation": "Secretary"},
        "email",
        "e-mail",
    ),
    "an officer of one office": Slip(
        MANAGER,
        "/office",
        "Send the invitation",
        {"email": "officer@", "name": "Invented Person Gul", "designation": "Secretary"},
        "email",
        "e-mail",
    ),
    "a turn of the register": Slip(
        DIRECTORATE,
        "/agencies/desk/specimen-chamber-of-commerce",
        "Change the standing",
        {"turn-source": "an invented gazette", "turn-why": "an invented reason"},
        "turn-notice",
        "Type the notice",
    ),
    "an entry taken back": Slip(
        DIRECTORATE,
        "/agencies/desk/specimen-chamber-of-commerce",
        "Take the last entry back",
        {},
        "back-why",
        "Say what is wrong.",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_setting_up(plain_walk: Walk, name: str) -> None:
    slip = SLIPS[name]
    person = plain_walk.someone(slip.who) if slip.who else plain_walk.person()
    person.page.goto(slip.page)
    for closed in person.page.locator("details:not([open]) > summary").all():
        closed.click()
    person.type(**slip.typed).press(slip.button)
    the_message_is_at(person, slip.at, slip.says)
    kept(person, {name: value for name, value in slip.typed.items() if name not in SECRET})
    for name in SECRET & set(slip.typed):
        expect(person.page.locator(f"[id='{name}']")).to_have_value("")
    person.look(f"wrong-{name}")


@pytest.mark.parametrize(
    ("page", "button", "content", "says"),
    [
        ("/agency/images", "Upload", b"not a picture", "PNG"),
        ("/agency/uploads", "Look through the list", b"\x00\x01 not a list", ""),
    ],
)
def test_a_file_that_is_none(
    plain_walk: Walk, page: str, button: str, content: bytes, says: str
) -> None:
    person = plain_walk.someone(ADMINISTRATOR)
    person.page.goto(page)
    person.press(button)
    the_message_is_at(person, "file", "Choose")
    acts.choose(person, "file", content)
    person.press(button)
    the_message_is_at(person, "file", says)
    person.look(f"wrong-file-{button}")
