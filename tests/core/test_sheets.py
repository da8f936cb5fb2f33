"""Lists in every dialect: encodings, separators, torn rows, formulas; nothing is ever run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.core.sheets import Limits, Row, Unreadable, clean, encoding_of, read, safe_cell

HEAD = "code;description\n"


def rows(tmp_path: Path, content: bytes | str, limits: Limits | None = None) -> list[Row]:
    path = tmp_path / "list"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, limits))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_its_mark(tmp_path: Path, encoding: str) -> None:
    found = rows(tmp_path, f"{HEAD}09101110;Ginger – “fresh” ₹\n".encode(encoding))
    assert found == [Row(2, {"code": "09101110", "description": "Ginger – “fresh” ₹"})]


def test_what_is_no_utf_8_is_read_as_windows_1252(tmp_path: Path) -> None:
    found = rows(tmp_path, f"{HEAD}09101110;Café – 5€\n".encode("cp1252"))
    assert found[0].cells["description"] == "Café – 5€"


def test_a_stray_byte_far_down_the_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(HEAD.encode() + b"1;a\n" * 400_000 + b"2;caf\xe9\n")
    assert encoding_of(path) == "cp1252"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_that_of_the_head(tmp_path: Path, separator: str) -> None:
    text = f'Code{separator}"Description, of; goods"\n1{separator}"a,b;c|d\te"\n'
    found = rows(tmp_path, text)
    assert found[0].cells == {"code": "1", "description_of_goods": "a,b;c|d e"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_wrapped_cells_and_any_line_end_are_joined(tmp_path: Path, end: str) -> None:
    text = end.join(["code,description", '1,"TWO', 'LINES ""QUOTED"""', "2,one", ""])
    found = rows(tmp_path, text)
    assert [(r.line, r.cells["description"]) for r in found] == [
        (2, 'TWO LINES "QUOTED"'),
        (4, "one"),
    ]


def test_a_row_cut_in_the_middle_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    found = rows(tmp_path, "code,description,unit\n1,one,KGS\n2,tw\n3,three,KGS\n4")
    assert [r.problem.code if r.problem else "" for r in found] == ["", "row_cut", "", "row_cut"]
    assert found[1].problem
    assert found[1].problem.plain() == "The row is cut: 2 of 3 cells."


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    text = 'code,description\n1,"open\n' + "".join(f"{n},row\n" for n in range(2, 100))
    found = rows(tmp_path, text)
    assert len(found) == 99
    assert [r.line for r in found if r.problem] == [2]


def test_an_inch_mark_opens_no_quote(tmp_path: Path) -> None:
    found = rows(tmp_path, 'code,description\n1,pipe 5" wide\n2,next\n')
    assert [r.cells["description"] for r in found] == ['pipe 5" wide', "next"]


def test_a_row_with_more_cells_than_the_head_is_refused(tmp_path: Path) -> None:
    found = rows(tmp_path, "code,description\n1,Freeport, Bahama\n2,b,,\n")
    assert [r.problem.code if r.problem else "" for r in found] == ["row_long", ""]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)"])
def test_a_formula_is_text_and_stays_text_where_it_is_opened_again(
    tmp_path: Path, cell: str
) -> None:
    found = rows(tmp_path, f"code\tdescription\n1\t{cell}\n")
    assert found[0].cells["description"] == cell
    assert safe_cell(cell) == f"'{cell}"


def test_control_characters_and_hard_spaces_go() -> None:
    assert clean("a\x00b\x1b[31m\u00a0 c\u200b\ufeff\n") == "a b [31m c"


def test_json_is_read_entry_by_entry(tmp_path: Path) -> None:
    text = json.dumps([{"HSN Code": "1", "n": 5, "nested": {"a": 1}, "none": None}, "text"])
    found = rows(tmp_path, text)
    assert found[0] == Row(1, {"hsn_code": "1", "n": "5", "none": ""})
    assert found[1].problem
    assert found[1].problem.code == "row_shape"


def test_a_torn_entry_of_json_costs_only_itself(tmp_path: Path) -> None:
    found = rows(tmp_path, '[{"a": "1"}, {"a": "2", {"a": "3\nwrapped"}, {"a": "4')
    assert [bool(r.problem) for r in found] == [False, True, False, True]
    assert found[2].cells == {"a": "3 wrapped"}


@pytest.mark.parametrize(
    ("content", "limits", "words"),
    [
        (b"", Limits(), "empty"),
        (b" \n\n", Limits(), "empty"),
        (b"a,b\n" * 50, Limits(size=100), "larger"),
        (b"a,b\n1,2\n3,4\n", Limits(rows=1), "more than 1 rows"),
        (b",,\n1,2,3\n", Limits(), "name the columns"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(
    tmp_path: Path, content: bytes, limits: Limits, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        rows(tmp_path, content, limits)


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    found = rows(tmp_path, f"a,b\n1,{'x' * 5000}\n2,y\n")
    assert [r.problem.code if r.problem else "" for r in found] == ["cell_long", ""]
    assert len(found[0].cells["b"]) == 4000


@given(content=st.binary(max_size=300))
@example(content=b"[\xc2")  # cut within a character
@example(content=b"[\x81\xc2")  # a byte that Windows-1252 leaves undefined
@example(content=b"\xff\xfe[\0\0\xd8")  # half a pair of UTF-16
def test_no_bytes_at_all_break_the_reading(tmp_path: Path, content: bytes) -> None:
    """Random bytes are rows, problems or Unreadable, never another error."""
    try:
        for row in rows(tmp_path, content):
            assert row.line >= 1
    except Unreadable:
        pass
