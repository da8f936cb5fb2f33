"""Has an uploaded picture judged and redrawn by a confined process; only what it drew is kept."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

from portal.core.errors import Problem
from portal.documents.inspection import WALL_SECONDS, ran_out, run_confined
from portal.documents.rules import IMAGE_MESSAGES, ImageCode

JUDGE = Path(__file__).with_name("judge_image.py")
MAX_ANSWER_BYTES = 64 * 1024
MAX_SIDE_PX = 1000
_STARTS = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
# Eight bits each of red, green, blue and alpha; not interlaced.
_DEPTH = b"\x08\x06\x00\x00\x00"


@dataclass(frozen=True)
class Drawn:
    """What became of an upload: `png` and its size in pixels, or the code of a refusal."""

    code: ImageCode
    png: bytes = b""
    width: int = 0
    height: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is a picture."""
        return self.code is ImageCode.OK


def redraw(content: bytes, judge: Path = JUDGE, wall_seconds: float = WALL_SECONDS) -> Drawn:
    """Judge an upload within 10 s, 5 s of CPU and 300 MB; whatever happens there is a verdict."""
    try:
        answer, status = run_confined(content, judge, wall_seconds, MAX_ANSWER_BYTES)
    except OSError:
        return Drawn(ImageCode.NOT_CHECKED)
    if ran_out(status):
        return Drawn(ImageCode.TOO_COSTLY)
    return _read(answer) if status == 0 else Drawn(ImageCode.DAMAGED)


def message_for(drawn: Drawn) -> Problem:
    """What to tell the person about a picture: what happened and how to put it right."""
    return Problem(drawn.code, IMAGE_MESSAGES[drawn.code])


def _read(answer: bytes) -> Drawn:
    """The verdict in an answer; a process that was broken into may say anything."""
    line, _, png = answer.partition(b"\n")
    try:
        code = ImageCode(json.loads(line)["code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Drawn(ImageCode.DAMAGED)
    if code is not ImageCode.OK:
        return Drawn(code)
    if not is_plain_png(png):
        return Drawn(ImageCode.DAMAGED)
    return Drawn(code, png, *struct.unpack(">II", png[16:24]))


def is_plain_png(png: bytes) -> bool:
    """Whether these bytes are an RGBA picture of 1 to 1,000 pixels a side and nothing besides."""
    if not png.startswith(_STARTS) or png[24:29] != _DEPTH:
        return False
    if not all(1 <= side <= MAX_SIDE_PX for side in struct.unpack(">II", png[16:24])):
        return False
    kinds, place = [], 8
    while place + 12 <= len(png):
        kinds.append(png[place + 4 : place + 8])
        place += 12 + int.from_bytes(png[place : place + 4], "big")
    return place == len(png) and kinds[-1] == b"IEND" and set(kinds[1:-1]) == {b"IDAT"}
