"""The second factor: needed by those who act for others, used once, lost and found again."""

from __future__ import annotations

import re

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import samples
from portal.core import clock
from portal.identity.models import Person
from tests.build import CAST, Stage, csrf_token, form_fields
from tests.conftest import MovedClock, Outside


def password_only(stage: Stage, who: str) -> FlaskClient:
    client = stage.app.test_client()
    token = csrf_token(client.get("/sign-in").text)
    fields = {"email": CAST[who], "password": samples.PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=fields).status_code == 303
    return client


def code_now(stage: Stage, who: str) -> str:
    secret = samples.factors(stage.portal.settings.secret_key)[CAST[who]]
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()))


def type_code(client: FlaskClient, code: str):  # type: ignore[no-untyped-def]
    page = client.get("/sign-in/code")
    return client.post("/sign-in/code", data=form_fields(page.text, code=code))


def test_after_the_password_nothing_opens_but_the_code(stage: Stage) -> None:
    client = password_only(stage, "officer")
    for path in ("/dashboard", "/queue", "/account", "/seat", "/inbox", "/account/data"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, "/sign-in/code"), path
    assert type_code(client, "000000").status_code == 422
    assert type_code(client, code_now(stage, "officer")).status_code == 303
    assert client.get("/queue").status_code == 200


def test_a_code_opens_once(stage: Stage) -> None:
    code = code_now(stage, "officer")
    assert type_code(password_only(stage, "officer"), code).status_code == 303
    again = type_code(password_only(stage, "officer"), code)
    assert again.status_code == 422
    assert "Each code works once" in again.text


def test_eight_wrong_codes_are_enough_for_a_quarter_of_an_hour(
    stage: Stage, moved_clock: MovedClock
) -> None:
    client = password_only(stage, "officer")
    for _ in range(8):
        assert type_code(client, "000000").status_code == 422
    assert type_code(client, code_now(stage, "officer")).status_code == 422
    moved_clock.by(minutes=16)
    assert type_code(client, code_now(stage, "officer")).status_code == 303


def test_an_officer_without_an_app_gets_one_before_anything_else(stage: Stage) -> None:
    with stage.db() as db:
        person = db.scalars(select(Person).where(Person.email == CAST["officer"])).one()
        person.totp_secret, person.totp_on_at = "", None
        db.commit()
    client = password_only(stage, "officer")
    assert client.get("/queue").location == "/account/second-factor"
    page = client.get("/account/second-factor")
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)[0].replace(" ", "")
    sealed = re.findall(r'name="sealed"[^>]*value="([^"]+)"', page.text)[0]
    wrong = form_fields(page.text, sealed=sealed, code="000000")
    refused = client.post("/account/second-factor", data=wrong)
    assert refused.status_code == 422
    assert secret[:4] in refused.text
    code = pyotp.TOTP(secret).at(int(clock.now().timestamp()))
    right = form_fields(page.text, sealed=sealed, code=code)
    done = client.post("/account/second-factor", data=right)
    assert done.status_code == 200
    recovery = re.findall(r"<code>([2-9A-Z]{5}-[2-9A-Z]{5})</code>", done.text)
    assert len(recovery) == 8
    assert client.get("/queue").status_code == 200
    other = password_only(stage, "officer")
    assert type_code(other, recovery[0].lower()).status_code == 303
    assert type_code(password_only(stage, "officer"), recovery[0]).status_code == 422


def test_a_secret_of_another_s_form_is_not_taken(stage: Stage) -> None:
    client, other = stage.client("owner"), stage.client("viewer")
    page = other.get("/account/second-factor")
    sealed = re.findall(r'name="sealed"[^>]*value="([^"]+)"', page.text)[0]
    for given in (sealed, "forged", ""):
        fields = form_fields(client.get("/account").text, sealed=given, code="123456")
        answer = client.post("/account/second-factor", data=fields)
        assert answer.location == "/account/second-factor"


def test_an_exporter_may_have_one_and_do_without(stage: Stage, outside: Outside) -> None:
    client = stage.client("owner")
    page = client.get("/account/second-factor")
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)[0].replace(" ", "")
    sealed = re.findall(r'name="sealed"[^>]*value="([^"]+)"', page.text)[0]
    code = pyotp.TOTP(secret).at(int(clock.now().timestamp()))
    client.post("/account/second-factor", data=form_fields(page.text, sealed=sealed, code=code))
    assert password_only(stage, "owner").get("/dashboard").location == "/sign-in/code"
    with stage.db() as db:
        row = db.scalars(select(Person).where(Person.email == CAST["owner"])).one()
        assert secret not in row.totp_secret
    fields = form_fields(client.get("/account").text)
    assert client.post("/account/second-factor/removal", data=fields).status_code == 303
    assert password_only(stage, "owner").get("/dashboard").status_code == 200
    for _ in range(3):
        stage.run_jobs()
    subjects = [x.text for x in outside.world.mailbox.to(CAST["owner"])]
    assert any("turned on" in text for text in subjects)
    assert any("turned off" in text for text in subjects)
