"""Pictures of stamps and signatures: judged, redrawn without anything but ink, or refused."""

from __future__ import annotations

import contextlib
import io
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from portal.documents import judge_image
from portal.documents.images import JUDGE, is_plain_png, message_for, redraw
from portal.documents.rules import IMAGE_MESSAGES, IMAGE_TOO_LARGE, ImageCode
from portal.sandbox.papers import plain_pdf
from tests.documents.pictures import chunk, encoded, flat_png, signature, stamp, with_chunk

BOMB = zlib.compress(bytes(200 * 1024 * 1024), 9)
SECRET = "Invented Photographer, 28.6139 N 77.2090 E"


def pixels(png: bytes) -> Any:
    return Image.open(io.BytesIO(png))


def grain(side: int) -> Any:
    """Coloured dots on a white paper, about as many as can be."""
    dots = Image.merge("RGB", [Image.effect_noise((side, side), 120) for _ in range(3)])
    paper, where = Image.new("RGB", dots.size, "white"), Image.effect_noise(dots.size, 120)
    return Image.composite(dots, paper, where.point([0] * 128 + [255] * 128))


def frames(kind: str) -> bytes:
    first = stamp(200)
    return encoded(first, kind, save_all=True, append_images=[first.rotate(90)])


REFUSED: dict[str, tuple[Callable[[], bytes], ImageCode]] = {
    "nothing": (lambda: b"", ImageCode.EMPTY),
    "SVG": (
        lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        ImageCode.IS_SVG,
    ),
    "GIF": (lambda: encoded(stamp(200), "GIF"), ImageCode.IS_OTHER_IMAGE),
    "WebP": (lambda: encoded(stamp(200), "WEBP"), ImageCode.IS_OTHER_IMAGE),
    "BMP": (lambda: encoded(stamp(200), "BMP"), ImageCode.IS_OTHER_IMAGE),
    "TIFF": (lambda: encoded(stamp(200), "TIFF"), ImageCode.IS_OTHER_IMAGE),
    "HEIC": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(64), ImageCode.IS_OTHER_IMAGE),
    "a PDF": (lambda: plain_pdf("SPECIMEN", "stamp"), ImageCode.IS_PDF),
    "a web page": (lambda: b"<html><body>stamp</body></html>", ImageCode.NOT_IMAGE),
    "a torn PNG": (lambda: encoded(stamp())[:1500], ImageCode.DAMAGED),
    "a torn JPEG": (lambda: encoded(stamp(), "JPEG")[:3000], ImageCode.DAMAGED),
    "only a PNG's first bytes": (lambda: b"\x89PNG\r\n\x1a\n", ImageCode.DAMAGED),
    "only a JPEG's first bytes": (lambda: b"\xff\xd8\xff", ImageCode.DAMAGED),
    "10,000 x 10,000": (lambda: flat_png(10_000, 10_000), ImageCode.TOO_MANY_PIXELS),
    "one side too long": (lambda: flat_png(4001, 100), ImageCode.TOO_MANY_PIXELS),
    "nearly two milliards of pixels each way": (
        lambda: with_size(2**31 - 1, 2**31 - 1),
        ImageCode.TOO_MANY_PIXELS,
    ),
    "too small": (lambda: encoded(stamp(90)), ImageCode.TOO_SMALL),
    "a small stamp on large paper": (lambda: on_paper(stamp(110)), ImageCode.TOO_SMALL),
    "animated PNG": (lambda: frames("PNG"), ImageCode.MANY_FRAMES),
    "a phone's two pictures": (lambda: frames("MPO"), ImageCode.MANY_FRAMES),
    "white paper": (lambda: encoded(Image.new("RGB", (300, 300), "white")), ImageCode.BLANK),
    "a black block": (lambda: flat_png(4000, 4000), ImageCode.NO_PAPER),
    "no visible pixel": (lambda: encoded(Image.new("RGBA", (300, 300))), ImageCode.BLANK),
    "a grainy photo": (lambda: encoded(grain(900)), ImageCode.TOO_DETAILED),
    "a text that inflates": (
        lambda: with_chunk(encoded(stamp(200)), b"zTXt", b"a\0\0" + BOMB),
        ImageCode.DAMAGED,
    ),
}


