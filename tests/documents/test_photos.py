"""Photos become pages: upright, without metadata, in a confined process, one PDF for several."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw

from portal.documents import judge_photo
from portal.documents.inspection import inspect_pdf
from portal.documents.photos import JUDGE, bound, page_of
from portal.documents.rules import PHOTO_MESSAGES, PhotoCode
from tests.documents.pictures import chunk, encoded, flat_png, with_chunk

WHERE = "28.6139, 77.2090"


def photo(across: int = 1200, down: int = 900, mode: str = "RGB") -> Any:
    """A sheet with a dark bar along its upper edge, as a camera sees it when held upright."""
    picture = Image.new("RGB", (across, down), (235, 230, 220))
    ImageDraw.Draw(picture).rectangle((0, 0, across, down // 8), fill=(20, 20, 90))
    return picture.convert(mode)


def with_exif(picture: Any, orientation: int) -> bytes:
    """A JPEG with an orientation, the place where it was taken, and the camera's owner."""
    exif = picture.getexif()
    exif[0x0112] = orientation
    exif[0xA430] = "Invented Owner Asha"
    exif.get_ifd(0x8825)[29] = WHERE
    return encoded(picture, "JPEG", exif=exif, quality=85)


def pictures_in(pdf: bytes) -> list[Any]:
    """The pictures of a PDF's pages, decoded."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found: list[Any] = [page.obj.Resources.XObject.P for page in opened.pages]
        return [pikepdf.PdfImage(picture).as_pil_image().convert("RGB") for picture in found]


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (encoded(photo(), "JPEG"), "a JPEG"),
        (encoded(photo(mode="L"), "JPEG"), "a grey JPEG"),
        (encoded(photo(mode="CMYK"), "JPEG"), "a JPEG for print"),
        (encoded(photo(), "JPEG", progressive=True), "a progressive JPEG"),
        (encoded(photo(), "PNG"), "a PNG"),
        (encoded(photo(mode="P"), "PNG"), "a PNG with a palette"),
        (encoded(photo(mode="RGBA"), "PNG"), "a PNG with transparency"),
        (encoded(photo(mode="LA"), "PNG"), "a grey PNG with transparency"),
        (encoded(photo(mode="1"), "PNG"), "a PNG in black and white"),
    ],
)
def test_a_photo_becomes_a_page_that_the_judge_of_pdfs_accepts(content: bytes, mode: str) -> None:
    page = page_of(content)
    assert page.ok, (mode, page.code)
    verdict = inspect_pdf(bound([page]))
    assert (verdict.ok, verdict.pages) == (True, 1), mode
    (shown,) = pictures_in(bound([page]))
    assert shown.size == (1200, 900)
    assert sum(shown.getpixel((600, 20))) < 300 < 600 < sum(shown.getpixel((600, 880))), mode


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_as_its_camera_says(orientation: int) -> None:
    upright = photo(1200, 900)
    # How the camera's sensor saw it, so that turning by `orientation` makes it upright again.
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    turn = back.get(orientation)
    seen = upright if turn is None else upright.transpose(Image.Transpose(turn))
    page = page_of(with_exif(seen, orientation))
    (shown,) = pictures_in(bound([page]))
    assert shown.size == (1200, 900)
    assert sum(shown.getpixel((600, 20))) < 300 < sum(shown.getpixel((600, 880)))


def test_neither_place_nor_owner_of_a_photo_is_kept() -> None:
    content = with_exif(photo(), 6)
    assert WHERE.encode() in content and b"Asha" in content
    noted = with_chunk(encoded(photo(), "PNG"), b"tEXt", b"Comment\x00taken at " + WHERE.encode())
    for sent in (content, noted):
        made = bound([page_of(sent)])
        assert WHERE.encode() not in made and b"Asha" not in made and b"Exif" not in made


def test_several_photos_make_one_pdf_in_their_order_and_always_the_same() -> None:
    sizes = [(1200, 900), (900, 1200), (1000, 1000)]
    sent = [encoded(photo(*size), "JPEG") for size in sizes]
    made = [bound([page_of(content) for content in sent]) for _ in range(2)]
    assert made[0] == made[1]
    verdict = inspect_pdf(made[0])
    assert (verdict.ok, verdict.pages) == (True, 3)
    assert [shown.size for shown in pictures_in(made[0])] == sizes
    with pikepdf.open(io.BytesIO(made[0])) as pdf:
        boxes = [[int(side) for side in page.mediabox[2:]] for page in pdf.pages]
        assert not pdf.get_warnings()
    assert boxes == [[842, 595], [595, 842], [595, 842]]


def test_a_large_photo_is_made_smaller_and_a_grainy_one_stays_below_half_a_megabyte() -> None:
    grain = Image.effect_noise((4000, 3000), 120).convert("RGB")
    for picture in (photo(8000, 6000), grain):
        page = page_of(encoded(picture, "JPEG", quality=70))
        assert page.ok
        assert max(page.width, page.height) <= 2340
        assert len(page.jpeg) <= 500_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (encoded(photo(), "JPEG")[:2000], "damaged"),
        (encoded(photo(), "PNG")[:-2000], "damaged"),
        (b"\xff\xd8\xff\xe0 nothing more", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (encoded(photo(300, 200), "JPEG"), "too_small"),
        (encoded(Image.new("RGB", (800, 800), "white"), "PNG"), "blank"),
        (encoded(photo(), "PNG", save_all=True, append_images=[photo()]), "many_frames"),
        (flat_png(30_000, 30_000), "too_many_pixels"),
        (flat_png(5_000, 5_000), "too_many_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_can_not_be_a_page_is_called_by_what_is_wrong(content: bytes, code: str) -> None:
    assert page_of(content).code.value == code


def test_text_that_unpacks_to_a_gigabyte_ends_as_a_verdict() -> None:
    import zlib

    press = zlib.compressobj(9)
    much = b"".join(press.compress(bytes(1 << 20)) for _ in range(1024)) + press.flush()
    content = with_chunk(encoded(photo(), "PNG"), b"zTXt", b"Comment\x00\x00" + much)
    assert page_of(content).code.value in ("damaged", "ok")
    assert chunk(b"IEND", b"") in content


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(3)", "damaged"),
        ("print('rubbish')", "damaged"),
        ('print(\'{"ok": true, "code": "ok"}\')', "damaged"),
        ("import os; os.kill(os.getpid(), 9)", "too_costly"),
        ("while True: pass", "too_costly"),
        ("while True: print('x' * 999)", "too_costly"),
    ],
)
def test_a_judge_that_crashes_lies_or_hangs_gives_a_verdict(
    tmp_path: Path, program: str, code: str
) -> None:
    judge = tmp_path / "judge.py"
    judge.write_text(program)
    assert page_of(b"\xff\xd8\xff", judge, wall_seconds=1.0).code.value == code


def test_an_answer_that_is_more_than_a_plain_jpeg_is_not_taken(tmp_path: Path) -> None:
    plain = encoded(photo(), "JPEG")
    odd = [
        with_exif(photo(), 1),
        encoded(photo(), "PNG"),
        plain + b"%PDF-",
        encoded(photo(mode="CMYK"), "JPEG"),
    ]
    for content in (plain, *odd):
        (tmp_path / "answer").write_bytes(b'{"ok": true, "code": "ok"}\n' + content)
        judge = tmp_path / "judge.py"
        path = str(tmp_path / "answer")
        judge.write_text(f"import sys; sys.stdout.buffer.write(open({path!r}, 'rb').read())")
        assert page_of(b"", judge).ok == (content == plain)


def test_the_confined_process_opens_nothing() -> None:
    code = f"""
