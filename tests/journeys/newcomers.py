"""People who come into an empty portal unaided; every step and every field is counted."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass, field

import pyotp

from tests.journeys.people import Person, Walk

PASSWORD = "unusual-words-only-here"


@dataclass
class Newcomer:
    """Somebody at a browser, with an e-mail, a phone, and perhaps an app for codes."""

    walk: Walk
    email: str
    name: str
    mobile: str = ""
    secret: str = ""
    person: Person = field(init=False)
    presses: int = 0
    fields: int = 0
    step: int = 0

    def __post_init__(self) -> None:
        """A fresh browser."""
        self.person = self.walk.person()

    def type(self, **typed: str) -> Newcomer:
        """Fill fields, counting them."""
        self.person.type(**typed)
        self.fields += len(typed)
        return self

    def press(self, words: str) -> Newcomer:
        """Press a button, counting it."""
        self.person.press(words)
        self.presses += 1
        return self

    def open(self, path: str, name: str) -> Newcomer:
        """Open a page and look at it."""
        self.person.open(path, name)
        return self

    def register(self) -> Newcomer:
        """Get an account with both codes."""
        self.open("/register", "register")
        self.press("Go on").person.reads("Type your name.").look("register-empty")
        self.type(name=self.name, email=self.email, mobile=self.mobile, password=PASSWORD)
        self.type(privacy="y").press("Go on")
        self.person.at("/register/").look("codes")
        self.type(email_code=self.digits(self.email), mobile_code=self.digits(self.mobile))
        self.press("Get the account").person.at("/account/firms$").look("account-firms")
        return self

    def take_invitation(self, kind: str = "join") -> Newcomer:
        """Open the link of an invitation and get an account by it."""
        self.open(self.link("/invitations"), f"invitation-{kind}")
        self.type(name=self.name, mobile=self.mobile, password=PASSWORD, privacy="y")
        return self.press("Get the account and accept")

    def get_app(self) -> Newcomer:
        """Give the app its secret and type the first code."""
        self.person.at("/account/second-factor$").look("factor-new")
        text = self.person.page.locator("main code").first.inner_text()
        self.secret = text.replace(" ", "")
        self.type(code=self.app_code()).press("Turn it on")
        self.person.reads("Keep these recovery codes").look("recovery-codes")
        self.person.follow("I have kept them: go on")
        return self

    def sign_in(self) -> Newcomer:
        """Sign in again, with the app's code where there is an app."""
        self.open("/sign-in", "sign-in-again")
        self.type(email=self.email, password=PASSWORD).press("Sign in")
        if self.secret:
            self.person.at("/sign-in/code$")
            self.type(code=self.app_code()).press("Go on")
        self.person.at("/(dashboard|agency|office)$")
        return self

    def app_code(self) -> str:
        """What the app shows: never the same code twice."""
        import time

        present = int(time.time()) // 30
        self.step = max(present, self.step + 1)
        return pyotp.TOTP(self.secret).at(self.step * 30)

    def digits(self, to: str, after: str = "") -> str:
        """The newest six digits sent to an address, waiting for them a little."""
        return self._found(to, r"\b\d{6}\b", after)

    def link(self, path: str) -> str:
        """The newest link below a path in one's letters."""
        return self._found(self.email, rf"{path}/[\w-]+", "")

    def _found(self, to: str, pattern: str, after: str) -> str:
        for _ in range(100):
            for letter in letters(self.walk, to):
                found = re.search(pattern, letter)
                if found and found.group() != after:
                    return found.group()
            self.person.page.wait_for_timeout(100)
        raise AssertionError(f"nothing like {pattern} came to {to}")


def letters(walk: Walk, to: str) -> list[str]:
    """What came to an address, newest first."""
    port = walk.portal.port + 1
    address = f"http://127.0.0.1:{port}/mailbox.json?to={to.replace('+', '%2B')}"
    with urllib.request.urlopen(address, timeout=5) as answer:
        return [letter["text"] for letter in json.load(answer)]
