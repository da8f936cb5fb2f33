"""Signing in and out: cookies, tokens, time limits, tries, and where one lands afterwards."""

from __future__ import annotations

import itertools
import time
from statistics import median

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from portal import samples
from portal.core import clock
from portal.identity import passwords
from portal.identity.models import Membership, Person, SignIn, SignInTry
from portal.identity.queries import token_hash
from tests.build import CAST, Stage, csrf_token, form_fields
from tests.conftest import MovedClock

WRONG = "E-mail and password do not fit together."


def sign_in(client: FlaskClient, email: str, password: str, **more: str) -> TestResponse:
    token = csrf_token(client.get("/sign-in").text)
    fields = {"email": email, "password": password, "csrf_token": token, **more}
    return client.post("/sign-in", data=fields)


def is_in(client: FlaskClient) -> bool:
    return client.get("/dashboard").status_code == 200


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("s")
    return found.value if found else ""


def test_the_cookie_is_closed_to_scripts_and_other_sites(stage: Stage) -> None:
    answer = sign_in(stage.client(), CAST["owner"], samples.PASSWORD)
    set_cookie = answer.headers["Set-Cookie"]
    assert set_cookie.startswith("s=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in set_cookie
    assert (
        "Expires" not in set_cookie and "Max-Age" not in set_cookie and "Domain" not in set_cookie
    )


def test_on_https_the_cookie_is_bound_to_the_host(stage: Stage) -> None:
    from portal.web.session import TokenSession, TokenSessions

    kept = TokenSessions("secret", https=True)
    answer = stage.app.response_class()
    session = TokenSession("t" * 43, "secret", is_new=True)
    session.wanted = True
    kept.save_session(stage.app, session, answer)
    set_cookie = answer.headers["Set-Cookie"]
    assert set_cookie.startswith("__Host-s=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in set_cookie


def test_signing_in_changes_the_token_and_the_database_keeps_only_its_hash(stage: Stage) -> None:
    client = stage.client()
    client.set_cookie("s", "a" * 43)
    sign_in(client, CAST["owner"], samples.PASSWORD)
    token = cookie(client)
    assert token != "a" * 43 and len(token) == 43
    with stage.db() as db:
        hashes = db.scalars(select(SignIn.token_hash)).all()
    assert hashes == [token_hash(token)]
    planted = stage.client()
    planted.set_cookie("s", "a" * 43)
    assert not is_in(planted)


def test_a_token_of_the_form_before_signing_in_is_worth_nothing_after_it(stage: Stage) -> None:
    client = stage.client()
    before = csrf_token(client.get("/sign-in").text)
    fields = {"email": CAST["owner"], "password": samples.PASSWORD, "csrf_token": before}
    assert client.post("/sign-in", data=fields).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    assert is_in(client)


def test_signing_in_again_ends_the_session_before(stage: Stage) -> None:
    client = stage.client("owner")
    first = cookie(client)
    token = form_fields(client.get("/seat").text)["csrf_token"]
    fields = {"email": CAST["viewer"], "password": samples.PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=fields).status_code == 303
    thief = stage.client()
    thief.set_cookie("s", first)
    assert not is_in(thief)
    assert is_in(client)


def test_signing_out_ends_the_session_in_the_database(stage: Stage) -> None:
    client = stage.client("owner")
    token = cookie(client)
    client.post("/sign-out", data=form_fields(client.get("/seat").text))
    assert cookie(client) == ""
    client.set_cookie("s", token)
    assert not is_in(client)
    with stage.db() as db:
        assert db.scalars(select(SignIn.ended_at)).one() is not None


def test_a_session_ends_after_an_idle_hour_and_after_twelve_hours(
    stage: Stage, moved_clock: MovedClock
) -> None:
    client = stage.client("owner")
    moved_clock.by(minutes=59)
    assert is_in(client)
    moved_clock.by(minutes=61)
    assert not is_in(client)
    client = stage.client("owner")
    for _ in range(13):
        moved_clock.by(minutes=55)
        assert is_in(client)
    moved_clock.by(minutes=6)
    assert not is_in(client)


def test_whoever_loses_the_seat_or_the_account_is_out_with_the_next_request(stage: Stage) -> None:
    one, other = stage.client("owner"), stage.client("viewer")
    assert is_in(one) and is_in(other)
    with stage.db() as db:
        person = stage.actor("owner").person_id
        ended = update(Membership).where(Membership.person_id == person)
        db.execute(ended.values(ended_at=clock.now()))
        closed = update(Person).where(Person.email == CAST["viewer"])
        db.execute(closed.values(closed_at=clock.now()))
        db.commit()
    assert not is_in(one) and not is_in(other)
    # Who has lost every seat still has an account: to link a firm, or to take an invitation.
    again = stage.client()
    assert sign_in(again, CAST["owner"], samples.PASSWORD).status_code == 303
    assert again.get("/applications").status_code == 403
    assert again.get("/account/firms").status_code == 200
    assert WRONG in sign_in(stage.client(), CAST["viewer"], samples.PASSWORD).text


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n\\evil.example",
    "/\r\nSet-Cookie: x=y",
    " //evil.example",
    "\x00//evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "evil.example",
    "/%0d%0a//evil.example\x0b",
)


def test_after_signing_in_nobody_is_sent_to_another_site(stage: Stage) -> None:
    people = itertools.cycle(CAST.values())
    for elsewhere, email in zip(ELSEWHERE, people, strict=False):
        answer = sign_in(stage.client(), email, samples.PASSWORD, next=elsewhere)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/dashboard"), elsewhere
        assert "x=y" not in str(answer.headers)


def test_after_signing_in_one_lands_where_one_wanted_to_go(stage: Stage) -> None:
    client = stage.client()
    sent = client.get("/applications?status=draft&q=a b")
    page = client.get(sent.headers["Location"]).text
    assert 'value="/applications?status=draft' in page
    answer = sign_in(client, CAST["owner"], samples.PASSWORD, next="/applications?status=draft")
    assert answer.headers["Location"] == "/applications?status=draft"


def test_unknown_people_and_wrong_passwords_get_the_same_answer(stage: Stage) -> None:
    pages = []
    for email, password in (
        (CAST["owner"], "wrong-password"),
        ("nobody@nowhere.example", samples.PASSWORD),
        (CAST["owner"].upper(), "wrong-password"),
    ):
        answer = sign_in(stage.client(), email, password)
        assert answer.status_code == 422
        pages.append(answer.text.split("<main")[1].replace(email, "").split("csrf_token")[0])
        assert password not in answer.text
    assert pages[0] == pages[1] == pages[2]
    assert WRONG in pages[0]


def test_an_unknown_person_costs_as_much_time_as_a_wrong_password(
    costly_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the hash's own parameters and by the clock, generously."""
    monkeypatch.setattr(passwords, "_hasher", costly_hasher)
    known = passwords.hashed("a password of somebody")
    assert known.split("$")[1:4] == passwords._NOBODY.split("$")[1:4]

    def cost(password_hash: str | None) -> float:
        spent = []
        for _ in range(5):
            began = time.perf_counter()
            assert not passwords.fits("wrong", password_hash)
            spent.append(time.perf_counter() - began)
        return median(spent)

    assert 0.2 < cost(None) / cost(known) < 5


def test_tries_are_limited_by_e_mail_even_with_the_right_password(
    stage: Stage, moved_clock: MovedClock
) -> None:
    client = stage.client()
    for _ in range(8):
        assert WRONG in sign_in(client, " Owner@Rice.example ", "wrong").text
    answer = sign_in(client, CAST["owner"], samples.PASSWORD)
    assert answer.status_code == 422
    assert "Too many tries" in answer.text and not is_in(client)
    assert is_in(stage.client("viewer"))
    moved_clock.by(minutes=16)
    assert sign_in(client, CAST["owner"], samples.PASSWORD).status_code == 303


def test_tries_are_limited_by_address_over_many_e_mails(stage: Stage) -> None:
    with stage.db() as db:
        from portal.identity.actions.sessions import who as _who

        here = _who("address", "127.0.0.1")
        db.add_all(SignInTry(who=here, at=clock.now()) for _ in range(60))
        db.commit()
    assert "Too many tries" in sign_in(stage.client(), "new@nowhere.example", "x").text
    elsewhere = stage.app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "127.0.0.2"
    assert WRONG in sign_in(elsewhere, "new@nowhere.example", "x").text
    with stage.db() as db:
        rows = db.scalars(select(SignInTry.who)).all()
        assert not [who for who in rows if "@" in who or "127" in who]


def test_what_is_typed_at_the_door_may_be_anything(stage: Stage) -> None:
    client = stage.client()
    for email in ("", " ", "\x00", "a\x00b@x.example", "x" * 300, "{{7*7}}<script>", "ö@ü.example"):
        for password in ("", "x" * 300, "\x00", "{{7*7}}"):
            answer = sign_in(client, email, password)
            assert answer.status_code == 422, (email, password)
            page = answer.text.replace(csrf_token(answer.text), "")  # random, may hold a 49
            assert "<script>" not in page and "49" not in page.split("<main")[1]
    with stage.db() as db:
        assert db.scalar(select(func.count(SignIn.id))) == 0
