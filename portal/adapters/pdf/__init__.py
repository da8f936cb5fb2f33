"""Turns a certificate's particulars into the PDF that its office seals: A4, the 12 boxes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from portal.adapters.fonts import REGULAR
from portal.adapters.pdf import stamp
from portal.adapters.pdf.described import described
from portal.adapters.pdf.faces import register_faces, width
from portal.adapters.pdf.form import COLUMNS, PAD, PT_PER_MM, TEXT_PT, Kind
from portal.adapters.pdf.frame import Frames
from portal.adapters.pdf.paging import Goods, Room, paged
from portal.adapters.pdf.setting import broken, fits
from portal.certificates.sheet import Sheet, SheetLine
from portal.core.errors import Refused

MAX_LINES = 1000
NO_PICTURES: Mapping[str, bytes] = MappingProxyType({})


class SheetPdf:
    """Makes sheets: frames by xhtml2pdf, once; the particulars stamped on them. Not for threads."""

    def __init__(self, fonts_dir: Path, templates_dir: Path) -> None:
        self._fonts_dir = fonts_dir
        self._frames = Frames(fonts_dir.parent / "sheets", templates_dir, fonts_dir)

    def render(self, sheet: Sheet, pictures: Mapping[str, bytes] = NO_PICTURES) -> bytes:
        """The PDF of `sheet`, the same bytes for the same sheet. 1 to 1,000 goods lines.

        `pictures` are PNG by use: the office's "stamp", the officer's "signature". Raises
        `Refused` for another number of lines or where the PDF maker reports an error.
        """
        if not 1 <= len(sheet.lines) <= MAX_LINES:
            raise Refused(f"a certificate lists 1 to {MAX_LINES} goods lines")
        register_faces(self._fonts_dir)
        pdf = stamp.stamped(sheet, pictures, _pages(sheet), self._frames.of)
        return described(
            pdf, title=f"{sheet.title} {sheet.number}", author=f"{sheet.agency}, {sheet.office}"
        )

    def warm(self, specimen: bool) -> None:
        """Load faces and the usual frames, so that forked processes find them in memory."""
        register_faces(self._fonts_dir)
        for first, last in ((True, True), (True, False), (False, False), (False, True)):
            self._frames.of(Kind(first, last, tall=False, specimen=specimen))


def _pages(sheet: Sheet) -> list[stamp.Page]:
    """The goods on each page, and which form the page is on."""
    tall = _needs_tall_boxes(sheet)

    def kind(first: bool, last: bool) -> Kind:
        return Kind(first, last, tall=tall and first, specimen=sheet.specimen)

    room = Room(
        first=kind(True, False).goods_pt,
        following=kind(False, False).goods_pt,
        first_last=kind(True, True).goods_pt,
        following_last=kind(False, True).goods_pt,
    )
    pages = paged([_goods(line) for line in sheet.lines], room)
    last = len(pages) - 1
    return [(kind(index == 0, index == last), goods) for index, goods in enumerate(pages)]


def _needs_tall_boxes(sheet: Sheet) -> bool:
    usual = Kind(first=True, last=True, tall=False, specimen=sheet.specimen)
    boxes = (*usual.parties, *usual.transport)
    texts = (
        stamp.exporter_parts(sheet),
        stamp.party_parts(sheet.consignee),
        stamp.plain_parts("\n".join(sheet.transport)),
        stamp.plain_parts(sheet.official_use),
    )
    rooms = [stamp.text_box(box) for box in boxes]
    return not all(
        fits(parts, room.width * PT_PER_MM, room.height * PT_PER_MM, width)
        for parts, room in zip(texts, rooms, strict=True)
    )


def _goods(line: SheetLine) -> Goods:
    """Boxes 5 to 10; in 7, packages and HS code on one row and the description beneath."""
    code = f"HS {line.hs_code}" if line.hs_code else ""
    head = " · ".join(part for part in (line.packages, code) if part)
    what = f"{head}\n{line.description}" if head else line.description
    texts = (str(line.item), line.marks, what, line.criterion, line.quantity, line.invoice)
    return Goods(tuple(_rows(text, column) for text, column in zip(texts, COLUMNS, strict=True)))


def _rows(text: str, column_mm: float) -> tuple[str, ...]:
    room = (column_mm - 2 * PAD) * PT_PER_MM / TEXT_PT
    rows = broken([(REGULAR, text)], room, width)
    return tuple("".join(words for _, words in row) for row in rows)
