"""Each room can say what it keeps about a person, and no table is forgotten."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from sqlalchemy import Table

import portal
from portal.core.personal import SECRET
from portal.migrations.run import load_models
from tests.build import Stage

# The audit trail names people by id alone and is kept for as long as the law wants.
KEPT_APART = {"core_audit"}
NAMES_A_PERSON = {"person_id", "officer_id", "created_by", "asked_by", "answered_by"}


def told_by_rooms(stage: Stage, person_id: int) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    with stage.db() as db:
        for room in iter_modules(portal.__path__, "portal."):
            if room.ispkg and find_spec(f"{room.name}.queries"):
                queries = import_module(f"{room.name}.queries")
                if hasattr(queries, "personal_data_of"):
                    found |= queries.personal_data_of(db, person_id)
    return found


def points_to_a_person(table: Table) -> bool:
    named = any(column.name in NAMES_A_PERSON for column in table.columns)
    return named or any(key.column.table.name == "identity_person" for key in table.foreign_keys)


def test_no_table_that_points_to_a_person_is_forgotten(stage: Stage) -> None:
    told = set(told_by_rooms(stage, 1))
    pointing = {name for name, t in load_models().tables.items() if points_to_a_person(t)}
    assert pointing - KEPT_APART <= told
    assert "identity_person" in told


def test_a_person_sees_what_they_did_and_no_secret(stage: Stage) -> None:
    number, certificate = stage.issued()
    officer = stage.actor("officer")
    told = told_by_rooms(stage, officer.person_id or 0)
    assert [row["number"] for row in told["filing_application"]] == [number]
    assert [row["number"] for row in told["certificates_certificate"]] == [certificate]
    assert [row["designation"] for row in told["agencies_officer"]] == ["Issuing Officer"]
    assert not {key for rows in told.values() for row in rows for key in row} & SECRET


def test_somebody_who_did_nothing_has_nothing_there(stage: Stage) -> None:
    stage.issued()
    told = told_by_rooms(stage, stage.actor("stranger").person_id or 0)
    assert told["filing_application"] == []
    assert told["certificates_certificate"] == []
