"""`python -m tests.companion.in_window <settings folder> <sign|decline|close|wait>`: a person.

The companion with its window on a screen, and somebody who uses the window's own fields and
buttons. Each line on stdout is something that this person sees.
"""

from __future__ import annotations

import sys
import threading
import tkinter as tk
from collections.abc import Iterator
from pathlib import Path
from tkinter import ttk

from portal.companion import settings
from portal.companion.acts import companion_of
from portal.companion.server import listen
from portal.companion.window import Window
from tests.companion.running import PIN


def texts(widget: tk.Misc) -> Iterator[str]:
    """All words below a widget, as they are shown."""
    for child in widget.winfo_children():
        if isinstance(child, tk.Text):
            yield child.get("1.0", "end")
        elif isinstance(child, ttk.Label | ttk.Button):
            yield str(child.cget("text"))
        yield from texts(child)


def button(window: tk.Misc, words: str) -> ttk.Button:
    return next(
        child
        for child in window.winfo_children()
        if isinstance(child, ttk.Button) and child.cget("text") == words
    )


def main() -> None:
    """Serve until killed."""
    folder, act = Path(sys.argv[1]), sys.argv[2]
    companion = companion_of(settings.load(folder), folder)
    server = listen((0,), companion)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    window = Window(companion.consent, companion.pairings)
    print(f"Listening on http://127.0.0.1:{server.server_port}", flush=True)
    shown: set[str] = set()

    def look() -> None:
        for words in texts(window.root):
            if words not in shown:
                shown.add(words)
                print(words, flush=True)
        if window.asked and window.asked.frame.winfo_exists() and window.asked.pending.is_open:
            answer(window.asked.frame, act)
        window.root.after(50, look)

    look()
    window.serve()


def answer(asked: tk.Toplevel, act: str) -> None:
    """What this person does with a question."""
    if act == "sign":
        button(asked, "Sign").invoke()  # without a PIN nothing happens
        field = next(c for c in asked.winfo_children() if isinstance(c, ttk.Entry))
        if field.cget("show") != "*":
            raise AssertionError("the PIN can be read over the shoulder")
        field.insert(0, PIN)
        button(asked, "Sign").invoke()
    elif act == "decline":
        button(asked, "Decline").invoke()
    elif act == "close":
        asked.tk.call(*asked.tk.splitlist(asked.protocol("WM_DELETE_WINDOW")))


if __name__ == "__main__":
    main()
