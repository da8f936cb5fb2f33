"""A person at a browser: opens pages, reads, types; every page seen is checked on the way."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect

from portal import samples
from portal.config import ROOT as ROOT
from portal.sandbox.visitor import Visitor
from tests import browser
from tests.processes.running import Running

# A refused form is answered with 4xx, which Chromium writes to the console as well.
ANSWERED_4XX = re.compile(r"Failed to load resource: the server responded with a status of 4")
# Where a page looks for the companion beside a token: not to find one is no fault of the page.
COMPANION = re.compile(r"http://127\.0\.0\.1:3745[123]/")
Cookies = dict[tuple[int, str], list[dict[str, object]]]
_signed_in: Cookies = {}


@dataclass(frozen=True)
class Mode:
    """How one walks: with script or without, at which width, on which database."""

    script: bool
    width: int
    database: str

    def __str__(self) -> str:
        """As it stands in a test's id and a screenshot's name."""
        return f"{'script' if self.script else 'plain'}-{self.width}-{self.database}"


_pictured: set[tuple[Mode, str]] = set()


@dataclass
class Person:
    """One person's page, and what was said against it."""

    page: Page
    mode: Mode
    complaints: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def open(self, path: str, name: str) -> Person:
        """Go to a path of the portal and look at it."""
        self.page.goto(path)
        return self.look(name)

    def look(self, name: str) -> Person:
        """Check the page as it stands: one h1, no sideways scrolling, nothing for axe to find.

        What has a name is pictured and given to axe once in each mode, whoever comes there first.
        """
        if name in self.seen:
            return self
        self.seen.add(name)
        expect(self.page.locator("h1")).to_have_count(1)
        assert not browser.overflows(self.page), f"{name} scrolls sideways"
        if (self.mode, name) in _pictured:
            return self
        _pictured.add((self.mode, name))
        browser.screenshot(self.page, f"{name}-{self.mode}")
        if self.mode.script:
            findings = browser.axe(self.page)
            assert not findings, f"{name}: {findings}"
        return self

    def type(self, **fields: str) -> Person:
        """Fill fields by their ids, as one does: text is typed, lists and ticks are chosen."""
        for name, value in fields.items():
            self._fill(name, value)
        return self

    def press(self, words: str | re.Pattern[str], *, inside: str = "main") -> Person:
        """Press a button by its words."""
        self._named("button", words, inside).click()
        return self

    def choose(self, name: str, files: list[FilePayload]) -> Person:
        """Choose files for the field `name`."""
        self.page.locator(f"[id='{name}']").set_input_files(files)
        return self

    def follow(self, words: str | re.Pattern[str], *, inside: str = "body") -> Person:
        """Follow a link by its words."""
        self._named("link", words, inside).first.click()
        return self

    def reads(self, *words: str, within: float = 30) -> Person:
        """The page shows the words, after at most `within` seconds."""
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text, timeout=within * 1000)
        return self

    def reads_not(self, *words: str) -> Person:
        """The page does not show the words."""
        for text in words:
            expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def at(self, path: str) -> Person:
        """The address is (or becomes) one that matches the regular expression `path`."""
        self.page.wait_for_url(re.compile(path))
        return self

    def sign_in(self, email: str) -> Person:
        """Sign in by the form."""
        self.open("/sign-in", "sign-in").type(email=email, password=samples.PASSWORD)
        self.press("Sign in").at("/(dashboard|agency|office|clients|sign-in/code)$")
        if self.page.url.endswith("/sign-in/code"):
            parts = urlsplit(self.page.url)
            phone = Visitor(f"{parts.scheme}://{parts.netloc}")
            self.look("factor").type(code=phone.code_of(email)).press("Go on")
        return self.at("/(dashboard|agency|office|clients)$")

    def _named(
        self, role: Literal["button", "link"], words: str | re.Pattern[str], inside: str
    ) -> Locator:
        """What is called so, by the whole name where it is given as text."""
        exact = isinstance(words, str)
        return self.page.locator(inside).get_by_role(role, name=words, exact=exact)

    def _fill(self, name: str, value: str) -> None:
        box = self.page.locator(f"[id='{name}']")
        kind = box.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind == "fieldset":
            self.page.locator(f"input[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            box.set_checked(value == "y")
        elif kind == "select-one":
            box.select_option(value)
        elif kind in ("date", "time", "datetime-local"):
            box.fill(value)
        elif self.mode.script:
            box.fill("")
            box.press_sequentially(value)
        else:
            box.fill(value)  # nobody listens to the single keys


@dataclass
class Walk:
    """People on one portal in one mode; contexts end with the test."""

    mode: Mode
    portal: Running
    chromium: Browser
    stack: ExitStack

    @property
    def base(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self.portal.port}"

    def person(
        self, *, complain: Literal["fail", "keep"] = "fail", like: type[Person] = Person
    ) -> Person:
        """Somebody nobody knows yet; a console message against a page fails the test at its end."""
        mode = self.mode
        page = self.stack.enter_context(
            browser.page(self.chromium, self.base, script=mode.script, width=mode.width)
        )
        who = like(page, mode)
        page.on("console", lambda message: _note(who, message))
        if complain == "fail":
            self.stack.callback(_silent, who)
        return who

    def someone(self, email: str) -> Person:
        """A sample person who signed in before: sign-ins are few, journeys many."""
        who, key = self.person(), (self.portal.port, email)
        if key not in _signed_in:
            who.sign_in(email)
            _signed_in[key] = [dict(cookie) for cookie in who.page.context.cookies()]
        else:
            who.page.context.add_cookies(_signed_in[key])  # type: ignore[arg-type]
        return who


def _note(who: Person, message: ConsoleMessage) -> None:
    is_knock = COMPANION.match(message.location["url"])
    if message.type == "error" and not is_knock and not ANSWERED_4XX.match(message.text):
        who.complaints.append(f"{who.page.url}: {message.text}")


def _silent(who: Person) -> None:
    assert not who.complaints, who.complaints
