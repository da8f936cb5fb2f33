"""Turns a certificate's particulars into the PDF that its office seals: A4, the 12 boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from portal.adapters.fonts import REGULAR
from portal.adapters.pdf import stamp
from portal.adapters.pdf.described import described
from portal.adapters.pdf.faces import register_faces, width
from portal.adapters.pdf.form import COLUMNS, PAD, PT_PER_MM, SMALL_PT, TEXT_PT, Kind
from portal.adapters.pdf.frame import Frames
from portal.adapters.pdf.paging import Goods, Room, paged
from portal.adapters.pdf.setting import Measure, Part, broken, cut, fits
from portal.certificates.sheet import Sheet, SheetLine
from portal.core.errors import Refused

Found = TypeVar("Found")
MAX_LINES = 1000
# The first layout made texts smaller without end; since then they go on beneath the goods.
FIRST_REVISION = "NP-1"
MORE = "Continued in box 7, beneath the goods."
NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})


class SheetPdf:
    """Makes sheets: frames by xhtml2pdf, once; the particulars stamped on them. Not for threads."""

    def __init__(self, fonts_dir: Path, templates_dir: Path) -> None:
        self._fonts_dir = fonts_dir
        self._frames = Frames(fonts_dir.parent / "sheets", templates_dir, fonts_dir)

    def render(self, sheet: Sheet, pictures: Mapping[str, bytes] = NO_PICTURES) -> bytes:
        """The PDF of `sheet`, the same bytes for the same sheet. 1 to 1,000 goods lines.

        A draft may have none. `pictures` are PNG by use: the office's "stamp", the officer's
        "signature". Raises `Refused` for another number of lines or where the PDF maker reports
        an error.
        """
        if not (0 if sheet.draft else 1) <= len(sheet.lines) <= MAX_LINES:
            raise Refused(f"a certificate lists 1 to {MAX_LINES} goods lines")
        register_faces(self._fonts_dir)
        tall = not all(_in_rooms(sheet, fits, tall=False))
        texts, left_over = _upper(sheet, tall)
        pages = _pages(sheet, tall, (*left_over, *sheet.notes))
        pdf = stamp.stamped(sheet, pictures, texts, pages, self._frames.of)
        what = f"DRAFT {sheet.title}" if sheet.draft else f"{sheet.title} {sheet.number}"
        return described(pdf, title=what, author=f"{sheet.agency}, {sheet.office}")

    def warm(self, specimen: bool) -> None:
        """Load faces and the usual frames, so that forked processes find them in memory."""
        register_faces(self._fonts_dir)
        for first, last in ((True, True), (True, False), (False, False), (False, True)):
            self._frames.of(Kind(first, last, tall=False, specimen=specimen))


def _pages(sheet: Sheet, tall: bool, notes: Sequence[str]) -> list[stamp.Page]:
    """The goods and notes on each page, and which form the page is on."""

    def kind(first: bool, last: bool) -> Kind:
        return Kind(first, last, tall and first, sheet.specimen, sheet.draft)

    room = Room(
        first=kind(True, False).goods_pt,
        following=kind(False, False).goods_pt,
        first_last=kind(True, True).goods_pt,
        following_last=kind(False, True).goods_pt,
    )
    goods = [_goods(line) for line in sheet.lines] or [Goods((("–",),) * len(COLUMNS))]
    pages = paged([*goods, *map(_note, notes)], room)
    last = len(pages) - 1
    return [(kind(index == 0, index == last), goods) for index, goods in enumerate(pages)]


def _upper(sheet: Sheet, tall: bool) -> tuple[stamp.Texts, list[str]]:
    """What boxes 1 to 4 hold, and what is too long for them."""
    if sheet.revision == FIRST_REVISION:
        return stamp.upper_texts(sheet), []

    def shortened(
        parts: Sequence[Part], width_pt: float, height_pt: float, measure: Measure
    ) -> tuple[list[Part], str]:
        return cut(parts, width_pt, height_pt, measure, SMALL_PT, MORE)

    found = _in_rooms(sheet, shortened, tall=tall)
    rest = [
        f"Box {number}, continued:\n{text}" for number, (_, text) in enumerate(found, 1) if text
    ]
    return tuple(parts for parts, _ in found), rest


def _in_rooms(sheet: Sheet, set_into: Callable[..., Found], *, tall: bool) -> list[Found]:
    """What `set_into` makes of the texts of boxes 1 to 4 and of their room, in points."""
    form = Kind(first=True, last=True, tall=tall, specimen=sheet.specimen)
    rooms = [stamp.text_box(box) for box in (*form.parties, *form.transport)]
    return [
        set_into(parts, room.width * PT_PER_MM, room.height * PT_PER_MM, width)
        for parts, room in zip(stamp.upper_texts(sheet), rooms, strict=True)
    ]


def _goods(line: SheetLine) -> Goods:
    """Boxes 5 to 10; in 7, packages and HS code on one row and the description beneath."""
    code = f"HS {line.hs_code}" if line.hs_code else ""
    head = " · ".join(part for part in (line.packages, code) if part)
    what = f"{head}\n{line.description}" if head else line.description
    texts = (str(line.item), line.marks, what, line.criterion, line.quantity, line.invoice)
    return _set_goods(texts)


def _note(text: str) -> Goods:
    """A text in box 7 beneath the goods."""
    return _set_goods(("", "", text, "", "", ""))


def _set_goods(texts: Sequence[str]) -> Goods:
    return Goods(tuple(_rows(text, column) for text, column in zip(texts, COLUMNS, strict=True)))


def _rows(text: str, column_mm: float) -> tuple[str, ...]:
    room = (column_mm - 2 * PAD) * PT_PER_MM / TEXT_PT
    rows = broken([(REGULAR, text)], room, width)
    return tuple("".join(words for _, words in row) for row in rows)
