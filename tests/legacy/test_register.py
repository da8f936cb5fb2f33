"""The read-only register of eCoO 1.0: imports that can be repeated, and who sees what."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.core.errors import Forbidden, Missing
from portal.core.permissions import SYSTEM
from portal.legacy import actions, queries
from portal.legacy.models import LegacyFile
from portal.legacy.rules import COLUMNS
from tests.build import Stage, form_fields
from tests.databases import is_thorough

HEAD = ",".join(COLUMNS)
RICE = "ZZZCS0001A"
GOOD = [
    f"EIC/2024/013/0000001A,EIC/2024/013/0000001A/00000011,{RICE},Specimen Rice Mills,"
    "Specimen Chamber of Commerce,issued,2024-08-01,2024-08-02,Kenya",
    f"EIC/2024/013/0000002B,,{RICE},Specimen Rice Mills,Specimen Chamber of Commerce,pending,"
    "27.08.2024,,Kenya",
    "EIC/2024/013/0000003C,EIC/2024/013/0000003C/00000013,ZZZFS0002B,Specimen Steelware,"
    "Specimen Exporters Federation,cancelled,01/07/2024,02/07/2024,Japan",
]
BAD = {
    "after 27 Aug 2024": f"F/9,,{RICE},X,Y,pending,2024-08-28,,",
    "is no day": f"F/10,,{RICE},X,Y,pending,yesterday,,",
    "ten letters": "F/11,,SHORT,X,Y,pending,2024-08-01,,",
    "is none of": f"F/12,,{RICE},X,Y,lost,2024-08-01,,",
    "don't agree": f"F/13,,{RICE},X,Y,issued,2024-08-01,,",
    "exporter is empty": f"F/14,,{RICE},,Y,pending,2024-08-01,,",
    "twice": GOOD[0],
}


def a_file(folder: Path, rows: list[str], encoding: str = "utf-8", separator: str = ",") -> Path:
    path = folder / "register.csv"
    text = "\n".join([HEAD, *rows]).replace(",", separator) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


def count(stage: Stage) -> int:
    with stage.db() as db:
        return db.scalar(select(func.count(LegacyFile.id))) or 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_recognised(
    stage: Stage, tmp_path: Path, encoding: str, separator: str
) -> None:
    path = a_file(tmp_path, GOOD, encoding, separator)
    report = stage.do(actions.import_files, stage.actor("directorate"), path)
    assert (report.added, report.refused) == (3, [])


def test_a_preview_writes_nothing_and_says_the_same(stage: Stage, tmp_path: Path) -> None:
    path = a_file(tmp_path, [*GOOD, *BAD.values()])
    with stage.db() as db:
        before = actions.preview(db, path)
    assert count(stage) == 0
    after = stage.do(actions.import_files, stage.actor("directorate"), path)
    assert (before.added, before.refused) == (after.added, after.refused)
    assert count(stage) == 3


def test_every_refused_row_is_reported_with_its_line_and_reason(
    stage: Stage, tmp_path: Path
) -> None:
    path = a_file(tmp_path, [*GOOD, *BAD.values()])
    report = stage.do(actions.import_files, stage.actor("directorate"), path)
    assert [r.line for r in report.refused] == list(range(5, 5 + len(BAD)))
    for refusal, words in zip(report.refused, BAD, strict=True):
        assert words in refusal.problem.plain()


def test_the_same_file_twice_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    path = a_file(tmp_path, GOOD)
    director = stage.actor("directorate")
    stage.do(actions.import_files, director, path)
    again = stage.do(actions.import_files, director, path)
    assert (again.added, again.unchanged, again.refused) == (0, 3, [])
    changed = a_file(tmp_path, [GOOD[0].replace("Kenya", "Japan")])
    report = stage.do(actions.import_files, director, changed)
    assert report.added == 0
    assert "read-only" in report.refused[0].problem.plain()


def test_a_failure_half_way_leaves_nothing(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    path = a_file(tmp_path, GOOD)
    whole = actions._new
    calls: list[int] = []

    def dies(*args: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the disk is gone")
        return whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "_new", dies)
    with pytest.raises(OSError, match="disk"):
        stage.do(actions.import_files, stage.actor("directorate"), path)
    assert count(stage) == 0


def test_a_firm_and_an_agency_see_their_own_files_only(stage: Stage, tmp_path: Path) -> None:
    stage.do(actions.import_files, stage.actor("directorate"), a_file(tmp_path, GOOD))
    with stage.db() as db:
        seen = {
            who: len(queries.files(db, stage.actor(who)))
            for who in (
                "owner",
                "stranger",
                "officer",
                "administrator",
                "other_agency",
                "directorate",
            )
        }
    assert seen == {
        "owner": 2,
        "stranger": 1,
        "officer": 2,
        "administrator": 2,
        "other_agency": 1,
        "directorate": 3,
    }


def test_only_the_directorate_imports(stage: Stage, tmp_path: Path) -> None:
    path = a_file(tmp_path, GOOD)
    for who in ("owner", "officer", "administrator"):
        with pytest.raises(Forbidden):
            stage.do(actions.import_files, stage.actor(who), path)
    assert stage.client("officer").get("/legacy/imports").status_code == 403


def test_the_public_verifies_a_certificate_of_ecoo_1(stage: Stage, tmp_path: Path) -> None:
    stage.do(actions.import_files, stage.actor("directorate"), a_file(tmp_path, GOOD))
    client = stage.client()
    page = client.get("/verify?number=eic/2024/013/0000001a/00000011")
    assert page.status_code == 200
    assert "Issued in eCoO 1.0" in page.text
    assert "Specimen Chamber of Commerce" in page.text
    assert "Specimen Rice Mills" not in page.text
    cancelled = client.get("/verify?number=EIC/2024/013/0000003C/00000013")
    assert "Cancelled in eCoO 1.0" in cancelled.text


def test_the_directorate_imports_in_the_browser(stage: Stage, tmp_path: Path) -> None:
    client = stage.client("directorate")
    for act, expected in (("preview", "nothing was imported"), ("import", "New: 3")):
        form = client.get("/legacy/imports")
        with a_file(tmp_path, [*GOOD, BAD["is none of"]]).open("rb") as file:
            fields = form_fields(form.text, act=act, file=(file, "register.csv"))
            answer = client.post("/legacy/imports", data=fields)
        assert expected in answer.text
        assert "is none of" in answer.text
    assert count(stage) == 3
    assert "EIC/2024/013/0000002B" in client.get("/legacy").text


def test_nobody_without_a_firm_or_office_sees_the_register(stage: Stage) -> None:
    from tests.build import nobody

    with stage.db() as db:
        assert queries.files(db, nobody()) == []
    with stage.db() as db, pytest.raises(Missing):
        queries.files(db, SYSTEM)


def test_a_large_register_is_imported_from_the_shell(stage: Stage, tmp_path: Path) -> None:
    path = a_file(tmp_path, [*GOOD, BAD["is none of"]])
    runner = stage.app.test_cli_runner()
    tried = runner.invoke(args=["import", "legacy", str(path), "--dry-run"])
    assert "would be 3 new, 0 known, 1 refused" in tried.output
    assert "line 5:" in tried.output
    assert count(stage) == 0
    done = runner.invoke(args=["import", "legacy", str(path)])
    assert "3 new, 0 known, 1 refused" in done.output
    assert count(stage) == 3


def test_a_hundred_thousand_rows_are_imported_and_again_without_change(
    stage: Stage, tmp_path: Path, backend: str
) -> None:
    count = 100_000 if is_thorough(backend) else 20_000
    rows = [
        f"F/{n:06d},C/{n:06d},{RICE},Specimen Rice Mills,Specimen Chamber of Commerce,issued,"
        "2024-08-01,2024-08-02,Kenya"
        for n in range(count)
    ]
    path = a_file(tmp_path, rows)
    director = stage.actor("directorate")
    assert stage.do(actions.import_files, director, path).added == count
    again = stage.do(actions.import_files, director, path)
    assert (again.added, again.unchanged, again.refused) == (0, count, [])