def with_size(across: int, down: int) -> bytes:
    """A PNG that says it is of any size, and isn't."""
    head = struct.pack(">IIBBBBB", across, down, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0"))


def on_paper(picture: Any) -> bytes:
    paper = Image.new("RGB", (900, 900), "white")
    paper.paste(picture, (300, 500))
    return encoded(paper)


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_printed_is_refused_with_its_own_words(what: str) -> None:
    make, code = REFUSED[what]
    drawn = redraw(make())
    assert (drawn.code, drawn.png, drawn.ok) == (code, b"", False)
    assert message_for(drawn).plain() == IMAGE_MESSAGES[code]


@pytest.mark.parametrize(
    ("content", "close"),
    [
        (encoded(stamp()), 0),
        (encoded(stamp(), "JPEG", quality=85), 4),
        (encoded(stamp(), "JPEG", quality=85, progressive=True), 4),
        (encoded(stamp().convert("L")), 0),
        (encoded(stamp().quantize(32)), 2),
        (encoded(stamp().convert("CMYK"), "JPEG"), 4),
        (encoded(stamp().convert("L").convert("1", dither=Image.Dither.NONE)), 2),
    ],
    ids=["RGB", "JPEG", "progressive", "grey", "palette", "CMYK", "bits"],
)
def test_a_stamp_on_paper_becomes_ink_cut_to_its_edges(content: bytes, close: int) -> None:
    drawn = redraw(content)
    assert drawn.ok
    assert abs(drawn.width - 481) <= close and abs(drawn.height - 481) <= close
    picture = pixels(drawn.png)
    assert (picture.mode, picture.size) == ("RGBA", (drawn.width, drawn.height))
    assert picture.getpixel((3, 3))[3] == 0, "the paper is transparent"
    red, green, blue, alpha = picture.getpixel((drawn.width // 2, 5))
    assert alpha == 255 and max(red, green, blue) < 190, "the ink is not"
    assert len(drawn.png) <= judge_image.MAX_PNG_BYTES


def test_16_bits_of_grey_are_read_as_what_they_are() -> None:
    wide = stamp().convert("L").convert("I").point(lambda shade: shade * 257)
    drawn = redraw(encoded(wide.convert("I;16")))
    assert drawn.ok and pixels(drawn.png).getpixel((3, 3))[3] == 0


def test_a_picture_that_is_transparent_already_keeps_its_own_shape() -> None:
    drawn = Image.new("RGBA", (300, 200))
    drawn.paste((255, 255, 255, 255), (50, 50, 250, 60))
    drawn.paste((255, 0, 0, 255), (50, 50, 60, 150))
    found = redraw(encoded(drawn))
    assert (found.width, found.height) == (200, 100)
    assert pixels(found.png).getpixel((150, 5)) == (255, 255, 255, 255)


def test_a_large_scan_is_reduced_to_1000_pixels_at_most_and_few_bytes() -> None:
    for content in (
        encoded(stamp(4000), "JPEG", quality=60),
        encoded(signature(4000), "JPEG", quality=60),
    ):
        drawn = redraw(content)
        assert drawn.ok
        assert 500 <= max(drawn.width, drawn.height) <= 1000
        assert len(drawn.png) <= judge_image.MAX_PNG_BYTES


def exif(orientation: int) -> Any:
    tags = Image.Exif()
    tags[0x0112], tags[0x013B], tags[0x9286] = orientation, SECRET, SECRET
    tags.get_ifd(0x8825).update({1: "N", 2: (28.0, 36.0, 50.0), 3: "E", 4: (77.0, 12.0, 32.0)})
    return tags


def test_nothing_but_pixels_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_itxt("Comment", SECRET)
    profile = b"profile " + SECRET.encode()
    uploads = [
        encoded(stamp(), pnginfo=notes, exif=exif(1), icc_profile=profile),
        encoded(stamp(), "JPEG", exif=exif(1), icc_profile=profile, comment=SECRET.encode()),
        encoded(stamp()) + SECRET.encode(),
    ]
    for upload in uploads:
        assert SECRET.encode() in upload or b"iTXt" in upload
        drawn = redraw(upload)
        assert drawn.ok
        assert is_plain_png(drawn.png)
        assert set(re.findall(rb"IHDR|IDAT|IEND|eXIf|iCCP|tEXt|iTXt|zTXt|pHYs", drawn.png)) == {
            b"IHDR",
            b"IDAT",
            b"IEND",
        }
        found: Any = pixels(drawn.png)
        assert not found.getexif() and found.info == {}


def test_a_phones_sideways_picture_is_set_upright() -> None:
    drawn = redraw(encoded(signature().rotate(90, expand=True), "JPEG", exif=exif(6)))
    assert drawn.width > 2 * drawn.height


def test_the_same_upload_gives_the_same_bytes() -> None:
    assert redraw(encoded(stamp())).png == redraw(encoded(stamp())).png


@pytest.mark.parametrize(
    "spoil",
    [
        lambda png: b"",
        lambda png: b"GIF89a",
        lambda png: png[:-1],
        lambda png: png + b"x",
        lambda png: png[:29],
        lambda png: with_chunk(png, b"tEXt", b"Author\0x"),
        lambda png: png[:16] + b"\0\1\0\0" + png[20:],
        lambda png: flat_png(200, 200),
    ],
)
def test_what_a_broken_judge_hands_back_is_looked_at_again(
    spoil: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    good = redraw(encoded(stamp(200))).png
    assert is_plain_png(good)
    assert not is_plain_png(spoil(good))
    judge = tmp_path / "judge.py"
    line = b'{"ok": true, "code": "ok", "width": 1, "height": 1}\n'
    judge.write_text(f"import sys; sys.stdout.buffer.write({line + spoil(good)!r})")
    assert redraw(b"x", judge).code is ImageCode.DAMAGED


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("", ImageCode.DAMAGED),
        ("print('{}')", ImageCode.DAMAGED),
        ("print('[1]')", ImageCode.DAMAGED),
        ("import os; os.kill(os.getpid(), 11)", ImageCode.DAMAGED),
        ("import os; os.kill(os.getpid(), 9)", ImageCode.TOO_COSTLY),
        ("while True: print('x' * 999)", ImageCode.TOO_COSTLY),
        ("while True: pass", ImageCode.TOO_COSTLY),
    ],
)
def test_a_judge_that_crashes_lies_or_hangs_gives_a_verdict(
    tmp_path: Path, program: str, code: ImageCode
) -> None:
    judge = tmp_path / "judge.py"
    judge.write_text(program)
    assert redraw(b"x", judge, wall_seconds=1.0).code is code


def test_the_confined_process_opens_nothing_and_is_bounded(tmp_path: Path) -> None:
    program = f"""
import os, runpy, socket
runpy.run_path({str(JUDGE)!r})["confine"]()
for act in (socket.socket, lambda: open("/etc/hostname"), os.pipe, os.fork,
            lambda: bytearray(400 * 1024 * 1024), lambda: os.dup(1)):
    try:
        act()
    except BaseException as error:
        print(type(error).__name__, flush=True)
    else:
        print("WORKED", flush=True)
"""
    run = [sys.executable, "-I", "-c", program]
    child = subprocess.run(run, capture_output=True, text=True, env={}, timeout=30)
    denied = ["OSError", "OSError", "OSError", "BlockingIOError", "MemoryError", "OSError"]
    assert (child.stdout.split(), child.stderr) == (denied, "")


def test_our_own_process_never_loads_the_picture_library() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import types; house = types.ModuleType('portal')\n"
        "house.__path__ = [sys.argv[1] + '/portal']\n"
        "sys.modules['portal'] = house  # the room alone, without the rest of the house\n"
        "from portal.documents.images import redraw\n"
        "print(redraw(sys.stdin.buffer.read()).code, 'PIL' in sys.modules)"
    )
    run = [sys.executable, "-c", code, str(Path(__file__).parents[2])]
    child = subprocess.run(run, input=encoded(stamp(200)), capture_output=True, timeout=60)
    assert child.stdout.decode().split() == ["ok", "False"]


def test_no_descriptor_or_process_is_left_behind() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for content in (encoded(stamp(200)), b"", b"\x89PNG\r\n\x1a\n"):
        redraw(content)
    assert len(os.listdir("/proc/self/fd")) == before
    with contextlib.suppress(ChildProcessError):
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


def test_every_code_of_the_judge_has_a_message_that_says_what_to_do() -> None:
    said = re.findall(
        r'Rejected\("(\w+)"\)|"((?:is|not|too)_\w+|damaged|empty)"', JUDGE.read_text()
    )
    codes = {code for pair in said for code in pair if code}
    assert codes <= {code.value for code in ImageCode}
    assert set(IMAGE_MESSAGES) == set(ImageCode)
    for code in set(ImageCode) - {ImageCode.OK}:
        assert re.search(r"upload|Upload", IMAGE_MESSAGES[code]), code
    assert "1 MB" in IMAGE_TOO_LARGE.plain()
