"""Codes of an older database keep their rows and get days."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from portal.core.db import make_engine, make_sessions
from portal.core.tx import write
from portal.migrations import run
from portal.reference import queries
from portal.reference.actions import seed

OLD_ROWS = (
    "INSERT INTO reference_hs (code, description) VALUES ('100630', 'Rice as it was')",
    "INSERT INTO reference_country (code, name) VALUES ('KE', 'Kenya as it was')",
    "INSERT INTO reference_currency (code, name, exponent) VALUES ('JPY', 'Yen as it was', 0)",
    "INSERT INTO reference_unit (code, name) VALUES ('KGS', 'Kilograms as they were')",
    "INSERT INTO reference_incoterm (code, name) VALUES ('FOB', 'Free on Board')",
    "INSERT INTO reference_station (code, name, state, kind) "
    "VALUES ('INNSA1', 'Nhava Sheva as it was', 'MH', 'SEA')",
    "INSERT INTO reference_national_line "
    "VALUES ('10063092', 'Basmati as it was', '2025-05-01', NULL, '', 'invented', 'V')",
)


def old_database(engine: Engine) -> None:
    """The shape of the release before, with a row in every table of codes."""
    config = Config()
    config.set_main_option("script_location", str(run.FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for row in OLD_ROWS:
            connection.execute(text(row))


def test_old_rows_stay_and_the_seed_fills_up(backend: str, tmp_path: Path) -> None:
    from tests import databases

    if backend == databases.SQLITE:
        prove(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        return
    with databases.server() as server:
        server.create("old")
        prove(server.url("old"))


def prove(url: str) -> None:
    engine = make_engine(url)
    old_database(engine)
    assert run.upgrade(url) is True
    with make_sessions(engine)() as db:
        write(db, seed)
        assert queries.country_name(db, "KE") == "Kenya as it was"
        assert queries.station_name(db, "INNSA1") == "Nhava Sheva as it was"
        assert queries.hs_on(db, "10063092").description == "Basmati as it was"
        assert queries.search_places(db, "sheva")[0].code == "INNSA1"
        assert queries.check_code(db, "incoterms", "FOB") is None
        assert len(queries.stations(db)) == 253
    engine.dispose()
