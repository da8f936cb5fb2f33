"""Stamps on the form's frames what differs from certificate to certificate."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal.adapters.fonts import BOLD, REGULAR
from portal.adapters.pdf import form
from portal.adapters.pdf.code import qr_operators
from portal.adapters.pdf.faces import width
from portal.adapters.pdf.form import LEADING, PAGE_PT, PT_PER_MM, RISE, SMALL_PT, TEXT_PT, Box, Kind
from portal.adapters.pdf.paging import Goods
from portal.adapters.pdf.pictures import draw_pictures
from portal.adapters.pdf.setting import Part, SetRow, fit
from portal.adapters.pdf.shared import form_object
from portal.certificates.sheet import Party, Sheet

_INK, _SOFT_INK = 0.067, 0.2
_CAPTION_MM = SMALL_PT * LEADING / PT_PER_MM

FrameOf = Callable[[Kind], bytes]
Page = tuple[Kind, tuple[Goods, ...]]


def stamped(
    sheet: Sheet, pictures: Mapping[str, bytes], pages: Sequence[Page], frame_of: FrameOf
) -> bytes:
    """The PDF of `pages`; each kind of frame is in it once, `pictures` (PNG by use) by box 11."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(
        out, PAGE_PT, pageCompression=1, invariant=1, initialFontName=REGULAR, pdfVersion=(1, 4)
    )
    for kind in dict.fromkeys(kind for kind, _ in pages):
        canvas._doc.addForm(kind.name, form_object(frame_of(kind)))
    for number, (kind, goods) in enumerate(pages, 1):
        canvas.doForm(kind.name)
        taken = draw_pictures(canvas, kind, pictures) if kind.last else 0.0
        place = f"{number} of {len(pages)}"
        _draw_page(_Pen(canvas), sheet, kind, goods, place, taken)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def party_parts(party: Party, more: str = "") -> list[Part]:
    """Box 1 or 2: the name in bold, the address, the country."""
    rows = "\n".join((*party.address_lines, party.country + more))
    return [Part(((BOLD, party.name),), TEXT_PT), Part(((REGULAR, rows),), TEXT_PT)]


def exporter_parts(sheet: Sheet) -> list[Part]:
    """Box 1."""
    return party_parts(sheet.exporter, f" · IEC {sheet.exporter_iec}")


def plain_parts(text: str) -> list[Part]:
    """Box 3 or 4."""
    return [Part(((REGULAR, text),), TEXT_PT)] if text else []


def text_box(box: Box) -> Box:
    """What the caption leaves of one of the boxes 1 to 4."""
    return box.inner.below(_CAPTION_MM)


class _Pen:
    """Writes rows of text on one page."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._text = canvas.beginText()
        self._font: tuple[str, float] | None = None
        self._text.setFillGray(_INK)

    def write(self, box: Box, *parts: Part) -> None:
        """`parts` in `box`, made smaller where they are too long for it."""
        rows = fit(parts, box.width * PT_PER_MM, box.height * PT_PER_MM, width)
        self.rows(box.left * PT_PER_MM, PAGE_PT[1] - box.top * PT_PER_MM, rows)

    def rows(self, left: float, top: float, rows: Sequence[SetRow]) -> None:
        """Rows from `top` downwards, in points."""
        for row in rows:
            self._text.setTextOrigin(left, top - row.drop)
            for face, words in row.runs:
                self._set_font(face, row.size)
                self._text.textOut(words)

    def column(self, left: float, top: float, rows: Sequence[str]) -> None:
        """Rows of a goods line."""
        self._set_font(REGULAR, TEXT_PT)
        self._text.setTextOrigin(left, top - TEXT_PT * RISE)
        for row in rows:
            self._text.textLine(row)

    def soften(self) -> None:
        """What follows is printed in grey."""
        self._text.setFillGray(_SOFT_INK)

    def finish(self, more: str = "") -> None:
        """Put the text on the page, and `more` operators after it."""
        self._canvas.drawText(self._text)
        if more:
            self._canvas.addLiteral(more)

    def _set_font(self, face: str, size: float) -> None:
        if self._font != (face, size):
            self._text.setFont(face, size, size * LEADING)
            self._font = (face, size)


def _draw_page(
    pen: _Pen, sheet: Sheet, kind: Kind, goods: tuple[Goods, ...], place: str, taken: float
) -> None:
    if kind.first:
        _draw_first(pen, sheet, kind, place)
    else:
        _draw_next(pen, sheet, kind, place)
    _draw_goods(pen, sheet, kind, goods)
    if kind.last:
        _draw_statements(pen, sheet, kind, taken)
    pen.soften()
    pen.write(form.FOOT, *_foot(sheet))
    pen.finish(qr_operators(sheet.qr_url, kind.qr) if kind.first else "")


def _draw_first(pen: _Pen, sheet: Sheet, kind: Kind, place: str) -> None:
    pen.write(
        kind.heading,
        Part(((BOLD, sheet.agency),), 13),
        Part(((REGULAR, f"{sheet.office}\n{sheet.office_address}"),), TEXT_PT),
        Part(((BOLD, sheet.title),), 16.5, 11),
    )
    number, code, _, _, page = kind.strip
    _draw_values(pen, ((number, sheet.number), (code, sheet.check_code), (page, place)))
    pen.write(text_box(kind.parties[0]), *exporter_parts(sheet))
    pen.write(text_box(kind.parties[1]), *party_parts(sheet.consignee))
    pen.write(text_box(kind.transport[0]), *plain_parts("\n".join(sheet.transport)))
    pen.write(text_box(kind.transport[1]), *plain_parts(sheet.official_use))


def _draw_next(pen: _Pen, sheet: Sheet, kind: Kind, place: str) -> None:
    title, number, code, page = kind.strip
    room = title.inner
    if kind.specimen:
        room = Box(room.left, room.top, room.width, form.SPECIMEN_NEXT.top - room.top)
    pen.write(
        room, Part(((BOLD, sheet.title),), TEXT_PT), Part(((REGULAR, sheet.agency),), TEXT_PT)
    )
    _draw_values(pen, ((number, sheet.number), (code, sheet.check_code), (page, place)))


def _draw_values(pen: _Pen, values: Sequence[tuple[Box, str]]) -> None:
    """Bold values under captions of the text's own size."""
    for box, value in values:
        room = box.inner.below(TEXT_PT * LEADING / PT_PER_MM)
        pen.write(room, Part(((BOLD, value),), TEXT_PT))


