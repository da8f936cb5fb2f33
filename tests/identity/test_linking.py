"""Linking a firm: only the registry's own addresses or the directorate open it."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from portal.core.permissions import Role
from portal.identity.models import Firm, IecClaim, Membership
from portal.sandbox.papers import plain_pdf
from portal.sandbox.registry import Fault
from portal.sandbox.scanner import ScannerFault, eicar_string
from tests.build import CAST, Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.identity.newcomers import SPICE, SPICE_EMAIL, Newcomer, newest_code, newest_link


@pytest.fixture
def owner(stage: Stage, outside: Outside) -> Newcomer:
    """The spice firm's real owner, who reads the registry's mail."""
    found = Newcomer(stage, outside, "real@spice.example", "Invented Owner Uma")
    found.register()
    return found


@pytest.fixture
def impostor(stage: Stage, outside: Outside) -> Newcomer:
    """Somebody who knows IEC, PAN and GSTIN, and reads none of the firm's mail."""
    found = Newcomer(
        stage, outside, "impostor@nowhere.example", "Invented Impostor", "+919876500002"
    )
    found.register()
    return found


def members_of(stage: Stage, iec: str) -> list[tuple[int, Role]]:
    with stage.db() as db:
        rows = db.execute(
            select(Membership.person_id, Membership.role)
            .join(Firm, Firm.id == Membership.firm_id)
            .where(Firm.iec == iec, Membership.ended_at.is_(None))
        )
        return [(row.person_id, row.role) for row in rows]


@pytest.mark.parametrize("proof", ["email", "mobile"])
def test_the_registry_s_code_makes_an_owner_who_can_file(owner: Newcomer, proof: str) -> None:
    answer = owner.link(SPICE, proof)
    assert answer.status_code == 303
    assert answer.location == "/dashboard"
    page = owner.client.get("/firm")
    assert "Specimen Spice Newcomers" in page.text
    assert [role for _person, role in members_of(owner.stage, SPICE)] == [Role.OWNER]
    office = str(owner.stage.office_id())
    assert owner.post("/applications/new", "/applications", office=office).status_code == 303


def test_a_look_up_shows_masked_addresses_and_gives_nothing(impostor: Newcomer) -> None:
    found = impostor.post("/account/firms", "/account/firms", iec=SPICE)
    page = impostor.client.get(found.location).text
    assert "o***@s***.example" in page
    assert SPICE_EMAIL not in page
    assert "+919990001001" not in page
    assert members_of(impostor.stage, SPICE) == []


def test_an_impostor_with_true_facts_gains_nothing(
    impostor: Newcomer, owner: Newcomer, outside: Outside
) -> None:
    """Before the owner, after the owner, with the owner's code typed too late."""
    stage = impostor.stage
    assert impostor.link(SPICE, code="000000").status_code == 422
    assert [x for x in outside.world.mailbox.to(impostor.email) if SPICE in x.text] == []
    owners_code = newest_code(outside, SPICE_EMAIL)
    assert owner.link(SPICE).status_code == 303
    with stage.db() as db:
        ref = db.scalars(
            select(IecClaim.ref).where(IecClaim.sent_to != "").order_by(IecClaim.id)
        ).first()
    for code in (newest_code(outside, SPICE_EMAIL), "123456"):
        wrong = impostor.post(f"/account/claims/{ref}", f"/account/claims/{ref}", code=code)
        assert wrong.status_code == 422
    assert owners_code
    assert len(members_of(stage, SPICE)) == 1
    assert impostor.client.get("/firm").status_code == 403
    page = owner.client.get("/firm").text
    assert "impostor@nowhere.example" in page


