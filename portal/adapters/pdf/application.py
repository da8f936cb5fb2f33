"""Makes the PDF of an application, which its exporter signs: A4, 1 to 1,000 goods lines."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer

from portal.adapters.fonts import BOLD, REGULAR, ensure_faces
from portal.adapters.pdf.described import described
from portal.adapters.pdf.faces import register_faces, width
from portal.adapters.pdf.form import LEFT, PAGE_PT, PT_PER_MM, RIGHT
from portal.adapters.pdf.grid import INK, RULE_INK, SOFT_INK, Column, Grid, Style
from portal.adapters.pdf.mark import outlines
from portal.adapters.pdf.shared import form_object
from portal.core.errors import Refused
from portal.filing.paper import ApplicationPaper, PaperLine, Rows

MAX_LINES = 1000
SPECIMEN = "SPECIMEN, NOT VALID"
_SPECIMEN_INK = (0.69, 0.0, 0.13)
_TOP_MM, _FOOT_MM, _FOOT_PT = 11.0, 10.0, 7.0
_WIDTH_PT = (RIGHT - LEFT) * PT_PER_MM
_GAP_PT = 7.0
_TITLE_PT = 13.5

_PAIRED = (
    Column(0, 33, is_soft=True),
    Column(33, 60),
    Column(93, 33, is_soft=True),
    Column(126, 60),
)
_SINGLE = (Column(0, 33, is_soft=True), Column(33, 153))
_GOODS = (
    Column(0, 9),
    Column(9, 16),
    Column(25, 44),
    Column(69, 20),
    Column(89, 20, is_right=True),
    Column(109, 17, is_right=True),
    Column(126, 16.5, is_right=True),
    Column(142.5, 22, is_right=True),
    Column(166.5, 19.5),
)
_DOCUMENTS = (
    Column(0, 24.5),
    Column(24.5, 52),
    Column(76.5, 12, is_right=True),
    Column(90.5, 95.5),
)


class ApplicationPdf:
    """Makes the PDF of application papers. Not for threads."""

    def __init__(self, fonts_dir: Path) -> None:
        self._fonts_dir = fonts_dir

    def render(self, paper: ApplicationPaper) -> bytes:
        """The PDF of `paper`, the same bytes for the same paper.

        Raises `Refused` for another number of goods lines than 1 to 1,000.
        """
        if not 1 <= len(paper.lines) <= MAX_LINES:
            raise Refused(f"an application lists 1 to {MAX_LINES} goods lines")
        register_faces(self._fonts_dir)
        title = f"{paper.title}, {paper.reference}, version {paper.version}"
        return described(self._drawn(paper), title=title, author=paper.author)

    def _drawn(self, paper: ApplicationPaper) -> bytes:
        def canvas(target: Any, **options: Any) -> Canvas:
            made = _Counted(target, foot=_foot(paper), **options)
            if paper.specimen:
                made._doc.addForm("mark", form_object(self._mark))
            return made

        def begin(canvas: Canvas, _document: Any) -> None:
            if paper.specimen:
                canvas.doForm("mark")

        out = io.BytesIO()
        document = BaseDocTemplate(
            out, pagesize=PAGE_PT, pageCompression=1, invariant=1, initialFontName=REGULAR
        )
        document.addPageTemplates(PageTemplate(frames=[_frame()], onPage=begin, pagesize=PAGE_PT))
        document.build(list(_story(paper)), canvasmaker=canvas)
        return out.getvalue()

    @cached_property
    def _mark(self) -> bytes:
        return zlib.compress(outlines(ensure_faces(self._fonts_dir)[1], SPECIMEN), 9)


class _Counted(Canvas):
    """Draws the foot of every page once it is known how many there are."""

    def __init__(self, target: Any, *, foot: str, **options: Any) -> None:
        super().__init__(target, **{**options, "pdfVersion": (1, 4)})
        self._foot = foot
        self._done: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._done.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        done = self._done
        for page in done:
            self.__dict__.update(page)
            self._draw_foot(f"Page {self._pageNumber} of {len(done)}")
            super().showPage()
        super().save()

    def _draw_foot(self, place: str) -> None:
        left, right, base = LEFT * PT_PER_MM, RIGHT * PT_PER_MM, _FOOT_MM * PT_PER_MM
        self.setStrokeGray(RULE_INK)
        self.setLineWidth(0.5)
        self.line(left, base + 10, right, base + 10)
        self.setFont(REGULAR, _FOOT_PT)
        self.setFillGray(SOFT_INK)
        self.drawString(left, base, self._foot)
        self.drawRightString(right, base, place)


class _Heading(Flowable):
    """Title, what kind of document it is, and in a sandbox that it is none."""

    def __init__(self, paper: ApplicationPaper) -> None:
        super().__init__()
        self._paper = paper

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        return available, 50.0 if self._paper.specimen else 36.0

    def draw(self) -> None:
        canvas = self.canv
        top = self.wrap(0, 0)[1]
        canvas.setFillGray(INK)
        title = self._paper.title
        canvas.setFont(BOLD, min(_TITLE_PT, _WIDTH_PT / width(BOLD, title)))
        canvas.drawString(0, top - 13, title)
        canvas.setFont(REGULAR, 8.5)
        canvas.setFillGray(SOFT_INK)
        canvas.drawString(0, top - 27, self._paper.notice)
        if self._paper.specimen:
            canvas.setFillColorRGB(*_SPECIMEN_INK)
            canvas.setFont(BOLD, 10)
            canvas.drawString(0, top - 43, SPECIMEN)


class _SignaturePlace(Flowable):
    """An empty place, a line, and where the signature is to be seen."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        return available, 58.0

    def draw(self) -> None:
        canvas = self.canv
        canvas.setStrokeGray(INK)
        canvas.setLineWidth(0.7)
        canvas.line(0, 16, 93 * PT_PER_MM, 16)
        canvas.setFillGray(INK)
        canvas.setFont(REGULAR, 8)
        canvas.drawString(0, 5, self._words)


