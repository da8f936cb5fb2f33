"""The certificate's sheet: everything is on it, it looks the same each time, nothing is markup."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import segno

from portal.adapters.fonts import ensure_faces
from portal.adapters.pdf import SheetPdf
from portal.adapters.pdf.form import Kind
from portal.certificates.sheet import Party, Sheet, from_json, to_json
from portal.core.errors import Refused
from tests.certificates.sheets import TEMPLATES, a_line, a_sheet
from tests.tools import need

MARKUP = "<b>x</b> {{ 7*7 }} {% if %} &amp; <pdf:pagenumber> </td>"


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> SheetPdf:
    return SheetPdf(tmp_path_factory.mktemp("fonts"), TEMPLATES)


def ask(program: str, pdf: bytes, folder: Path, *options: str) -> str:
    need(program)
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    tail = ["-"] if program == "pdftotext" else []
    done = subprocess.run([program, *options, str(path), *tail], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def words(pdf: bytes, folder: Path) -> str:
    """The printed text without spaces and line breaks, since a long value may wrap anywhere."""
    return re.sub(r"\s+", "", ask("pdftotext", pdf, folder, "-raw"))


def values(sheet: Sheet) -> list[str]:
    """Each printed value of a sheet; `qr_url` is in the code, not in letters."""

    def walk(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for key, part in value.items() if key != "qr_url" for text in walk(part)]
        if isinstance(value, list):
            return [text for part in value for text in walk(part)]
        return [] if isinstance(value, bool) else str(value).split("\n")

    return walk(to_json(sheet))


def test_every_value_of_a_long_sheet_is_printed(maker: SheetPdf, tmp_path: Path) -> None:
    sheet = a_sheet(60, official_use="Issued in lieu of an earlier one")
    printed = words(maker.render(sheet), tmp_path)
    missing = [text for text in values(sheet) if re.sub(r"\s+", "", text) not in printed]
    assert missing == []
    assert "***endoflist,60items***" in printed
    assert "IssuedinINDIA" in printed
    assert "Electroniccopy" in printed


def test_each_page_bears_title_number_and_its_place(maker: SheetPdf, tmp_path: Path) -> None:
    sheet = a_sheet(60)
    pages = ask("pdftotext", maker.render(sheet), tmp_path, "-layout").rstrip("\f").split("\f")
    assert len(pages) > 1
    for place, page in enumerate(pages, 1):
        assert sheet.title in page
        assert sheet.number in page
        assert f"{place} of {len(pages)}" in page
        assert "SPECIMEN, NOT VALID" in page
        assert "Origin criterion" in page


def test_a_real_certificate_does_not_say_specimen(maker: SheetPdf, tmp_path: Path) -> None:
    sheet = a_sheet(1, specimen=False, agency="Invented Chamber")
    assert "SPECIMEN" not in words(maker.render(sheet), tmp_path)


def test_ten_lines_fit_on_one_page(maker: SheetPdf, tmp_path: Path) -> None:
    assert "1 of 1" in ask("pdftotext", maker.render(a_sheet(10)), tmp_path, "-layout")


def test_markup_in_every_field_is_printed_as_it_was_typed(maker: SheetPdf, tmp_path: Path) -> None:
    plain = a_sheet(1)
    texts: dict[str, Any] = {
        f.name: MARKUP for f in fields(Sheet) if f.type == "str" and f.name != "qr_url"
    }
    line = {f: MARKUP for f in to_json(plain)["lines"][0] if f != "item"}
    party = Party(MARKUP, (MARKUP,), MARKUP)
    sheet = replace(
        plain,
        **texts,
        exporter=party,
        consignee=party,
        transport=(MARKUP,),
        lines=(a_line(1, **line),),
    )
    printed = words(maker.render(sheet), tmp_path)
    expected = values(sheet).count(MARKUP)
    assert expected == 35
    assert printed.count(re.sub(r"\s+", "", MARKUP)) >= expected
    assert "49" not in printed


def test_long_words_and_texts_stay_inside_their_boxes(maker: SheetPdf, tmp_path: Path) -> None:
    word = "W" * 200
    line = a_line(1, marks=word, packages=word, description=word * 40, quantity=word)
    party = Party(word, (word, word), word)
    sheet = replace(
        a_sheet(), lines=(line, a_line(2)), exporter=party, consignee=party, agency=word
    )
    pdf = maker.render(sheet)
    assert words(pdf, tmp_path).count("W") >= 50 * 200
    boxes = ask("pdftotext", pdf, tmp_path, "-bbox")
    edges = [float(x) for x in re.findall(r'<word[^>]* xMax="([\d.]+)"', boxes)]
    lows = [float(y) for y in re.findall(r'<word[^>]* yMax="([\d.]+)"', boxes)]
    assert max(edges) <= 198 * 72 / 25.4 + 1
    assert max(lows) <= 293 * 72 / 25.4


def test_the_same_sheet_gives_the_same_bytes(maker: SheetPdf) -> None:
    other_maker = SheetPdf(maker._fonts_dir, TEMPLATES)
    assert maker.render(a_sheet(3)) == other_maker.render(from_json(to_json(a_sheet(3))))


def test_a_process_that_loaded_other_libraries_first_gives_the_same_bytes(
    maker: SheetPdf, tmp_path: Path
) -> None:
    """As the worker does; reportlab then has Helvetica in its defaults. It has no frames yet."""
    program = (
        "import sys, pathlib, xhtml2pdf.pisa, pikepdf\n"
        "from tests.certificates.sheets import TEMPLATES, a_sheet\n"
        "from portal.adapters.pdf import SheetPdf\n"
        "maker = SheetPdf(pathlib.Path(sys.argv[1]) / 'fonts', TEMPLATES)\n"
        "sys.stdout.buffer.write(maker.render(a_sheet(60)))\n"
    )
    (tmp_path / "fonts").mkdir()
    for face in ensure_faces(maker._fonts_dir):
        shutil.copy(face, tmp_path / "fonts")
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, timeout=60, cwd=TEMPLATES.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == maker.render(a_sheet(60))


def test_frames_are_made_once_for_all_processes(tmp_path: Path, maker: SheetPdf) -> None:
    maker.render(a_sheet(60))
    kept = maker._fonts_dir.parent / "sheets"
    made = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    SheetPdf(maker._fonts_dir, TEMPLATES).warm(specimen=True)
    assert made.items() <= {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}.items()


def test_only_embedded_subsets_of_our_faces_are_used(maker: SheetPdf, tmp_path: Path) -> None:
    rows = ask("pdffonts", maker.render(a_sheet(60)), tmp_path).splitlines()[2:]
    assert len(rows) == 2
    assert all("+ECoOSans" in row and " yes yes " in row for row in rows)


def test_letters_of_other_scripts_are_printed_and_embedded_too(
    maker: SheetPdf, tmp_path: Path
) -> None:
    names = "Ελλάς Россия Łódź ₹ № ’“€”"
    line = a_line(1, description=names * 3)
    pdf = maker.render(replace(a_sheet(1, agency=names), lines=(line,)))
    printed = words(pdf, tmp_path)
    assert printed.count("ΕλλάςРоссияŁódź") >= 4
    assert "(exporter’sname" in printed
    rows = ask("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert all("+ECoOSans" in row and " yes yes " in row for row in rows)


def test_the_end_of_the_list_never_stands_on_a_page_without_goods(
    maker: SheetPdf, tmp_path: Path
) -> None:
    for number in range(8, 20):
        pages = ask("pdftotext", maker.render(a_sheet(number)), tmp_path, "-layout")
        last = pages.rstrip("\f").split("\f")[-1]
        assert f"SMK/{number:04d}" in last
        assert "end of list" in last


def test_long_names_shrink_without_a_warning(
    maker: SheetPdf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    long = "Federation of Invented Exporters, Manufacturers and Merchants of All Regions " * 4
    sheet = a_sheet(1, agency=long, title=long, officer=long, officer_designation=long)
    assert re.sub(r"\s+", "", long) in words(maker.render(sheet), tmp_path)
    assert caplog.records == []


def test_the_printed_code_is_the_one_of_the_address(maker: SheetPdf, tmp_path: Path) -> None:
    sheet = a_sheet(1)
    need("pdftoppm")
    (tmp_path / "sheet.pdf").write_bytes(maker.render(sheet))
    command = ["pdftoppm", "-gray", "-r", "300", "-singlefile", "sheet.pdf", "page"]
    subprocess.run(command, check=True, timeout=60, cwd=tmp_path)
    kind, size, _, pixels = (tmp_path / "page.pgm").read_bytes().split(b"\n", 3)
    assert kind == b"P5"
    across = int(size.split()[0])
    expected = [list(row) for row in segno.make_qr(sheet.qr_url, error="M", mask=4).matrix]
    box, modules = Kind(True, True, False, True).qr, len(expected)
    step = box.width / (modules + 8)

    def dark(row: int, column: int) -> int:
        x, y = (edge + step * (at + 4.5) for edge, at in ((box.left, column), (box.top, row)))
        return pixels[int(y * 300 / 25.4) * across + int(x * 300 / 25.4)] < 128

    seen = [[int(dark(row, column)) for column in range(modules)] for row in range(modules)]
    assert seen == expected


def test_the_file_is_sound_titled_and_says_its_language(maker: SheetPdf, tmp_path: Path) -> None:
    pdf = maker.render(a_sheet(1))
    assert "No syntax or stream encoding errors" in ask("qpdf", pdf, tmp_path, "--check")
    assert "SPC-MUM-2627-0000123-K" in ask("pdfinfo", pdf, tmp_path)
    assert b"/Lang (en-IN)" in pdf


def test_the_file_stays_small(maker: SheetPdf) -> None:
    assert len(maker.render(a_sheet(10))) < 40_000
    assert len(maker.render(a_sheet(60))) < 60_000


def test_too_few_or_too_many_lines_are_refused(maker: SheetPdf) -> None:
    for number in (0, 1001):
        with pytest.raises(Refused):
            maker.render(a_sheet(number))


def test_the_particulars_survive_a_round_trip_through_json() -> None:
    sheet = a_sheet(2)
    assert from_json(json.loads(json.dumps(to_json(sheet)))) == sheet


def test_particulars_that_are_not_a_sheets_are_refused() -> None:
    good = to_json(a_sheet(1))
    for bad in ({}, good | {"more": 1}, good | {"specimen": "yes"}, good | {"lines": "abc"}):
        with pytest.raises(ValueError, match="not the particulars"):
            from_json(bad)


def test_the_faces_are_made_once(tmp_path: Path) -> None:
    made = [path.stat().st_mtime_ns for path in ensure_faces(tmp_path)]
    assert [path.stat().st_mtime_ns for path in ensure_faces(tmp_path)] == made
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".ttf", ".ttf"]
