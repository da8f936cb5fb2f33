"""Lists as others write them: encodings, separators and layouts give the same three lines."""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.core.errors import DomainError
from portal.core.sheets import Unreadable
from portal.filing.examples import example_csv, example_xlsx
from portal.filing.rules.batches import BATCH_COLUMNS, Lists, judge_particulars
from portal.filing.rules.cells import Notation
from portal.filing.rules.columns import LINE_COLUMNS
from portal.filing.rules.goods import format_scaled
from portal.filing.rules.rows import Judged, Known, judge_line
from portal.filing.rules.sheaves import Content, content_of, read_back, write_down
from portal.filing.uploading import read_list

LAYOUTS = sorted((Path(__file__).parent / "lists").glob("*.csv"))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")
SEPARATORS = (",", ";", "\t", "|")
UNITS = {"SET": "Sets", "KGS": "Kilograms", "DOZ": "Dozens", "PCS": "Pieces", "NOS": "Numbers"}
UNITS |= {"MTS": "Metric Ton", "QTL": "Quintal", "TON": "Tonnes"}
NOTHING = {"producer_name": "", "producer_address": "", "invoice": 0, "marks": ""}
EXPECTED: tuple[Mapping[str, Any], ...] = (
    {
        **NOTHING,
        "hs_code": "73239390",
        "description": "Stainless steel thali sets",
        "marks": "SPECIMEN\n1-10",
        "packages": 10,
        "package_kind": "cartons",
        "quantity": 200_000,
        "unit": "SET",
        "gross_weight": 150_000,
        "net_weight": 140_500,
        "fob_minor": 90_000,
        "criterion": "made_from_indian_inputs",
        "producer": "same",
    },
    {
        **NOTHING,
        "hs_code": "09101110",
        "description": "Fresh ginger, cleaned",
        "packages": 1200,
        "package_kind": "jute bags",
        "quantity": 100_000_000,
        "unit": "KGS",
        "gross_weight": 104_000_125,
        "net_weight": 100_000_000,
        "fob_minor": 12_345_678,
        "criterion": "wholly_obtained",
        "producer": "same",
    },
    {
        **NOTHING,
        "hs_code": "61091000",
        "description": "T-shirts “Café”",
        "packages": 5,
        "package_kind": "cartons",
        "quantity": 50_000,
        "unit": "DOZ",
        "gross_weight": 62_000,
        "net_weight": 58_250,
        "fob_minor": 240_000,
        "criterion": "",
        "producer": "confidential",
    },
)


def content(raw: bytes) -> Content:
    """A list as it is kept and read back."""
    return read_back(write_down(content_of(read_list(raw), raw, applications=False)))


def judged(found: Content) -> list[Judged]:
    known = Known(UNITS, {"CT": "carton"}, {}, "USD", 2, ("",), found.notation)
    return [judge_line(found.cells(n), known, found.typed(n)) for n in found.open_lines]


def facts(raw: bytes) -> list[Mapping[str, Any]]:
    rows = judged(content(raw))
    for row in rows:
        assert row.is_sound, {name: p.plain() for name, p in row.problems.items()}
    return [row.facts for row in rows]


