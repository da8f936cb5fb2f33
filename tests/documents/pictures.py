"""Pictures to upload in tests: an invented stamp and signature, drawn with Pillow."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

PAPER, INK = (243, 240, 235), (60, 40, 140)


def encoded(picture: Any, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def stamp(side: int = 600, words: str = "SPECIMEN OFFICE", ink: Any = INK) -> Any:
    """A round stamp on paper, with a margin of a tenth."""
    picture = Image.new("RGB", (side, side), PAPER)
    draw, edge = ImageDraw.Draw(picture), side // 10
    draw.ellipse((edge, edge, side - edge, side - edge), outline=ink, width=max(2, side // 40))
    draw.text((side / 2, side / 2), words, ink, font_size=side // 14, anchor="mm")
    return picture


def signature(across: int = 900) -> Any:
    """Some strokes, three times as wide as high."""
    picture = Image.new("RGB", (across, across // 3), PAPER)
    points = [(across * n / 12, across * (0.05 + 0.22 * (n % 2))) for n in range(1, 12)]
    ImageDraw.Draw(picture).line(points, (20, 25, 60), width=max(2, across // 100))
    return picture


def chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def flat_png(across: int, down: int) -> bytes:
    """A black PNG of any size, made without drawing it."""
    press = zlib.compressobj(9)
    rows = b"".join(press.compress(bytes(across + 1)) for _ in range(down)) + press.flush()
    head = struct.pack(">IIBBBBB", across, down, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """The PNG with one more chunk after its header."""
    header_ends = 8 + 25
    return png[:header_ends] + chunk(kind, data) + png[header_ends:]
