"""Stamp and signature by box 11: over no text, small, sound, and the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.adapters.pdf import SheetPdf, form
from portal.adapters.pdf.form import PT_PER_MM, Box, Kind
from portal.agencies.rules import PRINTED_MM, Use
from portal.documents.images import redraw
from tests.build import Stage
from tests.certificates.sheets import TEMPLATES, a_sheet
from tests.certificates.test_sheet import ask
from tests.documents.pictures import encoded, signature, stamp
from tests.tools import need

LONG = "Federation of Invented Exporters, Manufacturers and Merchants of All Regions"


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> SheetPdf:
    return SheetPdf(tmp_path_factory.mktemp("fonts"), TEMPLATES)


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    """The largest that are kept: 1,000 pixels wide, from scans."""
    return {
        "stamp": redraw(encoded(stamp(1300), "JPEG", quality=60)).png,
        "signature": redraw(encoded(signature(1300), "JPEG", quality=60)).png,
    }


def places() -> list[Box]:
    box = Kind(first=True, last=True, tall=False, specimen=True).statements[0]
    return [form.picture(box, use) for use in Use]


def crossed(pdf: bytes, folder: Path) -> list[str]:
    """The words of a page that stand where a picture may."""
    words = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)',
        ask("pdftotext", pdf, folder, "-bbox"),
    )
    found = []
    for *edges, word in words:
        left, top, right, bottom = (float(edge) / PT_PER_MM for edge in edges)
        # A word's box has its ascent and descent, where mostly nothing is drawn.
        top, bottom = top + 0.5, bottom - 0.5
        found += [
            word
            for p in places()
            if left < p.left + p.width
            and right > p.left
            and top < p.top + p.height
            and bottom > p.top
        ]
    return found


@pytest.mark.parametrize("names", [{}, {"agency": LONG, "officer": LONG, "office": LONG}])
def test_no_word_stands_under_a_picture(
    maker: SheetPdf, tmp_path: Path, pictures: dict[str, bytes], names: dict[str, str]
) -> None:
    assert crossed(maker.render(a_sheet(2, **names), pictures), tmp_path) == []


def test_pictures_stay_inside_box_11_and_nearly_have_their_usual_sizes() -> None:
    box = Kind(first=True, last=True, tall=False, specimen=False).statements[0]
    for place in places():
        assert box.left < place.left and place.left + place.width < box.left + box.width
        assert box.top < place.top and place.top + place.height < box.top + form.CLOSING_TOP
    assert PRINTED_MM[Use.STAMP] == (27.4, 27.4)
    assert PRINTED_MM[Use.SIGNATURE] == (40.0, 12.5)


@pytest.mark.parametrize("use", Use)
def test_one_picture_alone_is_drawn_too(
    maker: SheetPdf, pictures: dict[str, bytes], use: Use
) -> None:
    pdf = maker.render(a_sheet(1), {use: pictures[use]})
    assert pdf.count(b"/SMask") == 1
    assert len(pdf) < len(maker.render(a_sheet(1), pictures))


def test_pictures_are_on_the_last_page_alone(
    maker: SheetPdf, tmp_path: Path, pictures: dict[str, bytes]
) -> None:
    need("pdfimages")
    listed = ask("pdfimages", maker.render(a_sheet(60), pictures), tmp_path, "-list")
    pages = {int(row.split()[0]) for row in listed.splitlines()[2:] if " smask " in row}
    count = int(re.findall(r"Pages:\s+(\d+)", ask("pdfinfo", tmp_pdf(tmp_path), tmp_path))[0])
    assert pages == {count} and count > 1


def tmp_pdf(folder: Path) -> bytes:
    return (folder / "sheet.pdf").read_bytes()


def test_the_file_with_pictures_is_sound_small_and_has_our_fonts_alone(
    maker: SheetPdf, tmp_path: Path, pictures: dict[str, bytes]
) -> None:
    pdf = maker.render(a_sheet(10), pictures)
    assert len(pdf) < 130_000, "the seal needs the rest of 150 kB"
    assert "No syntax or stream encoding errors" in ask("qpdf", pdf, tmp_path, "--check")
    rows = ask("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert len(rows) == 2 and all("+ECoOSans" in row for row in rows)


def test_the_same_pictures_give_the_same_bytes_and_none_those_without(
    maker: SheetPdf, pictures: dict[str, bytes]
) -> None:
    other = SheetPdf(maker._fonts_dir, TEMPLATES)
    assert maker.render(a_sheet(3), pictures) == other.render(a_sheet(3), pictures)
    assert maker.render(a_sheet(3), {}) == other.render(a_sheet(3))


def test_a_sealed_certificate_with_pictures_reads_as_valid(
    stage: Stage, tmp_path: Path, pictures: dict[str, bytes]
) -> None:
    from portal.core import clock

    need("pdfsig")
    kit = stage.portal.kit
    pdf = kit.sheets.render(a_sheet(10), pictures)
    facts = {"reason": "Certificate of origin", "location": "Mumbai"}
    sealed = kit.sealer.seal(pdf, "spcc-del-1", at=clock.now(), **facts)
    assert sealed.startswith(pdf) and len(sealed) < 150_000
    assert "Signature is Valid" in ask("pdfsig", sealed, tmp_path)
    assert "Total document signed" in ask("pdfsig", sealed, tmp_path)
