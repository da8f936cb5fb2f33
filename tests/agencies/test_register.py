"""Appendix 2E: how agencies stand, who changes that, and what it does to files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.agencies import actions, queries
from portal.agencies.models import Agency, Change, Listing
from portal.agencies.queries import NotListed
from portal.agencies.rules import Category, Standing, Turn
from portal.core import clock
from portal.core.clock import IST
from portal.core.errors import Forbidden, Invalid, NotOpen
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.notices import actions as notices
from portal.notices.models import Certainty
from portal.notices.rules import DELISTED_FILES
from portal.wallet import queries as wallet
from tests.build import Stage, form_fields
from tests.conftest import MovedClock

SLUG = "specimen-chamber-of-commerce"
NOTICE = "Invented PN 9/2026"


def turn(stage: Stage, turned: Turn, at: Any = None, who: str = "directorate") -> None:
    """One turn of the sample chamber's standing, by an invented notice."""
    facts = {"notice": NOTICE, "source": "invented", "certainty": Certainty.SEEN, "why": "a test"}
    stage.do(actions.turn, stage.actor(who), SLUG, turned, at or clock.now(), **facts)


def give_back_by_rule(stage: Stage) -> None:
    """From now on files of a struck-off agency go back."""
    now, until = clock.now(), None
    facts = (DELISTED_FILES, "give_back", now, until)
    slug = "portal-policy-1"
    stage.do(notices.set_rule, stage.actor("directorate"), slug, *facts, why="a test")


def send(client: FlaskClient, path: str, **changes: str) -> Any:
    """Enter something on the chamber's page of the desk."""
    address = f"/agencies/desk/{SLUG}"
    at = clock.now().astimezone(IST).strftime("%Y-%m-%dT%H:%M:%S")
    fields = {
        "turn": "strike_off",
        "at": at,
        "notice": NOTICE,
        "source": "an invented gazette",
        "certainty": "S",
        "why": "an invented reason",
        "hs_prefix": "0902",
        "goods": "Invented tea",
    }
    page = client.get(address)
    return client.post(f"{address}/{path}", data=form_fields(page.text, **{**fields, **changes}))


def test_the_list_says_of_each_agency_since_when_where_it_is_written_and_how_sure(
    stage: Stage,
) -> None:
    seen = 0
    for number in (1, 2, 3):
        page = stage.client().get(f"/agencies?page={number}").text
        for row in html.fromstring(page).xpath("//ul[@class='rows']/li"):
            cite = " ".join(row.xpath("string(.//cite)").split())
            assert "since" in cite or "20 Sep 2023" in cite or "31 Jan" in cite, cite
            assert cite.endswith(("named", "seen", "source", "unconfirmed")), cite
            seen += 1
    assert seen == 64 + 2


def test_the_list_is_found_by_words_and_state(stage: Stage) -> None:
    client = stage.client()
    assert "Rajkot Chamber" in client.get("/agencies?q=rajkot").text
    assert "Rajkot" not in client.get("/agencies?q=%25").text
    found = client.get("/agencies?state=Manipur").text
    assert "Border Trade Chamber" in found and "Rajkot Chamber" not in found
    assert "No agency fits." in client.get("/agencies?q=nowhere+at+all").text
    assert client.get("/agencies?page=99999999999").status_code == 200


def test_a_body_that_came_back_shows_both_times_with_their_notices(stage: Stage) -> None:
    page = stage.client().get("/agencies/the-kashmir-chamber-of-commerce-industry").text
    assert "since: not known, until 20 Sep 2023" in " ".join(page.split())
    assert "since 31 Jan 2024" in page
    assert 'href="/notices/pn-31-2023"' in page
    assert "A real body" in page


def test_real_bodies_have_no_office_and_are_loaded_once(stage: Stage) -> None:
    with stage.db() as db:
        before = len(db.scalars(select(Listing)).all())
        real = db.scalars(select(Agency).where(Agency.is_invented.is_(False))).all()
        assert len(real) == 64 and not [row for row in real if row.code]
    stage.do(actions.seed)
    with stage.db() as db:
        assert len(db.scalars(select(Listing)).all()) == before


def test_struck_off_it_takes_no_new_file_from_that_instant_on(
    stage: Stage, moved_clock: MovedClock
) -> None:
    draft = stage.draft()
    at = clock.now() + timedelta(hours=2)
    turn(stage, Turn.STRIKE_OFF, at)
    moved_clock.to(at - timedelta(seconds=20))
    other = stage.draft()
    moved_clock.to(at)
    client = stage.client("owner")
    for ref in (draft, other):
        with pytest.raises(NotListed, match=NOTICE):
            stage.do(filing.submit, stage.actor("owner"), ref, declared=True)
    fields = form_fields(client.get(f"/applications/{draft}").text, declared="y")
    answer = client.post(f"/applications/{draft}/submission", data=fields)
    assert answer.status_code == 409 and NOTICE in answer.text
    new = client.get("/applications/new").text
    assert "Tiruppur office" in new and "Delhi office" not in new
    office = {"office": str(stage.office_id("DEL"))}
    assert client.post("/applications", data=form_fields(new, **office)).status_code == 422
    with pytest.raises(NotListed, match="struck off"):
        stage.draft()
    stage.draft(office="TUP")


