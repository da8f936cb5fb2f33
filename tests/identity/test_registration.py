"""Getting an account: both codes are needed, and nobody learns who has one already."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.identity.models import Code, Person, Registration, SignInTry
from tests.build import CAST, Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.identity.newcomers import PASSWORD, Newcomer, newest_link


@pytest.fixture
def newcomer(stage: Stage, outside: Outside) -> Newcomer:
    return Newcomer(stage, outside, "newcomer@nowhere.example")


def test_both_codes_make_an_account_that_is_in_at_once(newcomer: Newcomer) -> None:
    answer = newcomer.register()
    assert answer.status_code == 303
    assert answer.location == "/account/firms"
    page = newcomer.client.get("/account")
    assert "newcomer@nowhere.example" in page.text
    assert newcomer.client.get("/applications").status_code == 403
    with newcomer.stage.db() as db:
        person = db.scalars(select(Person).where(Person.email == newcomer.email)).one()
        assert person.mobile == "+919876500001"
        assert person.privacy_version and person.privacy_accepted_at
        assert PASSWORD not in person.password_hash


def test_codes_lie_in_no_table_and_no_outbox(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.stage.run_jobs()
    code = newcomer.code_by_mail()
    from tests.access.snapshot import everything

    with newcomer.stage.db() as db:
        text = str(everything(db)) + "".join(db.scalars(select(Code.code_hash)))
    assert not re.search(rf"(?<!\d){code}(?!\d)", text)


def test_one_right_code_is_not_enough_and_stays_right(newcomer: Newcomer) -> None:
    address = newcomer.begin().location
    newcomer.stage.run_jobs()
    form = newcomer.client.get(address)
    half = {"email_code": newcomer.code_by_mail(), "mobile_code": "000000"}
    answer = newcomer.client.post(address, data=form_fields(form.text, **half))
    assert answer.status_code == 422
    assert answer.text.count("does not fit") == 2  # in the list on top, and at the field
    whole = {**half, "mobile_code": newcomer.code_by_text()}
    assert newcomer.client.post(address, data=form_fields(form.text, **whole)).status_code == 303


def test_five_tries_end_a_code_and_five_letters_an_hour(
    newcomer: Newcomer, moved_clock: MovedClock
) -> None:
    address = newcomer.begin().location
    newcomer.stage.run_jobs()
    right = {"email_code": newcomer.code_by_mail(), "mobile_code": newcomer.code_by_text()}
    form = newcomer.client.get(address)
    for _ in range(5):
        wrong = form_fields(form.text, email_code="000000", mobile_code="000000")
        assert newcomer.client.post(address, data=wrong).status_code == 422
    assert newcomer.client.post(address, data=form_fields(form.text, **right)).status_code == 422
    for _ in range(4):
        again = newcomer.client.post(f"{address}/codes", data=form_fields(form.text))
        assert again.status_code == 303
    often = newcomer.client.post(f"{address}/codes", data=form_fields(form.text))
    assert often.status_code == 429
    assert "Wait an hour" in often.text
    moved_clock.by(hours=2)
    assert newcomer.client.post(f"{address}/codes", data=form_fields(form.text)).status_code == 303


def test_a_code_is_good_for_a_quarter_of_an_hour(
    newcomer: Newcomer, moved_clock: MovedClock
) -> None:
    address = newcomer.begin().location
    newcomer.stage.run_jobs()
    typed = {"email_code": newcomer.code_by_mail(), "mobile_code": newcomer.code_by_text()}
    moved_clock.by(minutes=16)
    form = newcomer.client.get(address)
    assert newcomer.client.post(address, data=form_fields(form.text, **typed)).status_code == 422


def test_an_e_mail_that_has_an_account_looks_the_same(stage: Stage, outside: Outside) -> None:
    known = Newcomer(stage, outside, CAST["owner"])
    fresh = Newcomer(stage, outside, "fresh@nowhere.example")
    answers = [somebody.begin() for somebody in (known, fresh)]
    assert [answer.status_code for answer in answers] == [303, 303]
    pages = []
    for somebody, answer in zip((known, fresh), answers, strict=True):
        text = somebody.client.get(answer.location).text
        text = text.replace(answer.location.rsplit("/", 1)[1], "")
        pages.append(re.sub(r'value="[^"]*"', "", text))
    assert pages[0] == pages[1]
    stage.run_jobs()
    letters = outside.world.mailbox.to(CAST["owner"])
    assert [letter.subject for letter in letters] == ["SPECIMEN: You have an account already"]
    again = known.client.post(
        f"{answers[0].location}/codes", data=form_fields(known.client.get("/register").text)
    )
    assert again.status_code == 303
    form = known.client.get(answers[0].location)
    typed = form_fields(form.text, email_code="123456", mobile_code="123456")
    assert known.client.post(answers[0].location, data=typed).status_code == 422


def test_two_registrations_of_one_e_mail_make_one_account(stage: Stage, outside: Outside) -> None:
    one, two = (Newcomer(stage, outside, "twice@nowhere.example") for _ in range(2))
    first, second = one.begin().location, two.begin().location
    stage.run_jobs()
    letters = [x.text for x in outside.world.mailbox.to(one.email)][::-1]
    texts = [x.text for x in outside.world.mailbox.to(one.mobile)][::-1]
    digits = [re.findall(r"\b\d{6}\b", text)[0] for text in [*letters, *texts]]
    for somebody, address, at in ((one, first, 0), (two, second, 1)):
        form = somebody.client.get(address)
        typed = {"email_code": digits[at], "mobile_code": digits[2 + at]}
        somebody.client.post(address, data=form_fields(form.text, **typed))
    with stage.db() as db:
        found = db.scalars(select(Person).where(Person.email == one.email)).all()
        assert len(found) == 1
        open_ones = db.scalars(select(Registration).where(Registration.done_at.is_(None))).all()
        assert len(open_ones) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Type your name."),
        ({"name": "2341 2341 2346"}, "Aadhaar"),
        ({"email": "nobody"}, "looks like name@example.in"),
        ({"mobile": "12345"}, "ten digits"),
        ({"password": "short"}, "12 to 256 characters"),
        ({"password": "password123456"}, "first that others try"),
        ({"password": "newcomer-and-more"}, "holds the name from your e-mail"),
        ({"privacy": ""}, "Read the privacy statement"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_kept(
    newcomer: Newcomer, changes: dict[str, str], said: str
) -> None:
    answer = newcomer.begin(**changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="newcomer@nowhere.example"' in answer.text or "email" in changes
    assert PASSWORD not in answer.text


def test_one_address_registers_no_crowd(stage: Stage, outside: Outside) -> None:
    from portal.core import clock
    from portal.identity.actions.sessions import who

    with stage.db() as db:
        here = who("registration", "127.0.0.1")
        db.add_all(SignInTry(who=here, at=clock.now()) for _ in range(30))
        db.commit()
    assert Newcomer(stage, outside, "late@nowhere.example").begin().status_code == 429


def test_a_new_password_by_a_link_ends_every_session(stage: Stage, outside: Outside) -> None:
    inside, client = stage.client("owner"), stage.client()
    form = client.get("/password")
    for email in ("nobody@nowhere.example", CAST["owner"]):
        answer = client.post("/password", data=form_fields(form.text, email=email))
        assert "If this e-mail has an account" in answer.text
    stage.run_jobs()
    assert outside.world.mailbox.to("nobody@nowhere.example") == []
    link = newest_link(outside, CAST["owner"], "/password")
    page = client.get(link)
    weak = client.post(link, data=form_fields(page.text, password="short"))
    assert weak.status_code == 422
    done = client.post(link, data=form_fields(page.text, password=PASSWORD))
    assert done.status_code == 303
    assert inside.get("/dashboard").status_code == 303
    again = client.post(link, data=form_fields(page.text, password=PASSWORD + "x"))
    assert again.status_code == 404
    stage.run_jobs()
    stage.run_jobs()
    assert "Your account was changed" in outside.world.mailbox.to(CAST["owner"])[0].subject


def test_a_link_for_a_password_ends_after_an_hour(
    stage: Stage, outside: Outside, moved_clock: MovedClock
) -> None:
    client = stage.client()
    form = client.get("/password")
    client.post("/password", data=form_fields(form.text, email=CAST["owner"]))
    stage.run_jobs()
    link = newest_link(outside, CAST["owner"], "/password")
    moved_clock.by(minutes=61)
    page = client.get("/register")
    answer = client.post(link, data=form_fields(page.text, password=PASSWORD))
    assert answer.status_code == 404
    assert timedelta(hours=1) < timedelta(minutes=61)
