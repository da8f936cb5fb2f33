"""A person who has no mouse: every field, link and button is reached by keys, and seen when it is.

What `Person` does with a pointer is done here with Tab, arrows, space, Enter and letters; so what
the other journeys do can be walked by keyboard alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import FileChooser, FilePayload, Locator, expect

from tests.journeys.people import Person

# More than any page of a form has places to stop at.
MOST_TABS = 150
IS_FOCUSED = "e => e === document.activeElement"
# The ring that `static/css` draws; without it nobody sees where the next key goes.
IS_SEEN = """e => e.matches(":focus-visible") && (getComputedStyle(e).outlineStyle !== "none"
  || getComputedStyle(e).boxShadow !== "none")"""


@dataclass
class Typist(Person):
    """A person at a keyboard. `pressed` counts the keys that were not text."""

    pressed: int = 0
    _files: list[FilePayload] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Answer dialogs from the first page on: asked for too late, one would not be caught."""
        self.page.on("filechooser", self._answer)

    def press(self, words: str | re.Pattern[str], *, inside: str = "main") -> Typist:
        """Go to a button by its words and press Enter."""
        self._go(self._named("button", words, inside))
        return self._key("Enter")

    def follow(self, words: str | re.Pattern[str], *, inside: str = "body") -> Typist:
        """Go to a link by its words and press Enter."""
        self._go(self._named("link", words, inside).first)
        return self._key("Enter")

    def unfold(self, words: str) -> Typist:
        """Go to a folded part by its words and open it."""
        self._go(self.page.locator("summary", has_text=words))
        return self._key("Enter")

    def choose(self, name: str, files: list[FilePayload]) -> Typist:
        """Open the system's dialog of a file field by key; the dialog itself is the system's."""
        box = self.page.locator(f"[id='{name}']")
        self._files = files
        self._go(box)._key("Space")
        expect(box).to_have_js_property("files.length", len(files))
        return self

    def _answer(self, dialog: FileChooser) -> None:
        dialog.set_files(self._files)

    def _key(self, name: str) -> Typist:
        self.page.keyboard.press(name)
        self.pressed += 1
        return self

    def _go(self, place: Locator) -> Typist:
        expect(place).to_be_visible()
        for _ in range(MOST_TABS):
            if place.evaluate(IS_FOCUSED):
                assert place.evaluate(IS_SEEN), f"{place} does not show that it has the focus"
                return self
            self._key("Tab")
        raise AssertionError(f"{place} is not reached by {MOST_TABS} tabs")

    def _fill(self, name: str, value: str) -> None:
        box = self.page.locator(f"[id='{name}']")
        kind = box.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind == "fieldset":
            self._pick(name, value)
            return
        self._go(box)
        if kind == "checkbox":
            if box.is_checked() != (value == "y"):
                self._key("Space")
        elif kind == "select-one":
            label = box.locator(f"option[value='{value}']").first.inner_text()
            # As far as keys have letters for it: "USD" of "USD – US Dollar".
            self.page.keyboard.type(label.partition(" –")[0])
            expect(box).to_have_value(value)
        elif kind == "date":
            self._day(box, value)
        else:
            self._key("Control+A")._key("Delete")
            self.page.keyboard.type(value)

    def _day(self, box: Locator, value: str) -> None:
        """The system says whether day or month comes first: where it refuses one, try the other."""
        year, month, day = value.split("-")
        for order in (f"{day}{month}{year}", f"{month}{day}{year}"):
            self.page.keyboard.type(order)
            if box.input_value() == value:
                return
            self._key("Shift+Tab")._key("Shift+Tab")  # from the year back to the first part
        raise AssertionError(f"{box} does not take {value}")

    def _pick(self, name: str, value: str) -> None:
        """A set of choices is one stop: arrows go from one to the next."""
        choices = self.page.locator(f"input[name='{name}']")
        wanted = self.page.locator(f"input[name='{name}'][value='{value}']")
        for _ in range(MOST_TABS):
            if choices.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self._key("Tab")
        for _ in range(choices.count()):
            if wanted.evaluate(IS_FOCUSED):
                break
            self._key("ArrowDown")
        if not wanted.is_checked():
            self._key("Space")
        expect(wanted).to_be_checked()
