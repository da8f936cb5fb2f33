"""The form's geometry, which its frame and what is stamped on it share: millimetres from the top
left corner of an A4 page."""

from __future__ import annotations

from dataclasses import dataclass

from portal.agencies.rules import PRINTED_MM, Use

PT_PER_MM = 72 / 25.4
PAGE_PT = (595.28, 841.89)
LEFT, RIGHT, BOTTOM = 12.0, 198.0, 283.0
PAD, TOP_PAD = 1.6, 1.1
TEXT_PT, SMALL_PT = 8.0, 6.6
LEADING = 1.3
# A row's top to its baseline, for each point of size.
RISE = 1.03
# Boxes 5 to 10; 9 holds "Gross 1,00,375 kg" on one row.
COLUMNS = (10.0, 27.0, 69.0, 20.0, 29.0, 31.0)
ROW_GAP = 1.7
STATEMENTS_TOP = 235.5
_GOODS_HEAD = 11.4
_STRIP_TOP, _STRIP = 42.0, 9.8
_NEXT_TOP, _NEXT_STRIP = 9.2, 13.4
# Boxes 1 and 2 hold 7 rows of text, boxes 3 and 4 hold 4; in the tall form 14 and 8.
_PARTIES, _TRANSPORT = (31.4, 57.1), (20.4, 35.1)
_HEADING_WIDTH = 152.0
_QR_MM = 30.0


@dataclass(frozen=True)
class Box:
    """A rectangle; `left` and `top` are its corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def inner(self) -> Box:
        """Where text stands: what the padding leaves."""
        return Box(
            self.left + PAD, self.top + TOP_PAD, self.width - 2 * PAD, self.height - 2 * TOP_PAD
        )

    def below(self, mm: float) -> Box:
        """What is left under the upper `mm`."""
        return Box(self.left, self.top + mm, self.width, self.height - mm)


@dataclass(frozen=True)
class Kind:
    """Which form a page is on; `tall` has higher boxes 1 to 4 and counts on the first page only.

    On a `draft` it says so instead of speaking of a seal.
    """

    first: bool
    last: bool
    tall: bool
    specimen: bool
    draft: bool = False

    @property
    def name(self) -> str:
        """Short and fit for a file's name."""
        facts = (self.first, self.last, self.tall, self.specimen, self.draft)
        marks = zip("fltxd", facts, strict=True)
        return "page-" + "".join(letter for letter, is_so in marks if is_so)

    @property
    def warning(self) -> str:
        """What the frame says in red, and the mark across the page; nothing on a certificate."""
        if self.draft:
            return "DRAFT, NO CERTIFICATE"
        return "SPECIMEN, NOT VALID" if self.specimen else ""

    @property
    def heading(self) -> Box:
        """Agency, office and title; the frame says SPECIMEN or DRAFT beneath."""
        return Box(LEFT, 9.0, _HEADING_WIDTH, 25.2 if self.warning else 32.0)

    @property
    def qr(self) -> Box:
        """The QR code with its quiet zone."""
        return Box(RIGHT - _QR_MM, 9.0, _QR_MM, _QR_MM)

    @property
    def strip(self) -> tuple[Box, ...]:
        """First page: number, code, issued in, copy, page. Others: title, number, code, page."""
        if self.first:
            return _row(_STRIP_TOP, _STRIP, (66.0, 34.0, 28.0, 34.0, 24.0))
        return _row(_NEXT_TOP, _NEXT_STRIP, (83.0, 53.0, 28.0, 22.0))

    @property
    def parties(self) -> tuple[Box, ...]:
        """Boxes 1 and 2."""
        return _row(_STRIP_TOP + _STRIP, _PARTIES[self.tall], (93.0, 93.0))

    @property
    def transport(self) -> tuple[Box, ...]:
        """Boxes 3 and 4."""
        top = _STRIP_TOP + _STRIP + _PARTIES[self.tall]
        return _row(top, _TRANSPORT[self.tall], (93.0, 93.0))

    @property
    def goods_head(self) -> tuple[Box, ...]:
        """Captions of boxes 5 to 10."""
        above = self.transport[0] if self.first else self.strip[0]
        return _row(above.top + above.height, _GOODS_HEAD, COLUMNS)

    @property
    def upper(self) -> Box:
        """All boxes from the strip to the goods' captions, with a little room to spare."""
        top = self.strip[0].top
        return Box(LEFT, top, RIGHT - LEFT, self.goods[0].top - top + 3)

    @property
    def goods(self) -> tuple[Box, ...]:
        """The columns of boxes 5 to 10."""
        top = self.goods_head[0].top + _GOODS_HEAD
        return _row(top, (STATEMENTS_TOP if self.last else BOTTOM) - top, COLUMNS)

    @property
    def goods_pt(self) -> float:
        """Height for goods rows, in points."""
        return (self.goods[0].height - 0.4) * PT_PER_MM

    @property
    def statements(self) -> tuple[Box, ...]:
        """Boxes 11 and 12."""
        return _row(STATEMENTS_TOP, BOTTOM - STATEMENTS_TOP, (93.0, 93.0))


SPECIMEN_FIRST = Box(LEFT, 34.0, _HEADING_WIDTH, 5.5)
SPECIMEN_NEXT = Box(LEFT + PAD, _NEXT_TOP + 8.6, 80.0, 4.5)
FOOT = Box(LEFT, 284.4, RIGHT - LEFT, 8.0)
# In boxes 11 and 12, from their top: the sentence; three captions with what is stamped under each.
SENTENCE_TOP, SENTENCE = 4.2, 11.1
SLOT_TOPS = (15.5, 22.7, 31.2)
SLOTS = (3.9, 5.3, 8.6)
CAPTION = 3.2
CLOSING_TOP = 43.2
# Where pictures stand in box 11: distance from its right edge and from its top.
PICTURES = {Use.STAMP: (PAD, 15.7), Use.SIGNATURE: (PAD, 11.7)}
PICTURES_WIDTH = 41.0


def whole(boxes: tuple[Box, ...]) -> Box:
    """Boxes side by side as one, with a little room to spare beneath."""
    return Box(LEFT, boxes[0].top, RIGHT - LEFT, boxes[0].height + 3)


def caption(box: Box, number: int) -> Box:
    """Where caption `number` (0 to 2) of box 11 or 12 stands, or its closing words (3)."""
    top = (*SLOT_TOPS, CLOSING_TOP)[number]
    return Box(box.left + PAD, box.top + top, box.width - 2 * PAD, 4.0)


def slot(box: Box, number: int, taken: float = 0.0) -> Box:
    """Where the value under caption `number` (0 to 2) of box 11 or 12 stands.

    `taken` millimetres on the right are left to pictures.
    """
    top = SLOT_TOPS[number] + CAPTION
    return Box(box.left + PAD, box.top + top, box.width - 2 * PAD - taken, SLOTS[number])


def picture(box: Box, use: Use) -> Box:
    """Where a picture stands in box 11: on the right, the signature across the stamp's edge."""
    (right, top), (width, height) = PICTURES[use], PRINTED_MM[use]
    return Box(box.left + box.width - right - width, box.top + top, width, height)


def _row(top: float, height: float, widths: tuple[float, ...]) -> tuple[Box, ...]:
    lefts = [LEFT + sum(widths[:index]) for index in range(len(widths))]
    return tuple(Box(left, top, width, height) for left, width in zip(lefts, widths, strict=True))
