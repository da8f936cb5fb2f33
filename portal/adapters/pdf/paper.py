"""Sets an application as a PDF: A4, its goods in a table over as many pages as they need."""

from __future__ import annotations

import io
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from portal.adapters.fonts import BOLD, REGULAR, ensure_faces
from portal.adapters.pdf.faces import register_faces
from portal.adapters.pdf.mark import outlines
from portal.filing.paper import HEADS, Paper

MARGIN_PT = 42.5
# Columns of the goods, in points; together as wide as the page between its margins.
WIDTHS_PT = (26, 50, 142, 56, 54, 66, 60, 56)
_LABEL_PT = 110
# Letters of a cell beyond which its row may not fit on a page.
_LONG_CELL = 800


class PaperPdf:
    """Makes papers by reportlab's tables; the same paper gives the same bytes. Not for threads."""

    def __init__(self, fonts_dir: Path) -> None:
        self._fonts_dir = fonts_dir

    @cached_property
    def _mark(self) -> str:
        """The specimen mark as drawing operators; how faint it is, the page says."""
        regular, _bold = ensure_faces(self._fonts_dir)
        return outlines(regular, "SPECIMEN, NOT VALID").decode().replace("/Fade gs ", "")

    def render(self, paper: Paper) -> bytes:
        """The PDF of `paper`. What people typed is set as it is and never read as markup."""
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

        register_faces(self._fonts_dir)
        out, (wide, high) = io.BytesIO(), A4
        frame = Frame(MARGIN_PT, 48, wide - 2 * MARGIN_PT, high - 90, 0, 0, 0, 0)
        mark = self._mark if paper.specimen else ""
        document = BaseDocTemplate(
            out,
            pagesize=A4,
            title=f"{paper.title} {paper.reference}",
            author="eCoO",
            lang="en-IN",
            pageTemplates=[PageTemplate(frames=[frame], onPage=_foot(paper, mark))],
        )
        document.build(_story(paper))
        return out.getvalue()


def _foot(paper: Paper, mark: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        if mark:
            canvas.setFillAlpha(0.08)
            canvas._code.append(mark)
            canvas.setFillAlpha(1)
        canvas.setFont(REGULAR, 7.5)
        words = f"{paper.reference} · particulars SHA-256 {paper.fingerprint[:32]}…"
        canvas.drawString(MARGIN_PT, 30, words)
        canvas.drawRightString(canvas._pagesize[0] - MARGIN_PT, 30, f"Page {document.page}")
        canvas.restoreState()

    return draw


def _story(paper: Paper) -> list[Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer

    body = ParagraphStyle("body", fontName=REGULAR, fontSize=8.5, leading=11, splitLongWords=1)
    strong = ParagraphStyle("strong", parent=body, fontName=BOLD)
    head = ParagraphStyle("head", parent=strong, fontSize=10.5, leading=14, spaceBefore=9)
    title = ParagraphStyle("title", parent=strong, fontSize=13, leading=17)
    story: list[Any] = [Paragraph(_plain(paper.title), title)]
    if paper.specimen:
        story.append(Paragraph("SPECIMEN, NOT VALID", strong))
    for section in paper.sections:
        story += [Paragraph(_plain(section.heading), head), _facts(section.facts, body, strong)]
    story += [Paragraph("Goods", head), Spacer(0, 3), _goods(paper, body, strong)]
    story += [Paragraph("Documents", head), _facts(paper.documents, body, strong)]
    story.append(Paragraph("Declaration", head))
    return story + [Paragraph(_plain(words), body) for words in paper.declaration]


def _facts(facts: tuple[tuple[str, str], ...], body: Any, strong: Any) -> Any:
    from reportlab.platypus import Paragraph, Spacer, Table

    if not facts:
        return Spacer(0, 1)
    cells = [[Paragraph(_plain(a), strong), Paragraph(_plain(b), body)] for a, b in facts]
    table = Table(cells, colWidths=[_LABEL_PT, sum(WIDTHS_PT) - _LABEL_PT], hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(1.2)])
    return table


def _goods(paper: Paper, body: Any, strong: Any) -> Any:
    from reportlab.lib.colors import grey
    from reportlab.platypus import LongTable, Paragraph

    rows = [
        [Paragraph(_plain(words), strong) for words in HEADS],
        *([Paragraph(_plain(words), body) for words in row] for row in paper.rows),
        [Paragraph(_plain(words), strong) for words in paper.totals],
    ]
    # Rows stay whole but for one that is taller than a page.
    tall = any(len(words) > _LONG_CELL for row in paper.rows for words in row)
    table = LongTable(rows, colWidths=WIDTHS_PT, repeatRows=1, splitInRow=int(tall), hAlign="LEFT")
    lines = ("LINEBELOW", (0, 0), (-1, -1), 0.4, grey)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), lines, *_padding(2)])
    return table


def _padding(points: float) -> list[Any]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), points) for side in sides]


def _plain(words: str) -> str:
    """Text for reportlab's paragraphs: nothing in it is markup but the ends of lines."""
    return "<br/>".join(escape(line) for line in words.splitlines())
