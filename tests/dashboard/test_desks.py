"""Desks and lists: each sees its own, and asks the database a fixed number of times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.errors import Missing
from portal.dashboard import queries
from tests.build import Stage

LISTS = {
    "owner": ("/dashboard", "/applications", "/wallet", "/seat"),
    "officer": ("/dashboard", "/queue", "/queue?mine=1"),
    "directorate": ("/dashboard",),
    "administrator": ("/agency", "/agency/officers"),
}


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collects what the application asks the database."""
    seen: list[str] = []
    engine = app.extensions["sessions"].kw["bind"]

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_lists_ask_as_often_for_many_rows_as_for_few(stage: Stage) -> None:
    clients = {who: stage.client(who) for who in LISTS}

    def count() -> dict[str, int]:
        found = {}
        for who, urls in LISTS.items():
            for url in urls:
                with statements(stage.app) as seen:
                    assert clients[who].get(url).status_code == 200
                found[f"{who} {url}"] = len([s for s in seen if not s.startswith("BEGIN")])
        return found

    one_of_each(stage)
    few = count()
    for _ in range(2):
        one_of_each(stage)
    assert count() == few
    assert max(few.values()) <= 12, few


def one_of_each(stage: Stage) -> None:
    stage.draft()
    stage.submitted()
    stage.in_scrutiny()
    stage.questioned()


def test_an_application_with_many_lines_asks_no_more(stage: Stage) -> None:
    client = stage.client("owner")
    counted = []
    for lines in (1, 6):
        ref = stage.draft(lines=lines)
        with statements(stage.app) as seen:
            client.get(f"/applications/{ref}")
            client.get(f"/applications/{ref}/goods")
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_the_overview_is_for_the_directorate_alone(stage: Stage) -> None:
    stage.draft()
    stage.submitted()
    with stage.db() as db:
        for who in ("owner", "officer", "supervisor", "administrator"):
            with pytest.raises(Missing):
                queries.overview(db, stage.actor(who))
        found = queries.overview(db, stage.actor("directorate"))
        assert dict(found.counts) == {"submitted": 1}, "drafts are nobody's business"


def test_desks_show_nothing_of_others(stage: Stage) -> None:
    mine, theirs = stage.submitted(), stage.draft("stranger")
    for who in ("stranger", "other_office", "other_agency", "directorate", "administrator"):
        client = stage.client(who)
        for url in ("/dashboard", "/applications", "/queue", "/wallet", "/agency"):
            assert mine not in client.get(url).text, (who, url)
    assert theirs not in stage.client("owner").get("/dashboard").text