def test_suspended_it_takes_no_new_file_but_decides_those_that_wait(stage: Stage) -> None:
    number = stage.submitted()
    give_back_by_rule(stage)
    turn(stage, Turn.SUSPEND)
    with pytest.raises(NotListed, match="suspended"):
        stage.draft()
    stage.do(filing.claim, stage.actor("officer"), number)
    turn(stage, Turn.LIST)
    stage.draft()


def test_files_of_a_struck_off_agency_are_still_decided_by_the_rule_of_today(
    stage: Stage,
) -> None:
    number = stage.submitted()
    turn(stage, Turn.STRIKE_OFF)
    stage.run_jobs()
    stage.do(filing.claim, stage.actor("officer"), number)


def test_files_go_back_with_the_fee_where_the_rule_says_so(stage: Stage) -> None:
    before = free(stage)
    numbers = [stage.submitted(), stage.in_scrutiny(), stage.questioned()]
    elsewhere = stage.submitted(office="TUP")
    give_back_by_rule(stage)
    turn(stage, Turn.STRIKE_OFF)
    with pytest.raises(NotOpen, match=NOTICE):
        stage.do(filing.claim, stage.actor("officer"), numbers[0])
    with pytest.raises(NotOpen, match="the fee is released"):
        stage.do(filing.reject, stage.actor("officer"), numbers[1], "no")
    stage.run_jobs()
    with stage.db() as db:
        rows = {row.number: row for row in db.scalars(select(Application))}
        assert [rows[n].status.value for n in numbers] == ["withdrawn"] * 3
        assert {rows[n].reason for n in numbers} == {NOTICE}
        assert rows[elsewhere].status.value == "submitted"
    assert free(stage) == before - 20_000
    page = stage.client("owner").get(f"/applications/{numbers[0]}").text
    assert NOTICE in page