def test_a_letter_waits_for_the_directorate_and_its_owners_hear_of_it(
    owner: Newcomer, impostor: Newcomer, outside: Outside
) -> None:
    stage = owner.stage
    owner.link(SPICE)
    answer = hand_in_letter(impostor, SPICE)
    assert answer.status_code == 303
    assert impostor.client.get("/firm").status_code == 403
    for _ in range(3):
        stage.run_jobs()
    assert "wants to act for" in outside.world.mailbox.to(owner.email)[0].subject
    judges = outside.world.mailbox.to("directorate@ecoo.example")
    assert "a letter waits to be judged" in judges[0].subject
    director = stage.client("directorate")
    desk = director.get("/claims/desk")
    ref = answer.location.rsplit("/", 1)[1]
    assert director.get(f"/claims/{ref}/letter").data.startswith(b"%PDF")
    assert stage.client("owner").get(f"/claims/{ref}/letter").status_code == 404
    unsaid = director.post(
        f"/claims/{ref}/judgement", data=form_fields(desk.text, act="refuse", reason="")
    )
    assert unsaid.status_code == 422
    fields = form_fields(desk.text, act="refuse", reason="The letter is not signed.")
    assert director.post(f"/claims/{ref}/judgement", data=fields).status_code == 303
    assert len(members_of(stage, SPICE)) == 1
    assert "The letter is not signed." in impostor.client.get("/account/firms").text
    assert director.post(f"/claims/{ref}/judgement", data=fields).status_code == 404


def test_an_accepted_letter_links_and_the_registry_s_address_can_object(
    impostor: Newcomer, outside: Outside
) -> None:
    stage = impostor.stage
    ref = hand_in_letter(impostor, SPICE).location.rsplit("/", 1)[1]
    director = stage.client("directorate")
    fields = form_fields(director.get("/claims/desk").text, act="accept", reason="In order.")
    assert director.post(f"/claims/{ref}/judgement", data=fields).status_code == 303
    assert len(members_of(stage, SPICE)) == 1
    seat_of_firm(impostor)
    office = str(stage.office_id())
    assert impostor.post("/applications/new", "/applications", office=office).status_code == 303
    for _ in range(3):
        stage.run_jobs()
    link = newest_link(outside, SPICE_EMAIL, "/iec-disputes")
    anybody = stage.client()
    page = anybody.get(link)
    assert "Invented Impostor" in page.text
    sent = anybody.post(link, data=form_fields(page.text, reason="We don't know this person."))
    assert "The directorate has it" in sent.text
    refused = impostor.post("/applications/new", "/applications", office=office)
    assert refused.status_code == 409
    assert "doesn&#39;t belong to it" in refused.text or "belong to it" in refused.text
    with stage.db() as db:
        from portal.identity.models import Dispute

        dispute = db.scalars(select(Dispute.ref)).one()
    fields = form_fields(director.get("/claims/desk").text, act="uphold", reason="Not theirs.")
    assert director.post(f"/disputes/{dispute}/settlement", data=fields).status_code == 303
    assert members_of(stage, SPICE) == []
    assert impostor.client.get("/firm").status_code == 303


@pytest.mark.parametrize("fault", [Fault.OUTAGE, Fault.GARBAGE, Fault.ANOTHER])
def test_a_registry_that_fails_gives_nothing_and_says_so(
    impostor: Newcomer, outside: Outside, fault: Fault
) -> None:
    outside.world.fault = fault
    answer = impostor.post("/account/firms", "/account/firms", iec=SPICE)
    assert answer.status_code == 503
    assert "Try again in a few minutes" in answer.text
    outside.world.fault = Fault.NONE
    assert impostor.post("/account/firms", "/account/firms", iec=SPICE).status_code == 303


def test_a_slow_registry_is_given_up_after_four_seconds(
    impostor: Newcomer, outside: Outside
) -> None:
    outside.world.fault = Fault.SLOW
    assert impostor.post("/account/firms", "/account/firms", iec=SPICE).status_code == 503