import runpy, socket
judge = runpy.run_path({str(JUDGE)!r})
judge["confine"]()
for name, act in (("socket", socket.socket), ("file", lambda: open("/etc/hostname"))):
    try:
        act()
    except OSError:
        print(name, "denied")
"""
    run = [sys.executable, "-I", "-c", code]
    child = subprocess.run(run, capture_output=True, text=True, env={}, timeout=30)
    assert child.stdout.splitlines() == ["socket denied", "file denied"]


def test_our_own_process_never_loads_the_picture_library() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import types; house = types.ModuleType('portal')\n"
        "house.__path__ = [sys.argv[1] + '/portal']\n"
        "sys.modules['portal'] = house  # the room alone, without the rest of the house\n"
        "from portal.documents.photos import bound, page_of\n"
        "made = bound([page_of(sys.stdin.buffer.read())])\n"
        "print(made[:8], 'PIL' in sys.modules, 'pikepdf' in sys.modules)"
    )
    run = [sys.executable, "-c", code, str(Path(__file__).parents[2])]
    child = subprocess.run(run, input=encoded(photo(), "JPEG"), capture_output=True, timeout=60)
    assert child.stdout.decode().split("'")[1:] == ["%PDF-1.4", " False False\n"]


def test_every_code_of_the_judge_is_known_and_has_a_message() -> None:
    said = set(re.findall(r'Rejected\("(\w+)"\)', JUDGE.read_text()))
    assert said <= {code.value for code in PhotoCode}
    assert set(PHOTO_MESSAGES) == set(PhotoCode)
    assert judge_photo.MAX_JPEG_BYTES == 500_000
