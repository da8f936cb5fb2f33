"""Stamps on the form's frames what differs from certificate to certificate."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
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
# What stands in boxes 1 to 4.
Texts = tuple[Sequence[Part], ...]
_TITLE_PT, _SMALLEST_TITLE_PT = 16.5, 11.0
_NOTHING = "–"


def stamped(
    sheet: Sheet,
    pictures: Mapping[str, bytes],
    texts: Texts,
    pages: Sequence[Page],
    frame_of: FrameOf,
) -> bytes:
    """The PDF of `pages`, with `texts` in boxes 1 to 4 of the first and `pictures` (PNG by use) by
    box 11; each kind of frame is in it once."""
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
        pen = _Pen(canvas)
        if kind.first:
            _draw_first(pen, sheet, texts, kind, place)
        else:
            _draw_next(pen, sheet, kind, place)
        _draw_page(pen, sheet, kind, goods, taken)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def party_parts(party: Party, more: str = "") -> list[Part]:
    """Box 1 or 2: the name in bold, the address, the country."""
    rows = "\n".join((*party.address_lines, party.country + more))
    return [Part(((BOLD, party.name),), TEXT_PT), Part(((REGULAR, rows),), TEXT_PT)]


def upper_texts(sheet: Sheet) -> Texts:
    """What boxes 1 to 4 hold: the parties with branch and notify party, transport, official use."""
    return (
        [
            *party_parts(sheet.exporter, f" · IEC {sheet.exporter_iec}"),
            *_more(sheet.branch, "Branch"),
        ],
        [*party_parts(sheet.consignee), *_more(sheet.notify, "Notify party")],
        _plain_parts("\n".join(sheet.transport)),
        _plain_parts(sheet.official_use),
    )


def _more(parties: Sequence[Party], what: str) -> list[Part]:
    """Another party in the same box, beneath a word that says what it is."""
    found: list[Part] = []
    for one in parties:
        found.append(Part(((REGULAR, f"{what}:"),), SMALL_PT, 2.5))
        found += [Part(((BOLD, one.name),), TEXT_PT)] if one.name else []
        rows = "\n".join(row for row in (*one.address_lines, one.country) if row)
        found += _plain_parts(rows)
    return found


def _plain_parts(text: str) -> list[Part]:
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


def _draw_page(pen: _Pen, sheet: Sheet, kind: Kind, goods: tuple[Goods, ...], taken: float) -> None:
    _draw_goods(pen, sheet, kind, goods)
    if kind.last:
        _draw_statements(pen, sheet, kind, taken)
    pen.soften()
    pen.write(form.FOOT, *_foot(sheet))
    pen.finish(qr_operators(sheet.qr_url, kind.qr) if kind.first and not sheet.draft else "")


def _draw_first(pen: _Pen, sheet: Sheet, texts: Texts, kind: Kind, place: str) -> None:
    pen.write(
        kind.heading,
        Part(((BOLD, sheet.agency),), 13),
        Part(((REGULAR, f"{sheet.office}\n{sheet.office_address}"),), TEXT_PT),
        Part(((BOLD, sheet.title),), _title_pt(sheet, kind.heading), 11),
    )
    number, code, _, _, page = kind.strip
    _draw_identity(pen, sheet, ((number, code), (page, place)))
    for box, parts in zip((*kind.parties, *kind.transport), texts, strict=True):
        pen.write(text_box(box), *parts)


def _draw_next(pen: _Pen, sheet: Sheet, kind: Kind, place: str) -> None:
    title, number, code, page = kind.strip
    room = title.inner
    if kind.warning:
        room = Box(room.left, room.top, room.width, form.SPECIMEN_NEXT.top - room.top)
    pen.write(
        room, Part(((BOLD, sheet.title),), TEXT_PT), Part(((REGULAR, sheet.agency),), TEXT_PT)
    )
    _draw_identity(pen, sheet, ((number, code), (page, place)))


def _title_pt(sheet: Sheet, room: Box) -> float:
    """So large that the title stands on one row, as the usual one does; not under 11 points."""
    whole = room.width * PT_PER_MM / width(BOLD, sheet.title)
    return min(_TITLE_PT, max(whole, _SMALLEST_TITLE_PT))


def _draw_identity(pen: _Pen, sheet: Sheet, boxes: tuple[tuple[Box, Box], tuple[Box, str]]) -> None:
    """Number, check code and the page's place: bold values under captions of the text's size."""
    (number, code), last = boxes
    values = ((number, sheet.number or _NOTHING), (code, sheet.check_code or _NOTHING), last)
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
    how = "Not declared yet: draft" if sheet.draft else "Declared electronically in the portal,"
    closing = f"{how} application {sheet.application_number}."
    pen.write(form.caption(declared, 3), Part(((REGULAR, closing),), SMALL_PT))


def _declaration(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """The sentence of its kind; where the sheet names none, that of Indian goods."""
    if sheet.declares:
        return tuple(zip(cycle((REGULAR, BOLD)), sheet.declares, strict=False))
    return (
        (REGULAR, "The details and statements above are correct; all the goods were produced in "),
        (BOLD, sheet.origin_country),
        (REGULAR, "; they comply with the origin requirements for goods exported to "),
        (BOLD, sheet.importing_country),
        (REGULAR, "."),
    )


def _certified(sheet: Sheet) -> tuple[tuple[tuple[str, str], ...], ...]:
    if sheet.draft:
        return (((BOLD, _NOTHING),), ((BOLD, _NOTHING),), ((BOLD, "Not sealed: this is a draft"),))
    return (
        ((BOLD, f"{sheet.certification_place}, {sheet.certified_on}"),),
        ((BOLD, sheet.officer), (REGULAR, f", {sheet.officer_designation}")),
        ((BOLD, sheet.agency), (REGULAR, f"\n{sheet.office}")),
    )


def _declared(sheet: Sheet) -> tuple[tuple[tuple[str, str], ...], ...]:
    is_blank = sheet.draft and not sheet.signatory_designation
    designation = "" if is_blank else f", {sheet.signatory_designation}"
    return (
        ((BOLD, f"{sheet.declaration_place}, {sheet.declaration_date}"),),
        ((BOLD, sheet.signatory), (REGULAR, designation)),
        ((BOLD, sheet.exporter.name),),
    )


def _foot(sheet: Sheet) -> tuple[Part, ...]:
    if sheet.draft:
        words = (
            "A draft to look over before the certificate is applied for: no certificate of origin, "
            "without number, code and seal; it can still change and proves nothing. "
            f"Draft {sheet.application_number} · form {sheet.revision}"
        )
        return (Part(((REGULAR, words),), SMALL_PT),)
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