def _draw_goods(pen: _Pen, sheet: Sheet, kind: Kind, goods: tuple[Goods, ...]) -> None:
    lefts = [column.inner.left * PT_PER_MM for column in kind.goods]
    top = PAGE_PT[1] - (kind.goods[0].top + form.ROW_GAP / 2) * PT_PER_MM
    for one in goods:
        for left, cell in zip(lefts, one.cells, strict=True):
            pen.column(left, top, cell)
        top -= one.height
    if kind.last:
        count = len(sheet.lines)
        mark = f"*** end of list, {count} {'item' if count == 1 else 'items'} ***"
        column = kind.goods[2]
        left = (column.left + column.width / 2) * PT_PER_MM - width(BOLD, mark) * TEXT_PT / 2
        pen.rows(left, top, [SetRow(((BOLD, mark),), TEXT_PT, TEXT_PT * RISE)])


def _draw_statements(pen: _Pen, sheet: Sheet, kind: Kind, taken: float) -> None:
    """Boxes 11 and 12; pictures took `taken` millimetres of box 11."""
    certified, declared = kind.statements
    inner = declared.inner
    sentence = Box(inner.left, declared.top + form.SENTENCE_TOP, inner.width, form.SENTENCE)
    pen.write(sentence, Part(_declaration(sheet), TEXT_PT))
    for box, values, less in (
        (certified, _certified(sheet), taken),
        (declared, _declared(sheet), 0.0),
    ):
        for number, runs in enumerate(values):
            pen.write(form.slot(box, number, less), Part(runs, TEXT_PT))
    pen.soften()
    closing = f"Declared electronically in the portal, application {sheet.application_number}."
    pen.write(form.caption(declared, 3), Part(((REGULAR, closing),), SMALL_PT))


def _declaration(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    return (
        (REGULAR, "The details and statements above are correct; all the goods were produced in "),
        (BOLD, sheet.origin_country),
        (REGULAR, "; they comply with the origin requirements for goods exported to "),
        (BOLD, sheet.importing_country),
        (REGULAR, "."),
    )


def _certified(sheet: Sheet) -> tuple[tuple[tuple[str, str], ...], ...]:
    return (
        ((BOLD, f"{sheet.certification_place}, {sheet.certified_on}"),),
        ((BOLD, sheet.officer), (REGULAR, f", {sheet.officer_designation}")),
        ((BOLD, sheet.agency), (REGULAR, f"\n{sheet.office}")),
    )


def _declared(sheet: Sheet) -> tuple[tuple[tuple[str, str], ...], ...]:
    return (
        ((BOLD, f"{sheet.declaration_place}, {sheet.declaration_date}"),),
        ((BOLD, sheet.signatory), (REGULAR, f", {sheet.signatory_designation}")),
        ((BOLD, sheet.exporter.name),),
    )


def _foot(sheet: Sheet) -> tuple[Part, ...]:
    runs = (
        (REGULAR, "Verify: scan the code on page 1, or open "),
        (BOLD, sheet.verify_url),
        (
            REGULAR,
            " and enter the certificate number and the check code. The sealed electronic file is "
            "the certificate; a print is a copy of it. "
            f"Application {sheet.application_number} · form {sheet.revision}",
        ),
    )
    return (Part(runs, SMALL_PT),)
