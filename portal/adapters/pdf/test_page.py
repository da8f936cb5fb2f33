"""The one page that somebody signs to try signing out."""

from __future__ import annotations

import io
from pathlib import Path

from portal.adapters.fonts import BOLD, REGULAR
from portal.adapters.pdf.faces import register_faces


class TestPage:
    """Makes test pages; says on them that they are nothing else."""

    __test__ = False

    def __init__(self, fonts_dir: Path) -> None:
        self._fonts_dir = fonts_dir

    def render(self, name: str, ref: str, *, specimen: bool) -> bytes:
        """A page of A4 for `name`, with the request's reference."""
        from reportlab.lib.pagesizes import A4
        from reportlab.pdfgen.canvas import Canvas

        register_faces(self._fonts_dir)
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, lang="en-IN")
        canvas.setTitle(f"Test page {ref}")
        canvas.setFont(BOLD, 18)
        canvas.drawString(72, 740, "Test page")
        canvas.setFont(REGULAR, 11)
        lines = (
            f"Signed by {name} to try out signing on eCoO. It declares nothing.",
            f"Request {ref}",
            "SPECIMEN, NOT VALID" if specimen else "Not a document",
        )
        for row, words in enumerate(lines):
            canvas.drawString(72, 710 - 18 * row, words)
        canvas.showPage()
        canvas.save()
        return out.getvalue()
