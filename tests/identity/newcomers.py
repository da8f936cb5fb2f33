"""People nobody knows yet: they register, read their letters, link firms and take invitations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core import clock
from tests.build import Stage, form_fields
from tests.conftest import Outside

PASSWORD = "unusual-words-only-here"
SPICE = "ZZZCN1001A"
SPICE_EMAIL, SPICE_MOBILE = "office@spice.example", "+919990001001"


@dataclass
class Newcomer:
    """Somebody with a browser, an e-mail and a phone."""

    stage: Stage
    outside: Outside
    email: str
    name: str = "Invented Newcomer"
    mobile: str = "+919876500001"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        """Nobody is signed in yet."""
        self.client = self.stage.app.test_client()

    def register(self) -> TestResponse:
        """Type everything, read both codes, and be in."""
        page = self.begin()
        self.stage.run_jobs()
        codes = {"email_code": self.code_by_mail(), "mobile_code": self.code_by_text()}
        address = page.location
        form = self.client.get(address)
        return self.client.post(address, data=form_fields(form.text, **codes))

    def begin(self, **changes: str) -> TestResponse:
        """Type name, e-mail, mobile and password."""
        form = self.client.get("/register")
        typed = {"name": self.name, "email": self.email, "mobile": self.mobile}
        typed |= {"password": PASSWORD, "privacy": "y"}
        return self.client.post("/register", data=form_fields(form.text, **{**typed, **changes}))

    def link(self, iec: str, proof: str = "email", code: str = "") -> TestResponse:
        """Ask for the registry's code and type it (or another)."""
        claim = self.claim(iec, proof)
        self.stage.run_jobs()
        if not code:
            to = SPICE_EMAIL if proof == "email" else SPICE_MOBILE
            code = newest_code(self.outside, to)
        form = self.client.get(claim.location)
        return self.client.post(claim.location, data=form_fields(form.text, code=code))

    def claim(self, iec: str, proof: str = "email") -> TestResponse:
        """Let the registry's code be sent."""
        form = self.client.get("/account/firms")
        found = self.client.post("/account/firms", data=form_fields(form.text, iec=iec))
        form = self.client.get(found.location)
        return self.client.post(found.location, data=form_fields(form.text, proof=proof))

    def post(self, page: str, action: str, **fields: str) -> TestResponse:
        """Fill a form of a page and send it."""
        form = self.client.get(page)
        return self.client.post(action, data=form_fields(form.text, **fields))

    def code_by_mail(self) -> str:
        """The newest code in one's letters."""
        return newest_code(self.outside, self.email)

    def code_by_text(self) -> str:
        """The newest code in one's text messages."""
        return newest_code(self.outside, self.mobile)


def newest_code(outside: Outside, to: str) -> str:
    """The six digits of the newest letter or text message to an address."""
    for letter in outside.world.mailbox.to(to):
        found = re.search(r"\b\d{6}\b", letter.text)
        if found:
            return found.group()
    raise AssertionError(f"no code came to {to}")


def newest_link(outside: Outside, to: str, path: str) -> str:
    """The path of the newest link below `path` in the letters to an address."""
    for letter in outside.world.mailbox.to(to):
        found = re.search(rf"{path}/[\w-]+", letter.text)
        if found:
            return found.group()
    raise AssertionError(f"no link {path} came to {to}")


def wait_a_step() -> int:
    """The present step of half a minute."""
    return int(clock.now().timestamp()) // 30