def free(stage: Stage) -> int:
    with stage.db() as db:
        return int(wallet.balances(db, stage.actor("owner")).available)


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        (None, Turn.LIST, "stands_so"),
        (Turn.SUSPEND, Turn.SUSPEND, "stands_so"),
        (Turn.STRIKE_OFF, Turn.STRIKE_OFF, "stands_so"),
    ],
)
def test_a_turn_that_changes_nothing_is_refused(
    stage: Stage, first: Turn | None, then: Turn, code: str
) -> None:
    if first:
        turn(stage, first, clock.now() - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        turn(stage, then)
    assert refused.value.problem.code == code


def test_nothing_is_entered_before_what_is_entered_already(stage: Stage) -> None:
    turn(stage, Turn.SUSPEND, clock.now() + timedelta(days=3))
    with pytest.raises(Invalid, match="Something later"):
        turn(stage, Turn.STRIKE_OFF)


def test_only_the_directorate_changes_the_register(stage: Stage) -> None:
    for who in ("administrator", "officer", "owner"):
        with pytest.raises(Forbidden):
            turn(stage, Turn.STRIKE_OFF, who=who)


def test_history_is_kept_and_the_database_refuses_to_change_it(stage: Stage) -> None:
    client = stage.client("directorate")
    assert send(client, "standing", turn="suspend").status_code == 303
    page = client.get(f"/agencies/desk/{SLUG}").text
    assert "an invented reason" in page and "Invented Director Nila" in page
    with stage.db() as db:
        row = db.scalars(select(Change)).one()
        kept = queries.personal_data_of(db, row.person_id or 0)["agencies_change"]
        assert kept[0]["why"] == "an invented reason"
        for sql in ("UPDATE agencies_change SET why = ''", "DELETE FROM agencies_change"):
            with pytest.raises(DBAPIError):
                db.execute(text(sql))
            db.rollback()
    public = stage.client().get(f"/agencies/{SLUG}").text
    assert "suspended" in public and NOTICE in public and "secondary source" in public


def test_two_open_listings_of_one_agency_are_refused_by_the_database(stage: Stage) -> None:
    with stage.db() as db:
        row = db.scalars(select(Listing).where(Listing.valid_until.is_(None))).first()
        assert row is not None
        twin = {c.name: getattr(row, c.name) for c in Listing.__table__.columns if c.name != "id"}
        db.add(Listing(**twin))
        with pytest.raises(DBAPIError):
            db.flush()


@pytest.mark.parametrize(
    ("path", "changes", "said"),
    [
        ("standing", {"at": ""}, "Give the instant."),
        ("standing", {"at": "yesterday"}, "Not a valid datetime value."),
        ("standing", {"notice": " "}, "notice&#39;s number"),
        ("standing", {"source": ""}, "Say where it is written."),
        ("standing", {"why": ""}, "Say why."),
        ("standing", {"turn": "list"}, "listed already"),
        ("goods", {"hs_prefix": "090"}, "first 2, 4, 6 or 8 digits"),
        ("goods", {"hs_prefix": "", "goods": ""}, "Say which goods"),
    ],
)
def test_wrong_input_is_refused_at_its_field_and_kept(
    stage: Stage, path: str, changes: dict[str, str], said: str
) -> None:
    answer = send(stage.client("directorate"), path, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    kept = "an invented gazette" if "source" not in changes else "an invented reason"
    assert kept in answer.text
    with stage.db() as db:
        assert db.scalars(select(Change)).all() == []


def test_goods_are_given_and_taken_by_notice(stage: Stage) -> None:
    client = stage.client("directorate")
    assert send(client, "goods").status_code == 303
    public = stage.client().get(f"/agencies/{SLUG}").text
    assert "Invented tea" in public and "(tariff 0902)" in public
    with stage.db() as db:
        scope = queries.agency(db, SLUG).scopes[0].id
    page = client.get(f"/agencies/desk/{SLUG}/goods/{scope}").text
    at = (clock.now() + timedelta(days=1)).astimezone(IST).strftime("%Y-%m-%dT%H:%M")
    fields = form_fields(page, at=at, notice="Invented PN 10/2026", why="it ends")
    path = f"/agencies/desk/{SLUG}/goods/{scope}"
    assert client.post(path, data=fields).status_code == 303
    again = client.post(path, data=fields)
    assert again.status_code == 422 and "It has an end already" in again.text
    assert "Invented PN 10/2026" in stage.client().get(f"/agencies/{SLUG}").text


def test_an_agency_is_added_and_listed_without_a_developer(stage: Stage) -> None:
    client = stage.client("directorate")
    page = client.get("/agencies/desk/new").text
    fields = {
        "name": "Specimen Tea Board",
        "code": "SPTB",
        "category": Category.STATUTORY_BODY.value,
        "city": "Kolkata",
        "state": "West Bengal",
        "serial": "S.99",
        "email": "tea@board.example",
        "why": "an invented notice adds it",
    }
    answer = client.post("/agencies/desk", data=form_fields(page, **fields))
    assert answer.status_code == 303
    assert answer.location.endswith("/agencies/desk/specimen-tea-board")
    assert "not listed" in stage.client().get("/agencies/specimen-tea-board").text
    again = client.post("/agencies/desk", data=form_fields(page, **fields))
    assert again.status_code == 422 and "in the register already" in again.text
    other = client.post(
        "/agencies/desk", data=form_fields(page, **{**fields, "name": "Specimen Other"})
    )
    assert other.status_code == 422 and "Another agency has this code" in other.text
    with stage.db() as db:
        found = queries.agency(db, "specimen-tea-board")
        assert found.standing(clock.now()) is None
        assert Standing.LISTED not in [row.standing for row in found.listings]


def standing(stage: Stage) -> Standing | None:
    with stage.db() as db:
        return queries.agency(db, SLUG).standing(clock.now())


@pytest.mark.parametrize("turned", [Turn.SUSPEND, Turn.STRIKE_OFF])
def test_an_entry_made_by_mistake_is_taken_back_and_what_stood_before_stands_again(
    stage: Stage, turned: Turn
) -> None:
    client = stage.client("directorate")
    with stage.db() as db:
        before = queries.agency(db, SLUG).listings
    assert send(client, "standing", turn=turned.value).status_code == 303
    assert standing(stage) is not Standing.LISTED
    answer = send(client, "standing/taken-back", why="Another chamber was meant")
    assert answer.status_code == 303
    assert standing(stage) is Standing.LISTED
    stage.draft()
    with stage.db() as db:
        found = queries.agency(db, SLUG)
        assert found.listings == before
        change = queries.changes(db, found.id)[0]
    assert (change.what, change.why) == ("taken back", "Another chamber was meant")
    assert "Another chamber was meant" in client.get(f"/agencies/desk/{SLUG}").text


def test_an_entry_is_taken_back_with_a_reason_and_only_where_there_is_one(stage: Stage) -> None:
    client = stage.client("directorate")
    turn(stage, Turn.SUSPEND)
    bare = send(client, "standing/taken-back", why="  ")
    assert bare.status_code == 422 and "Say what is wrong." in bare.text
    assert standing(stage) is Standing.SUSPENDED
    for _ in range(2):
        assert send(client, "standing/taken-back").status_code == 303
    assert standing(stage) is None
    nothing = send(client, "standing/taken-back", why="once more")
    assert nothing.status_code == 422 and "Nothing is entered" in nothing.text
    assert "once more" in nothing.text
    with pytest.raises(Forbidden):
        stage.do(actions.take_back, stage.actor("officer"), SLUG, "an officer")
