"""How an agency's administrator comes in, hands over and leaves."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal.agencies import actions, queries
from portal.agencies.models import Administrator, Agency, Listing, Office, Registration
from portal.agencies.rules import Category, Standing
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Forbidden, Invalid, NotOpen
from portal.core.outbox import OutboxRow
from portal.core.permissions import Actor, Role, Seat, SeatKind
from portal.documents.letters import Letter
from portal.documents.rules import Scanned
from portal.identity.actions import add_person
from portal.notices.models import Certainty
from portal.samples import PASSWORD
from portal.sandbox.papers import plain_pdf
from tests.build import CAST, Stage, form_fields
from tests.conftest import Outside
from tests.documents.pictures import encoded
from tests.documents.test_photos import photo
from tests.filing.test_races import together

SLUG = "specimen-new-chamber"


def agency(stage: Stage) -> None:
    """An invented agency that is listed and has nobody yet."""
    with stage.db() as db:
        row = Agency(
            slug=SLUG,
            name="Specimen New Chamber",
            category=Category.CHAMBER,
            city="Pune",
            state="Maharashtra",
            is_invented=True,
        )
        db.add(row)
        db.flush()
        facts = {"standing": Standing.LISTED, "source": "invented", "certainty": Certainty.SEEN}
        db.add(Listing(agency_id=row.id, entered_at=clock.now(), **facts))
        db.commit()


def somebody(stage: Stage, name: str) -> Actor:
    """A person without any seat but their own."""
    with stage.db() as db:
        email = f"{name.split()[-1].lower()}@new.example"
        person = add_person(db, email, name, PASSWORD)
        db.commit()
        seat = Seat(SeatKind.PERSON, person.id, Role.PERSON, name)
        return Actor(person.id, name, seat)


def registered(stage: Stage, who: Actor, slug: str = SLUG) -> str:
    """A registration that waits; returns its reference."""
    content = plain_pdf("SPECIMEN", "letter", who.name)
    key = stage.portal.kit.store.put("documents", content)
    letter = Letter("letter.pdf", content, 1, Scanned.NOT_ASKED)
    ref: str = stage.do(actions.register, who, slug, key, letter, sandbox=True)
    return ref


def in_seat(stage: Stage, who: Actor) -> Actor:
    """The person in the seat at the agency."""
    with stage.db() as db:
        return Actor(who.person_id, who.name, queries.agency_seats(db, who.person_id or 0)[0])


def both(stage: Stage) -> tuple[Actor, Actor]:
    """An administrator and a deputy of the new agency."""
    agency(stage)
    people = [somebody(stage, f"Invented Person {name}") for name in ("Omi", "Pia")]
    director = stage.actor("directorate")
    for position, who in enumerate(people):
        code = "" if position else "SPNC"
        stage.do(actions.approve, director, registered(stage, who), code)
    return in_seat(stage, people[0]), in_seat(stage, people[1])


def send(client: FlaskClient, content: bytes | None, **fields: str) -> Any:
    page = client.get("/agency/registration").text
    data = form_fields(page, **{"agency": SLUG, "role": "administrator", **fields})
    if content is not None:
        data["file"] = (io.BytesIO(content), "letter.pdf")
    return client.post("/agency/registration", data=data, content_type="multipart/form-data")


def test_an_agency_comes_in_by_a_letter_and_the_directorate(stage: Stage) -> None:
    agency(stage)
    client = stage.client("viewer")
    assert send(client, plain_pdf("SPECIMEN", "letter")).status_code == 303
    assert "waits for the directorate" in client.get("/agency/registration").text
    director = stage.client("directorate")
    desk = director.get("/agencies/desk").text
    with stage.db() as db:
        ref = db.scalars(select(Registration.ref)).one()
    assert ref in desk and "Invented Viewer Esha" in desk
    path = f"/agencies/desk/registrations/{ref}"
    letter = director.get(f"{path}/letter")
    assert letter.data.startswith(b"%PDF") and "attachment" in letter.headers["Content-Disposition"]
    page = director.get(path).text
    refused = director.post(f"{path}/approval", data=form_fields(page, code="x1"))
    assert refused.status_code == 422 and "2 to 6 capital letters" in refused.text
    assert 'value="x1"' in refused.text
    answer = director.post(f"{path}/approval", data=form_fields(page, code="SPNC"))
    assert answer.status_code == 303
    with stage.db() as db:
        seat = queries.agency_seats(db, stage.actor("viewer").person_id or 0)[0]
        assert (seat.role, seat.label) == (Role.ADMINISTRATOR, "Specimen New Chamber")
        facts = [row.fact for row in db.scalars(select(OutboxRow)) if "registration" in row.fact]
        assert facts == ["agencies.registration_made", "agencies.registration_decided"]
        acts = set(db.scalars(select(AuditRow.act)))
        assert {"agencies.registration_made", "agencies.registration_approved"} <= acts
    own = stage.client("viewer")
    fields = form_fields(own.get("/seat").text, seat=seat.token)
    own.post("/seat", data=fields)
    assert own.get("/agency").location == "/account/second-factor", "administrators need one"


def test_a_photo_of_the_letter_will_do(stage: Stage) -> None:
    agency(stage)
    assert send(stage.client("viewer"), encoded(photo(), "JPEG")).status_code == 303
    with stage.db() as db:
        ref = db.scalars(select(Registration.ref)).one()
    letter = stage.client("directorate").get(f"/agencies/desk/registrations/{ref}/letter")
    assert letter.data.startswith(b"%PDF")


def test_the_directorate_hears_that_a_registration_waits(stage: Stage, outside: Outside) -> None:
    agency(stage)
    send(stage.client("viewer"), plain_pdf("SPECIMEN", "letter"))
    for _ in range(3):
        stage.run_jobs()
    with stage.db() as db:
        ref = db.scalars(select(Registration.ref)).one()
    inbox = stage.client("directorate").get("/inbox").text
    assert "Specimen New Chamber: an administrator waits" in inbox
    assert f"/agencies/desk/registrations/{ref}" in inbox
    subjects = [x.subject for x in outside.world.mailbox.to("directorate@ecoo.example")]
    assert len([x for x in subjects if "waits to be let in" in x]) == 1


def test_it_goes_back_with_a_reason_that_the_person_reads(stage: Stage) -> None:
    agency(stage)
    client, director = stage.client("viewer"), stage.client("directorate")
    send(client, plain_pdf("SPECIMEN", "letter"))
    with stage.db() as db:
        ref = db.scalars(select(Registration.ref)).one()
    path = f"/agencies/desk/registrations/{ref}"
    page = director.get(path).text
    bare = director.post(f"{path}/return", data=form_fields(page, reason=" "))
    assert bare.status_code == 422 and "Say why" in bare.text
    reason = "The letter lacks a stamp"
    assert director.post(f"{path}/return", data=form_fields(page, reason=reason)).status_code == 303
    shown = client.get("/agency/registration").text
    assert "sent back" in shown and reason in shown
    late = director.post(f"{path}/approval", data=form_fields(page, code="SPNC"))
    assert late.status_code == 422 and "decided already" in late.text
    assert send(client, plain_pdf("SPECIMEN", "again")).status_code == 303


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (None, {}, "Choose a PDF file or a photo first."),
        (b"\x89PNG\r\n\x1a\n rest", {}, "photo"),
        (b"hello", {}, "PDF"),
        (b"%PDF-1.4 torn", {}, "PDF"),
        (b"%PDF-1.4", {"agency": ""}, "Choose the agency."),
        (b"%PDF-1.4", {"agency": "the-kashmir-chamber-of-commerce-industry"}, "Not a valid choice"),
    ],
)
def test_a_wrong_registration_is_refused_at_its_field(
    stage: Stage, content: bytes | None, fields: dict[str, str], said: str
) -> None:
    agency(stage)
    answer = send(stage.client("viewer"), content, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    if "agency" not in fields:
        assert f'selected value="{SLUG}"' in answer.text
    with stage.db() as db:
        assert db.scalars(select(Registration)).all() == []


def test_a_real_body_stays_out_of_a_sandbox(stage: Stage) -> None:
    with pytest.raises(Invalid, match="only invented agencies"):
        registered(stage, stage.actor("viewer"), "rajkot-chamber-of-commerce-industry")
    page = stage.client("viewer").get("/agency/registration").text
    assert "Specimen Exporters Federation" in page and "Rajkot" not in page


def test_a_second_registration_while_one_waits_is_refused(stage: Stage) -> None:
    agency(stage)
    who = somebody(stage, "Invented Person Omi")
    registered(stage, who)
    with pytest.raises(Invalid, match="waits for the directorate already"):
        registered(stage, who)


def test_there_are_one_administrator_and_one_deputy_at_most(stage: Stage) -> None:
    chief, deputy = both(stage)
    assert (chief.seat.role, deputy.seat.role) == (Role.ADMINISTRATOR, Role.DEPUTY)
    third = registered(stage, somebody(stage, "Invented Person Raj"))
    with pytest.raises(NotOpen, match="one of them has to leave"):
        stage.do(actions.approve, stage.actor("directorate"), third)
    with stage.db() as db:
        row = db.scalars(
            select(Administrator).where(Administrator.agency_id == chief.agency_id)
        ).first()
        assert row is not None
        facts = {"agency_id": row.agency_id, "role": row.role, "started_at": clock.now()}
        db.add(Administrator(person_id=1, **facts))
        with pytest.raises(DBAPIError):
            db.flush()


def test_a_hand_over_is_one_act_and_old_seats_end(stage: Stage) -> None:
    chief, deputy = both(stage)
    with pytest.raises(Forbidden):
        stage.do(actions.hand_over, deputy)
    stage.do(actions.hand_over, chief)
    assert in_seat(stage, deputy).seat.role is Role.ADMINISTRATOR
    assert in_seat(stage, chief).seat.role is Role.DEPUTY
    with pytest.raises(Forbidden):
        stage.do(actions.hand_over, chief)


def test_the_last_administrator_cannot_leave(stage: Stage) -> None:
    alone = stage.actor("administrator")
    with pytest.raises(NotOpen, match="nobody would look after it"):
        stage.do(actions.leave, alone)
    client = stage.client("administrator")
    fields = form_fields(client.get("/agency").text)
    assert client.post("/agency/leaving", data=fields).status_code == 409
    chief, deputy = both(stage)
    stage.do(actions.leave, chief)
    assert in_seat(stage, deputy).seat.role is Role.ADMINISTRATOR
    with stage.db() as db:
        assert queries.agency_seats(db, chief.person_id or 0) == []


def test_a_hand_over_in_the_browser_signs_both_out_of_the_old_seat(stage: Stage) -> None:
    director, admin = stage.actor("directorate"), stage.client("administrator")
    ref = registered(stage, stage.actor("viewer"), "specimen-chamber-of-commerce")
    assert stage.do(actions.approve, director, ref) is Role.DEPUTY
    fields = form_fields(admin.get("/agency").text)
    assert admin.post("/agency/hand-over", data=fields).status_code == 303
    assert admin.get("/agency").status_code == 303
    again = stage.client("administrator").get("/agency").text
    assert "(deputy)" in again


def test_a_form_that_was_open_during_a_hand_over_does_nothing(stage: Stage) -> None:
    director, admin = stage.actor("directorate"), stage.client("administrator")
    ref = registered(stage, stage.actor("viewer"), "specimen-chamber-of-commerce")
    stage.do(actions.approve, director, ref)
    form = admin.get("/agency/offices/DEL").text
    old = stage.actor("administrator")
    stage.do(actions.hand_over, old)
    late = admin.post("/agency/offices/DEL", data=form_fields(form, name="Another name"))
    assert late.status_code in (303, 409)
    assert "Another name" not in stage.client("administrator").get("/agency").text
    with pytest.raises(NotOpen, match="hold this seat any more"):
        stage.do(actions.be_away, old, "DEL", None)


def test_an_office_changed_and_the_agency_handed_over_at_once(stage: Stage) -> None:
    chief, deputy = both(stage)
    for code in ("ZA", "ZB", "ZC"):
        place = an_office(code)
        opened, handed = together(
            stage,
            lambda db, c=chief, o=place: actions.open_office(db, c, **o),
            lambda db, c=chief: actions.hand_over(db, c),
        )
        assert handed == "done"
        assert isinstance(opened, str | NotOpen)
        with stage.db() as db:
            codes = db.scalars(select(Office.code)).all()
        assert (code in codes) is isinstance(opened, str)
        chief, deputy = in_seat(stage, deputy), in_seat(stage, chief)


def an_office(code: str) -> dict[str, str]:
    """The fields of an invented office."""
    place = {"address": "1 Invented Road", "city": "Pune", "state": "Maharashtra"}
    return {"code": code, "name": f"Invented office {code}", **place}


def test_whoever_registered_and_both_in_a_hand_over_are_told(
    stage: Stage, outside: Outside
) -> None:
    director = stage.actor("directorate")
    slug, who = "specimen-chamber-of-commerce", stage.actor("viewer")
    stage.do(actions.send_back, director, registered(stage, who, slug), "The letter is unsigned.")
    finish(stage)
    letter = outside.world.mailbox.to(CAST["viewer"])[0]
    assert "was sent back" in letter.subject and "The letter is unsigned." in letter.text
    stage.do(actions.approve, director, registered(stage, who, slug))
    finish(stage)
    assert "You look after" in outside.world.mailbox.to(CAST["viewer"])[0].subject
    stage.do(actions.hand_over, stage.actor("administrator"))
    finish(stage)
    for person in ("viewer", "administrator"):
        assert "changed places" in outside.world.mailbox.to(CAST[person])[0].subject


def finish(stage: Stage) -> None:
    """Run the jobs that wait, and those that they leave."""
    for _ in range(2):
        stage.run_jobs()