def _frame() -> Frame:
    bottom = (_FOOT_MM + 6) * PT_PER_MM
    height = PAGE_PT[1] - bottom - _TOP_MM * PT_PER_MM
    padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    return Frame(LEFT * PT_PER_MM, bottom, _WIDTH_PT, height, **padding)


def _foot(paper: ApplicationPaper) -> str:
    # Enough of the digest that a page of another application shows.
    digest = f"particulars {paper.particulars_sha256[:16]}…"
    version, specimen = f"version {paper.version}", SPECIMEN if paper.specimen else ""
    parts = (paper.reference, version, digest, specimen)
    return " · ".join(part for part in parts if part)


def _story(paper: ApplicationPaper) -> Iterator[Flowable]:
    yield _Heading(paper)
    yield _pair("File", paper.file, "Addressed to", paper.addressee)
    yield _single("Certificate asked for", paper.certificate)
    yield _pair("Exporter", paper.exporter, "Consignee", paper.consignee)
    if paper.notify:
        yield _single("Notify party", paper.notify)
    yield _pair("Transport and route", paper.transport, "Invoices", paper.invoice)
    if paper.terms:
        yield _single("Terms", paper.terms)
    yield _goods(paper)
    if paper.criteria:
        yield _single("Origin criteria", paper.criteria)
    if paper.evidence:
        yield _single("Evidence of foreign origin", paper.evidence)
    yield _documents(paper)
    yield KeepTogether([*_declaration(paper), Spacer(1, _GAP_PT), _SignaturePlace(paper.signed)])


def _pair(left: str, left_rows: Rows, right: str, right_rows: Rows) -> Grid:
    """Two lists side by side."""
    titles = ((0, left), (2, right)) if left else ()
    style = Style(_PAIRED, titles=titles)
    rows = zip_longest(left_rows, right_rows, fillvalue=("", ""))
    return Grid(style, [style.row(*one, *other) for one, other in rows])


def _single(title: str, rows: Rows) -> Grid:
    style = Style(_SINGLE, titles=((0, title),))
    return Grid(style, [style.row(*row) for row in rows])


def _goods(paper: ApplicationPaper) -> Grid:
    what = ("Item", "ITC(HS)", "Description; marks", "Packages", "Quantity")
    captions = (*what, "Gross kg", "Net kg", f"FOB {paper.currency}", "Origin")
    style = Style(_GOODS, captions, ((0, "Goods"),), size=7.2)
    rows = [
        style.row(
            line.item,
            line.hs_code,
            "\n".join((line.description, *_marks(line), *line.more)),
            line.packages,
            line.quantity,
            line.gross_kg,
            line.net_kg,
            line.fob,
            line.criterion,
        )
        for line in paper.lines
    ]
    sums = paper.totals
    total = ("", "", sums.lines, sums.packages, "", sums.gross_kg, sums.net_kg, sums.fob, "")
    return Grid(style, [*rows, style.row(*total, is_bold=True)])


def _marks(line: PaperLine) -> tuple[str, ...]:
    return (f"Marks: {line.marks}",) if line.marks else ()


def _documents(paper: ApplicationPaper) -> Grid:
    style = Style(_DOCUMENTS, ("What", "File", "Pages", "SHA-256"), ((0, "Documents"),), size=7.0)
    rows = [style.row(d.kind, d.name, d.pages, d.sha256) for d in paper.documents]
    return Grid(style, rows or [style.row("None", "", "", "")])


def _declaration(paper: ApplicationPaper) -> Iterator[Grid]:
    text = Style((Column(0, 186),), titles=((0, "Declaration"),), size=9.0)
    yield Grid(text, [text.row(paper.declaration)])
    yield _pair("", paper.declared_by, "", paper.declared_at)
