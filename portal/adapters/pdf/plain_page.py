"""A plain page of a title and some lines: a test page, an officer's decision."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from portal.adapters.fonts import BOLD, REGULAR
from portal.adapters.pdf.faces import register_faces

_WIDTH, _LEFT, _TOP = 450, 72, 710


class PlainPage:
    """Makes pages of A4 that say what they are, and SPECIMEN where they are one."""

    def __init__(self, fonts_dir: Path) -> None:
        self._fonts_dir = fonts_dir

    def render(self, title: str, lines: Sequence[str], *, specimen: bool) -> bytes:
        """One page; long lines are broken, what doesn't fit on it is an error of the caller."""
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.utils import simpleSplit
        from reportlab.pdfgen.canvas import Canvas

        register_faces(self._fonts_dir)
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, lang="en-IN")
        canvas.setTitle(title)
        canvas.setFont(BOLD, 18)
        canvas.drawString(_LEFT, 740, title)
        canvas.setFont(REGULAR, 11)
        given = [*lines, *(["SPECIMEN, NOT VALID"] if specimen else [])]
        broken = [part for line in given for part in simpleSplit(line, REGULAR, 11, _WIDTH)]
        for row, words in enumerate(broken):
            canvas.drawString(_LEFT, _TOP - 18 * row, words)
        canvas.showPage()
        canvas.save()
        return out.getvalue()