def table(layout: Path) -> list[list[str]]:
    with layout.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def written(rows: list[list[Any]], separator: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(rows: list[list[Any]], merges: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    for area in merges:
        book.active.merge_cells(area)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def refusal(raw: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        content(raw)
    return str(refused.value)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("separator", SEPARATORS, ids=["comma", "semicolon", "tab", "pipe"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_layout_gives_the_same_lines(encoding: str, separator: str, layout: Path) -> None:
    assert facts(written(table(layout), separator, encoding)) == list(EXPECTED)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.stem)
def test_a_workbook_of_text_gives_them_too(layout: Path) -> None:
    assert facts(workbook(table(layout))) == list(EXPECTED)


def test_a_first_line_may_say_the_separator() -> None:
    raw = written(table(LAYOUTS[-1]), "|", "utf-8")
    assert facts(b"sep=|\r\n" + raw) == list(EXPECTED)


def test_figures_days_and_merged_cells_of_a_workbook_are_read_as_they_show() -> None:
    head = ["HS", "Description", "Marks", "Pkgs", "Kind", "Qty", "UOM", "Gross", "Net", "FOB"]
    rows: list[list[Any]] = [
        head,
        [73239390, "Thali", "SPECIMEN", 10, "cartons", 0.1 + 0.2, "SET", 150.0, 140.5, 1e6],
        [9101110, "Ginger", None, 5, "bags", 1234.5, "KGS", 2000, 1234.5, 1.1],
        [None] * 10,
        ["7.3239E+07", "Spoon", None, None, "boxes", 1, "PCS", 1, 1, datetime(2026, 11, 26)],
    ]
    found = content(workbook(rows, ("C2:C5", "D3:D5")))
    first, second, third = judged(found)
    assert first.is_sound and first.facts["quantity"] == 300
    assert (first.facts["fob_minor"], first.facts["gross_weight"]) == (100_000_000, 150_000)
    assert second.suggested == {"hs_code": "09101110"}
    assert second.facts["marks"] == "SPECIMEN" and second.facts["quantity"] == 1_234_500
    # A merged number of packages belongs to its first row alone.
    assert second.facts["packages"] == 5 and third.problems["packages"].code == "empty"
    assert third.problems["hs_code"].code == "hs_shortened"
    assert third.problems["fob"].code in ("not_a_figure", "figure_shape")


def test_a_formula_is_never_run_and_asked_about_where_its_result_is_not_kept() -> None:
    head = ["HS", "Description", "Pkgs", "Kind", "Qty", "UOM", "Gross", "Net", "FOB"]
    line: list[Any] = ["73239390", "=1+1", 10, "cartons", 1, "SET", 2, 1, "=A1*2"]
    found = content(workbook([head, line]))
    assert found.bare_formulas(2) == {"description", "fob"}
    text = content(written([head, [*line[:4], "=5*2", *line[5:]]], ",", "utf-8"))
    problems = judged(text)[0].problems
    assert {problems[name].code for name in ("description", "quantity", "fob")} == {"formula"}


@pytest.mark.parametrize(
    ("gross", "net", "first", "second"),
    [
        ("Gross wt (MT)", "Net weight in tonnes", "12.3456", "12"),
        ("Gross MTS", "Net", "12.3456", "12000"),
        ("Gross", "Net (Qtls)", "12.3456 MT", "120"),
        ("Gross wt in metric tons", "Net", "12345.6 kg", "12 M.T."),
    ],
)
def test_weights_in_tonnes_and_quintals_become_kilograms(
    gross: str, net: str, first: str, second: str
) -> None:
    head = ["HS", "Description", "Pkgs", "Kind", "Qty", "UOM", gross, net, "FOB"]
    line = ["10063012", "Rice", "400", "bags", "12", "MTS", first, second, "5"]
    for raw in (written([head, line], ",", "utf-8"), workbook([head, line])):
        (row,) = judged(content(raw))
        assert row.is_sound, {name: p.plain() for name, p in row.problems.items()}
        found = (row.facts["gross_weight"], row.facts["net_weight"], row.facts["quantity"])
        assert found == (12_345_600, 12_000_000, 12_000)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_can_be_read_two_ways_is_asked_about(separator: str) -> None:
    head = ["HS", "Description", "Pkgs", "Kind", "Qty", "UOM", "Gross", "Net", "FOB"]
    line = ["73239390", "Thali", "10", "cartons", "1,234", "SET", "2", "1", "5"]
    (row,) = judged(content(written([head, line], separator, "utf-8")))
    if separator == "\t":
        assert row.facts["quantity"] == 1_234_000
    else:
        assert row.problems["quantity"].plain().startswith("Is this 1234, or 1 and decimals?")
    both = written([head, [*line[:6], "2.5", "1,5", "5"]], separator, "utf-8")
    assert judged(content(both))[0].problems["quantity"].code == "figure_either_way"


def test_a_row_with_more_cells_than_the_head_is_asked_about() -> None:
    text = "HS,Description,Pkgs,Kind,Qty,UOM,Gross,Net,FOB\n73239390,Steel, big,1,box,1,SET,2,1,5\n"
    found = content(text.encode())
    assert found.is_too_long(2)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty."),
        (b"\r\n\r\n", "The file is empty."),
        (b"%PDF-1.7\n1 0 obj", "This is no list."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0\0\0", "This is no list."),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "of an old kind or locked"),
        (b"PK\x03\x04 but nothing else", "can't be opened"),
        (b"HS,Qty\n" + b"x" * (5 << 20), "larger than 5 MB"),
        (b"HS,Qty\n" + b"x" * 5000, "longer than 4000 characters"),
        (b"HS,Qty" + b",x" * 100 + b"\n" + b"1," * 100 + b"1", "more than 60 columns"),
        (b"HS Code,Quantity\n", "no rows below its head"),
        (b"HS,Qty\n" + b"1,2\n" * 1001, "1001 rows; 1,000 can be taken"),
        (b"HS,Qty\n" + b"1,2\n" * 2000, "more than 1100 rows"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(raw: bytes, said: str) -> None:
    assert said in refusal(raw)


def test_bombs_are_stopped_by_their_limits() -> None:
    cells = b"<row><c t='inlineStr'><is><t>x</t></is></c></row>" * 400_000
    assert "so it was stopped" in refusal(_repacked(b"<sheetData>" + cells))
    assert "too large" in refusal(_repacked(b"<sheetData>" + cells * 3))
    entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 5000 + b'">]>'
    opened = _repacked(b"<sheetData>", b"<worksheet", entities + b"<worksheet")
    assert content_of(read_list(opened), opened, applications=False).rows
    costly = b"<row>" + b"<c/>" * 900_000 + b"</row>"
    with pytest.raises(Unreadable):
        read_list(_repacked(b"<sheetData>" + costly))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("print('[1, 2]')", "can't be opened"),
        ("print('{}')", "can't be opened"),
        ("print('{\"code\": [1]}')", "can't be opened"),
        ('print(\'{"rows": [["x", 1]], "merged": 5, "formulas": []}\')', "can't be opened"),
        ("print('no')", "can't be opened"),
        ("raise SystemExit(1)", "nothing is wrong with it"),
        ("import os; os.kill(os.getpid(), 9)", "so it was stopped"),
        ("print('x' * 9_000_000)", "so it was stopped"),
    ],
)
def test_whatever_the_confined_process_says_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    (tmp_path / "judge.py").write_text(program)
    monkeypatch.setattr("portal.filing.uploading.JUDGE", tmp_path / "judge.py")
    assert said in refusal(workbook([["HS", "Qty"], ["1", "2"]]))


def _repacked(sheet_data: bytes, what: bytes = b"<sheetData>", by: bytes = b"") -> bytes:
    kept, source = io.BytesIO(), workbook([["HS", "Qty"], ["1", "2"]])
    with (
        zipfile.ZipFile(io.BytesIO(source)) as read,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in read.namelist():
            part = read.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(what, by or sheet_data, 1)
            out.writestr(name, part)
    return kept.getvalue()


def test_the_templates_are_read_as_they_are() -> None:
    for raw in (example_csv(applications=False), example_xlsx(applications=False)):
        found = content(raw)
        assert found.columns == tuple(column.name for column in LINE_COLUMNS)
        assert len(found.rows) == 3 and not found.open_lines
        found.left_out = set()
        assert [row.problems for row in judged(found)] == [{}, {}, {}]


TEXT = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc", "Cf", "Zs")), min_size=1, max_size=30
).filter(lambda text: text[0].isalpha() and not text.casefold().startswith("total"))


@st.composite
def good_line(draw: st.DrawFn) -> dict[str, Any]:
    """A line as it is stored, of which every value can be typed."""
    net = draw(st.integers(1, 10**12))
    return {
        "hs_code": draw(st.from_regex(r"[0-9]{8}", fullmatch=True)),
        "description": draw(TEXT),
        "marks": draw(st.just("") | TEXT),
        "packages": draw(st.integers(1, 9_999_999)),
        "package_kind": draw(TEXT),
        "quantity": draw(st.integers(1, 10**12)),
        "unit": draw(st.sampled_from(sorted(UNITS))),
        "gross_weight": net + draw(st.integers(0, 10**9)),
        "net_weight": net,
        "fob_minor": draw(st.integers(0, 10**14 - 1)),
        "criterion": draw(st.sampled_from(["", "wholly_obtained", "processed_beyond_minimal"])),
        "producer": "same",
    }


def typed(line: Mapping[str, Any], *, grouped: bool) -> dict[str, str]:
    cells = {name: str(line[name]) for name in line}
    for name, decimals in (("quantity", 3), ("gross_weight", 3), ("net_weight", 3)):
        cells[name] = format_scaled(line[name], decimals)
    cells["fob"] = f"{line['fob_minor'] // 100}.{line['fob_minor'] % 100:02d}"
    if not grouped:
        cells = {n: c.replace(",", "") if n.endswith(("ty", "ht")) else c for n, c in cells.items()}
    return cells


@given(
    st.lists(good_line(), min_size=1, max_size=8),
    st.permutations([column.name for column in LINE_COLUMNS]),
    st.sampled_from(SEPARATORS),
    st.sampled_from(ENCODINGS),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_every_value_of_a_good_table_arrives(
    lines: list[dict[str, Any]],
    order: list[str],
    separator: str,
    encoding: str,
    grouped: bool,
    chance: Any,
) -> None:
    heads = {c.name: chance.choice((c.name, c.label, *c.others)) for c in LINE_COLUMNS}
    rows = [[typed(line, grouped=grouped).get(name, "") for name in order] for line in lines]
    raw = written([[heads[name] for name in order], *rows], separator, encoding)
    # Few bytes of Windows-1252 look like UTF-8 by chance; nobody can tell then.
    assume(encoding != "cp1252" or raw.isascii() or not _is_utf_8(raw))
    expected = [{**NOTHING, **line} for line in lines]
    assert facts(raw) == expected


def _is_utf_8(raw: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        return bool(raw.decode("utf-8"))
    return False


ODD = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["HS", "Qty", "1E+7", "=1", '"', "1,2"])),
        max_size=8,
    ).map(lambda rows: "\n".join(",".join(cells) for cells in rows).encode("utf-8", "replace")),
)


@given(ODD)
def test_whatever_is_sent_is_read_or_refused_with_a_reason(raw: bytes) -> None:
    with contextlib.suppress(DomainError):
        judged(content(raw))


@given(st.dictionaries(st.sampled_from([c.name for c in BATCH_COLUMNS]), st.text(max_size=40)))
def test_whatever_stands_in_a_cell_is_taken_or_refused_with_a_reason(cells: dict[str, str]) -> None:
    for notation in Notation:
        found = judge_line(cells, Known(UNITS, {}, notation=notation), frozenset())
        said = [problem.plain() for problem in found.problems.values()]
        assert all(said) and (said or found.facts["hs_code"])
    for mixed in (False, True):
        lists = Lists({"KE": "Kenya"}, {}, {"USD": ""}, {"FOB": ""}, {}, date(2026, 11, 26), mixed)
        assert all(p.plain() for p in judge_particulars(cells, lists).problems.values())
