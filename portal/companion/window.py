"""The companion as a window: shows the pairing code, asks for consent and for the PIN."""

from __future__ import annotations

import os
import signal
import sys
import time
import tkinter as tk
from tkinter import ttk

from portal.companion.consent import (
    Consent,
    Pending,
    document_lines,
    heading,
    signer_lines,
)
from portal.companion.pairing import Pairings

_STEP_MILLISECONDS = 100
_NEWS_LINES = 6
_MOST_LINES = 20


def is_possible() -> bool:
    """Whether a window can be opened here."""
    if sys.platform not in ("win32", "darwin") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    try:
        tk.Tk().destroy()
    except tk.TclError:
        return False
    return True


class Window:
    """The window, open as long as the program runs."""

    def __init__(self, consent: Consent, pairings: Pairings) -> None:
        self.consent, self.pairings = consent, pairings
        self.root = tk.Tk()
        self.root.title("eCoO Companion")
        self.code = ttk.Label(self.root, font=("TkDefaultFont", 22))
        self.news = tk.Text(self.root, height=_NEWS_LINES, width=70, state="disabled")
        self.again = ttk.Button(self.root, text="New code", command=pairings.draw)
        self.asked: Asked | None = None
        self.is_over = False
        ttk.Label(self.root, text="Enter this code on the page of the portal:").pack(pady=8)
        for part in (self.code, self.again, self.news):
            part.pack(pady=8, padx=16)

    def serve(self) -> None:
        """Answer for the person until the window is closed."""
        self.root.after(0, self._look)
        self.root.mainloop()

    def _look(self) -> None:
        if self.is_over:
            self.root.quit()
            return
        self.code.configure(text=self.pairings.code or "Too many wrong codes")
        for line in self.consent.news():
            self._tell(line)
        if self.asked is None or not self.asked.refresh():
            pending = self.consent.next()
            self.asked = Asked(self.root, pending) if pending else None
        self.root.after(_STEP_MILLISECONDS, self._look)

    def _tell(self, line: str) -> None:
        self.news.configure(state="normal")
        self.news.insert("end", f"{line}\n")
        self.news.see("end")
        self.news.configure(state="disabled")


class Asked:
    """One question in a window of its own, in front of all others."""

    def __init__(self, root: tk.Tk, pending: Pending) -> None:
        self.pending = pending
        self.frame = tk.Toplevel(root)
        self.frame.title("Sign?")
        self.frame.attributes("-topmost", True)
        self.frame.protocol("WM_DELETE_WINDOW", self.decline)
        question = pending.question
        ttk.Label(self.frame, text=heading(question)).pack(pady=8, padx=16, anchor="w")
        self._documents()
        for line in signer_lines(question):
            ttk.Label(self.frame, text=line).pack(padx=16, anchor="w")
        self.pin = ttk.Entry(self.frame, show="*")
        self.left = ttk.Label(self.frame)
        self._buttons()

    def refresh(self) -> bool:
        """Show the time that is left; close when there is none. Whether it is still open."""
        if not self.pending.is_open:
            self.frame.destroy()
            return False
        self.left.configure(text=f"{self.pending.until - time.monotonic():.0f} s left")
        return True

    def sign(self) -> None:
        """Approve, if a PIN was typed."""
        pin = self.pin.get()
        if pin:
            self.pin.delete(0, "end")
            self.pending.approve(pin)

    def decline(self) -> None:
        """Decline."""
        self.pending.decline()

    def _documents(self) -> None:
        items = self.pending.question.request.items
        room = ttk.Frame(self.frame)
        shown = tk.Text(room, width=78, height=min(_MOST_LINES, 4 * len(items)), wrap="word")
        more = ttk.Scrollbar(room, command=shown.yview)
        shown.configure(yscrollcommand=more.set)
        for number, item in enumerate(items, 1):
            shown.insert("end", "\n".join([*document_lines(number, item), ""]))
        shown.configure(state="disabled")
        more.pack(side="right", fill="y")
        shown.pack(side="left")
        room.pack(pady=8, padx=16)

    def _buttons(self) -> None:
        ttk.Label(self.frame, text="PIN of the token:").pack(padx=16, pady=(8, 0), anchor="w")
        self.pin.pack(padx=16, anchor="w")
        # No button has the focus and Return does nothing: signing is a click on its own.
        ttk.Button(self.frame, text="Sign", command=self.sign).pack(side="left", padx=16, pady=12)
        ttk.Button(self.frame, text="Decline", command=self.decline).pack(side="left", pady=12)
        self.left.pack(side="right", padx=16)


def serve(consent: Consent, pairings: Pairings) -> None:
    """Answer for the person in a window until it is closed."""
    window = Window(consent, pairings)

    # Tk swallows what a handler raises, and forgets a quit from before its loop.
    def end(*_: object) -> None:
        window.is_over = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    window.serve()