@pytest.mark.parametrize(
    ("iec", "said"),
    [
        ("ZZZCN1003C", "confirmed each April to June"),
        ("ZZZCN1004D", "suspended"),
        ("ZZZCN1005E", "denied entity list"),
        ("ZZZCN1006F", "was cancelled"),
    ],
)
def test_a_firm_that_may_not_file_reads_why_and_what_to_do(
    stage: Stage, outside: Outside, iec: str, said: str
) -> None:
    outside.world.changes["ZZZCS0001A"] = {"status": outside_status(iec)}
    owner = stage.client("owner")
    asked = owner.post("/firm/registry", data=form_fields(owner.get("/firm").text))
    assert asked.status_code == 303
    form = owner.get("/applications/new")
    fields = form_fields(form.text, office=str(stage.office_id()))
    refused = owner.post("/applications", data=fields)
    assert refused.status_code == 409
    assert said in refused.text
    outside.world.changes.clear()
    owner.post("/firm/registry", data=form_fields(owner.get("/firm").text))
    assert owner.post("/applications", data=fields).status_code == 303


def test_an_unknown_iec_is_said_at_its_field(impostor: Newcomer) -> None:
    for iec, said in (("ZZZCN9999Z", "knows no such IEC"), ("12", "10 characters")):
        answer = impostor.post("/account/firms", "/account/firms", iec=iec)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{iec}"' in answer.text


def test_ten_claims_a_day_are_enough(impostor: Newcomer, moved_clock: MovedClock) -> None:
    for _ in range(10):
        assert impostor.claim(SPICE).status_code == 303
    assert impostor.claim(SPICE).status_code == 429
    moved_clock.by(days=1, minutes=1)
    assert impostor.client.get("/account").status_code == 303  # that session has ended


def test_a_letter_that_is_no_pdf_is_refused(impostor: Newcomer) -> None:
    for content in (b"", b"not a PDF", b"%PDF-1.4 torn"):
        answer = hand_in_letter(impostor, SPICE, content)
        assert answer.status_code == 422
        assert "PDF" in answer.text


def test_a_letter_is_scanned_now_or_later_and_malware_is_handed_to_nobody(
    impostor: Newcomer, outside: Outside
) -> None:
    stage = impostor.stage
    harmful = plain_pdf("SPECIMEN", "letter") + b"\n% " + eicar_string() + b"\n"
    refused = hand_in_letter(impostor, SPICE, harmful)
    assert refused.status_code == 422 and "Eicar-Test-Signature" in refused.text
    outside.world.scanner.fault = ScannerFault.OUTAGE
    came = hand_in_letter(impostor, SPICE, harmful)
    assert came.status_code == 303
    ref = came.location.rsplit("/", 1)[1]
    director = stage.client("directorate")
    assert director.get(f"/claims/{ref}/letter").status_code == 200
    assert "not scanned for malware" in director.get("/claims/desk").text
    outside.world.reset()
    for _ in range(3):
        stage.run_jobs()
    later = director.get(f"/claims/{ref}/letter")
    assert later.status_code == 409 and b"EICAR" not in later.data
    assert "not scanned for malware" not in director.get("/claims/desk").text


def hand_in_letter(who: Newcomer, iec: str, content: bytes | None = None):  # type: ignore[no-untyped-def]
    page = who.client.get(f"/account/firms/{iec}")
    pdf = plain_pdf("SPECIMEN", "letter", iec) if content is None else content
    fields = form_fields(page.text, file=(io.BytesIO(pdf), "letter.pdf"))
    return who.client.post(f"/account/firms/{iec}/letter", data=fields)


def seat_of_firm(who: Newcomer) -> None:
    page = who.client.get("/seat")
    import re

    seat = re.findall(r'name="seat" value="(firm-\d+-owner)"', page.text)[0]
    who.client.post("/seat", data=form_fields(page.text, seat=seat))


def outside_status(iec: str) -> str:
    from portal.sandbox.registry import firms

    return firms()[iec]["status"]


def test_the_registry_s_sample_firms_are_the_samples(stage: Stage) -> None:
    from portal import samples
    from portal.sandbox.registry import firms

    for firm in samples.FIRMS:
        held = firms()[firm.iec]
        assert (held["name"], held["gstin"], held["city"]) == (firm.name, firm.gstin, firm.city)
    assert CAST["owner"] not in {held["email"] for held in firms().values()}
