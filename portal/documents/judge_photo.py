"""Judges one uploaded photo and makes a page of it, in a process of its own that can open nothing.

Run as `python -I judge_photo.py`: the upload on stdin; one JSON line on stdout and, where it is
accepted, the page as JPEG after it. It imports nothing of ours but what confines it,
so that what breaks out of the picture library finds nothing to use. What is printed is made from
pixels alone: upright, without metadata, so without the place where the photo was taken.
"""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

confine = runpy.run_path(str(Path(__file__).with_name("confining.py")))["confine"]

# A JPEG can be read at half or a quarter of its size; a PNG is read whole.
MAX_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 24_000_000}
MIN_SIDE_PX = 400
# Longest side and quality, tried in turn: 2,340 pixels are 200 to the inch on A4.
TRIES = ((2340, 78), (2340, 65), (2000, 62), (1754, 60), (1754, 45), (1400, 40))
MAX_JPEG_BYTES = 500_000
FORMATS = ("PNG", "JPEG", "MPO")


class Rejected(Exception):
    """The file can't be accepted; the argument is the code."""


def load_library() -> None:
    """Load the picture library with all it opens later, by one rehearsal: nothing opens then."""
    from PIL import Image, ImageOps, MpoImagePlugin, PngImagePlugin  # noqa: F401

    Image.MAX_IMAGE_PIXELS = None  # the size is checked below, before anything is decoded
    plain = Image.new("RGB", (480, 480), "white")
    plain.paste("navy", (5, 5, 115, 20))
    plain.getexif()[0x0112] = 6
    for kind in ("PNG", "JPEG"):
        kept = io.BytesIO()
        plain.save(kept, kind, exif=plain.getexif())
        judge(kept.getvalue())


def judge(content: bytes) -> tuple[int, int, bytes]:
    """Width, height and JPEG of the page. Raises Rejected, MemoryError, OSError."""
    picture = _upright(content)
    if all(low == high for low, high in _extrema(picture)):
        raise Rejected("blank")
    drawn = b""
    for side, quality in TRIES:
        picture.thumbnail((side, side))
        drawn = _jpeg(picture, quality)
        if len(drawn) <= MAX_JPEG_BYTES:
            break
    if len(drawn) > MAX_JPEG_BYTES:
        raise Rejected("too_costly")
    return (*picture.size, drawn)


def _upright(content: bytes) -> Any:
    """The pixels, upright, on white; how many they are is known before they are decoded."""
    from PIL import Image, ImageOps

    picture: Any = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS[picture.format]:
        raise Rejected("too_many_pixels")
    if max(picture.size) < MIN_SIDE_PX:
        raise Rejected("too_small")
    # A phone's JPEG may carry a second picture for its own use; the first is the photo.
    if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise Rejected("many_frames")
    side = TRIES[0][0]
    if picture.format != "PNG":
        picture.draft("L" if picture.mode == "L" else "RGB", (side, side))
    picture.load()
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
    picture.thumbnail((2 * side, 2 * side))
    return ImageOps.exif_transpose(_on_white(picture))


def _on_white(picture: Any) -> Any:
    """The picture in grey or RGB; what is transparent becomes white paper."""
    from PIL import Image

    if picture.mode == "L" and "transparency" not in picture.info:
        return picture
    if picture.mode in ("RGB", "CMYK", "YCbCr") and "transparency" not in picture.info:
        return picture.convert("RGB")
    exif = picture.getexif()
    clear = picture.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    paper.info["exif"] = exif.tobytes()
    return paper


def _extrema(picture: Any) -> list[tuple[int, int]]:
    found = picture.getextrema()
    return [found] if picture.mode == "L" else list(found)


def _jpeg(picture: Any, quality: int) -> bytes:
    """The pixels alone, in a picture that never had anything besides."""
    from PIL import Image

    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=False)
    return out.getvalue()


def _code_of(error: Exception) -> str:
    if isinstance(error, Rejected):
        return str(error)
    return "too_costly" if isinstance(error, MemoryError) else "damaged"


def main() -> None:
    """Confine, read, judge, write one line and the page."""
    try:
        load_library()
        confine()
    except Exception:
        print(json.dumps({"ok": False, "code": "not_checked"}))
        return
    drawn = b""
    try:
        width, height, drawn = judge(sys.stdin.buffer.read())
        verdict: dict[str, object] = {"ok": True, "code": "ok", "width": width, "height": height}
    except Exception as error:
        verdict = {"ok": False, "code": _code_of(error)}
    sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + drawn)
    sys.stdout.flush()
    os._exit(0)  # The library's own cleaning up could still crash.


if __name__ == "__main__":
    main()
