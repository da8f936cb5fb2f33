"""Makes a PDF of photos: each becomes a page in a confined process, here they are only bound.

The PDF holds no date and no name, so the same photos always make the same file.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.documents.inspection import WALL_SECONDS, ran_out, run_confined
from portal.documents.rules import PhotoCode

JUDGE = Path(__file__).with_name("judge_photo.py")
MAX_JPEG_BYTES = 500_000
MAX_ANSWER_BYTES = MAX_JPEG_BYTES + 1024
MAX_SIDE_PX = 2340
# A4 in points, and the margin that is left white.
SHORT, LONG, MARGIN = 595, 842, 12
_COLOURS = {1: b"/DeviceGray", 3: b"/DeviceRGB"}
_MOST_SEGMENTS = 64


@dataclass(frozen=True)
class Page:
    """What became of a photo: `jpeg` with its size in pixels, or the code of a refusal."""

    code: PhotoCode
    jpeg: bytes = b""
    width: int = 0
    height: int = 0
    colours: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is a page."""
        return self.code is PhotoCode.OK


def page_of(content: bytes, judge: Path = JUDGE, wall_seconds: float = WALL_SECONDS) -> Page:
    """Judge a photo within 10 s, 5 s of CPU and 300 MB; whatever happens there is a verdict."""
    try:
        answer, status = run_confined(content, judge, wall_seconds, MAX_ANSWER_BYTES)
    except OSError:
        return Page(PhotoCode.NOT_CHECKED)
    if ran_out(status):
        return Page(PhotoCode.TOO_COSTLY)
    return _read(answer) if status == 0 else Page(PhotoCode.DAMAGED)


def bound(pages: Sequence[Page]) -> bytes:
    """A PDF (A4) with one page a photo, upright or lying as the photo is."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for page in pages:
        first = len(objects) + 1
        kids.append(b"%d 0 R" % first)
        objects += _objects(page, first)
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    return _file(objects)


def _objects(page: Page, first: int) -> tuple[bytes, bytes, bytes]:
    """A page, what is drawn on it, and its picture."""
    across, down = (LONG, SHORT) if page.width > page.height else (SHORT, LONG)
    scale = min((across - 2 * MARGIN) / page.width, (down - 2 * MARGIN) / page.height)
    wide, high = scale * page.width, scale * page.height
    left, low = (across - wide) / 2, (down - high) / 2
    drawn = b"q %.2f 0 0 %.2f %.2f %.2f cm /P Do Q" % (wide, high, left, low)
    box = b"/Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]" % (across, down)
    uses = b"/Resources<</XObject<</P %d 0 R>>>>/Contents %d 0 R" % (first + 2, first + 1)
    picture = b"/Type/XObject/Subtype/Image/BitsPerComponent 8/Filter/DCTDecode"
    size = b"/Width %d/Height %d" % (page.width, page.height)
    return (
        b"<<%s%s>>" % (box, uses),
        _stream(b"", drawn),
        _stream(picture + size + b"/ColorSpace%s" % _COLOURS[page.colours], page.jpeg),
    )


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, objects, table of where they stand, trailer (ISO 32000-1, 7.5)."""
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _read(answer: bytes) -> Page:
    """The verdict in an answer; a process that was broken into may say anything."""
    line, _, jpeg = answer.partition(b"\n")
    try:
        code = PhotoCode(json.loads(line)["code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Page(PhotoCode.DAMAGED)
    if code is not PhotoCode.OK:
        return Page(code)
    found = _plain_jpeg(jpeg)
    return Page(code, jpeg, *found) if found else Page(PhotoCode.DAMAGED)


def _plain_jpeg(jpeg: bytes) -> tuple[int, int, int] | None:
    """Width, height and colours of a JPEG without metadata (ITU-T T.81, annex B), or nothing."""
    if len(jpeg) > MAX_JPEG_BYTES or jpeg[:2] != b"\xff\xd8" or jpeg[-2:] != b"\xff\xd9":
        return None
    place, found = 2, None
    for _ in range(_MOST_SEGMENTS):
        marker, length = jpeg[place : place + 2], jpeg[place + 2 : place + 4]
        size = int.from_bytes(length, "big")
        if size < 2 or marker not in _ALLOWED:
            return None
        if marker == b"\xff\xc0" and size >= 8:
            high, wide, colours = struct.unpack(">HHB", jpeg[place + 5 : place + 10])
            found = (wide, high, colours)
        if marker == b"\xff\xda":
            break
        place += 2 + size
    if found is None or not all(1 <= side <= MAX_SIDE_PX for side in found[:2]):
        return None
    return found if found[2] in _COLOURS else None


# JFIF, tables of quantities and codes, baseline frame, scan: nothing that could hold more.
_ALLOWED = (b"\xff\xe0", b"\xff\xdb", b"\xff\xc4", b"\xff\xc0", b"\xff\xda")
