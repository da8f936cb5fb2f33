"""Judges and redraws one uploaded picture in a process of its own that can open nothing.

Run as `python -I judge_image.py`: the upload on stdin; one JSON line on stdout and, where it is
accepted, the redrawn PNG after it. It imports nothing of ours but what confines it,
so that what breaks out of the picture library finds nothing to use. What is printed is made from
pixels alone: no metadata.
"""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import sys
from pathlib import Path
from typing import Any

confine = runpy.run_path(str(Path(__file__).with_name("confining.py")))["confine"]

MAX_SIDE_PX = 4000
MIN_SIDE_PX = 100
# Printed 30 or 40 mm wide, 1,000 pixels are 600 and more to the inch.
SIDES_PX = (1000, 700, 500, 400, 320)
WORKING_SIDE_PX = 2000
MAX_PNG_BYTES = 45_000
COLOURS, SHADES = 8, 8
# Paper is light in all three colours, ink is not; what lies between becomes half transparent.
INK_BELOW, PAPER_FROM = 160, 215
MAX_INK = 0.85

FORMATS = ("PNG", "JPEG", "MPO")
MAGIC = (
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"GIF8", "is_other_image"),
    (b"BM", "is_other_image"),
    (b"II*\x00", "is_other_image"),
    (b"MM\x00*", "is_other_image"),
)


class Rejected(Exception):
    """The file can't be accepted; the argument is the code."""


def load_library() -> None:
    """Load the picture library with all it opens later, by one rehearsal: nothing opens then."""
    from PIL import Image, ImageChops, ImageOps, MpoImagePlugin, PngImagePlugin  # noqa: F401

    Image.MAX_IMAGE_PIXELS = None  # the size is checked below, before anything is decoded
    plain = Image.new("RGB", (120, 120), "white")
    for bar in ((5, 5, 115, 20), (5, 5, 20, 115)):
        plain.paste("navy", bar)
    plain.getexif()[0x0112] = 6
    for kind in ("PNG", "JPEG"):
        kept = io.BytesIO()
        plain.save(kept, kind, exif=plain.getexif())
        judge(kept.getvalue())


def sniff(content: bytes) -> str:
    """What a file is by its first bytes: `picture`, or the code that names what it is instead."""
    if not content:
        return "empty"
    for magic, code in MAGIC:
        if content.startswith(magic):
            return code
    if content[4:8] == b"ftyp" or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return "is_other_image"
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.search(rb"<svg\b", head, re.IGNORECASE):
        return "is_svg"
    return "is_pdf" if b"%PDF-" in content[:1024] else "not_image"


def judge(content: bytes) -> tuple[int, int, bytes]:
    """Width, height and PNG of what will be printed. Raises Rejected, MemoryError, OSError."""
    kind = sniff(content)
    if kind != "picture":
        raise Rejected(kind)
    picture = _on_transparent(_decoded(content))
    for side in SIDES_PX:
        picture.thumbnail((side, side))
        drawn = _png(picture)
        if len(drawn) <= MAX_PNG_BYTES:
            return (*picture.size, drawn)
    raise Rejected("too_detailed")


def _decoded(content: bytes) -> Any:
    """The pixels, upright, at most 2,000 on a side; the size is known before they are decoded."""
    from PIL import Image, ImageOps

    picture: Any = Image.open(io.BytesIO(content), formats=FORMATS)
    if max(picture.size) > MAX_SIDE_PX:
        raise Rejected("too_many_pixels")
    if max(picture.size) < MIN_SIDE_PX:
        raise Rejected("too_small")
    if getattr(picture, "n_frames", 1) > 1:
        raise Rejected("many_frames")
    picture.load()
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((WORKING_SIDE_PX, WORKING_SIDE_PX))
    return upright


def _on_transparent(picture: Any) -> Any:
    """The ink alone, cut to its edges; paper becomes transparent unless the picture has its own."""
    alpha = picture.getchannel("A")
    if alpha.getextrema()[0] == 255:
        alpha = _inked(picture)
    edges = alpha.point([0] * 128 + [255] * 128).getbbox()
    if edges is None:
        raise Rejected("blank")
    picture, alpha = picture.convert("RGB").crop(edges), alpha.crop(edges)
    if max(picture.size) < MIN_SIDE_PX:
        raise Rejected("too_small")
    if sum(alpha.histogram()[128:]) > MAX_INK * picture.width * picture.height:
        raise Rejected("no_paper")
    picture.putalpha(alpha)
    return picture


def _inked(picture: Any) -> Any:
    """How much ink covers each pixel, by the darkest of its three colours."""
    from PIL import ImageChops

    red, green, blue, _ = picture.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    span = PAPER_FROM - INK_BELOW
    cover = [round(min(max((PAPER_FROM - s) / span, 0), 1) * 255) for s in range(256)]
    return darkest.point(cover)


def _png(picture: Any) -> bytes:
    """The pixels in few colours, which keeps it small; transparent ones are all white."""
    from PIL import Image

    alpha = picture.getchannel("A")
    steps = SHADES - 1
    alpha = alpha.point([round(shade * steps / 255) * 255 // steps for shade in range(256)])
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    drawn = Image.new("RGB", picture.size, "white")
    drawn.paste(few, mask=alpha.point([0] + [255] * 255))
    drawn.putalpha(alpha)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _code_of(error: Exception) -> str:
    if isinstance(error, Rejected):
        return str(error)
    return "too_costly" if isinstance(error, MemoryError) else "damaged"


def main() -> None:
    """Confine, read, judge, write one line and the picture."""
    try:
        load_library()
        confine()
    except Exception:
        print(json.dumps({"ok": False, "code": "not_checked", "width": 0, "height": 0}))
        return
    drawn = b""
    try:
        width, height, drawn = judge(sys.stdin.buffer.read())
        verdict = {"ok": True, "code": "ok", "width": width, "height": height}
    except Exception as error:
        verdict = {"ok": False, "code": _code_of(error), "width": 0, "height": 0}
    sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + drawn)
    sys.stdout.buffer.flush()
    os._exit(0)  # The library's own cleaning up could still crash.


if __name__ == "__main__":
    main()
