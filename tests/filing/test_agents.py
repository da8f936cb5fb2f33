"""An agent files for a client: as far as the mandate goes, visibly, and never in its own name."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal import samples
from portal.agencies.models import Office
from portal.certificates.models import Certificate
from portal.core import clock
from portal.core.errors import NotOpen
from portal.core.money import from_rupees
from portal.filing import actions as filing
from portal.filing.actions.mandated import BeyondMandate
from portal.filing.models import Application
from portal.identity import actions as identity
from portal.identity.models import AgentMember, Mandate
from portal.proof import all_faults
from portal.wallet import queries as wallet
from portal.wallet.models import Hold
from tests.build import Stage, form_fields

AGENT = samples.AGENT["name"]
RICE = samples.FIRMS[0].name
PEOPLE = [name for _email, name, _role in samples.AGENT_PEOPLE]


def hand_in(client: FlaskClient, ref: str) -> Any:
    fields = form_fields(client.get(f"/applications/{ref}").text, declared="y")
    return client.post(f"/applications/{ref}/submission", data=fields)


def agency_of(stage: Stage, office: str) -> int:
    with stage.db() as db:
        found: int = db.scalars(select(Office.agency_id).where(Office.code == office)).one()
        return found


def test_an_agent_files_from_its_list_and_everybody_sees_for_whom(stage: Stage) -> None:
    ref = stage.mandate()
    client = stage.client("agent")
    page = client.get("/dashboard", follow_redirects=True).text
    assert RICE in page and "Prepare and hand in" in page
    seat = stage.acting(ref).seat.token
    answer = client.post("/seat", data=form_fields(page, seat=seat, next="/applications/new"))
    assert answer.location == "/applications/new"
    start = client.get("/applications/new").text
    assert f"{AGENT} for {RICE}" in start
    begun = client.post(
        "/applications", data=form_fields(start, office=str(stage.office_id("DEL")))
    )
    assert begun.status_code == 303
    declaration = re.sub(r"sections/.*", "sections/declaration", begun.location)
    typed = re.search(r'<input[^>]* name="signatory"[^>]*>', client.get(declaration).text)
    assert typed and 'value=""' in typed.group()
    number = stage.submitted(stage.acting(ref))
    stage.do(filing.claim, stage.actor("officer"), number)
    stage.do(filing.ask, stage.actor("officer"), number, "Which kind of steel is it?")
    stage.do(filing.answer, stage.acting(ref, "agent_clerk"), number, "Plain steel.", declared=True)
    said = f"by {AGENT} for {RICE}"
    for who, address in (("owner", "applications"), ("officer", "queue")):
        page = stage.client(who).get(f"/{address}/{number}").text
        assert f"Begun {said}" in page
        assert f"{PEOPLE[0]}, {said}" in page and f"{PEOPLE[1]}, {said}" in page
    assert number in client.get("/clients").text


def test_the_declaration_never_bears_the_agents_name(stage: Stage) -> None:
    ref = stage.mandate()
    client, draft = stage.acting_client(ref), stage.draft(stage.acting(ref))
    address = f"/applications/{draft}/sections/declaration"
    for name in (*PEOPLE, PEOPLE[0].upper().replace(" ", "  "), AGENT):
        fields = {"signatory": name, "signatory_designation": "Clerk", "declaration_place": "Pune"}
        answer = client.post(address, data=form_fields(client.get(address).text, **fields))
        assert answer.status_code == 422, name
        assert "never bears the agent" in answer.text
        assert f'value="{name}"' in answer.text or "  " in name
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.ref == draft)).one()
        assert row.signatory == "Invented Owner Asha"
        db.execute(update(Application).values(signatory=PEOPLE[1]))
        db.commit()
    assert "never bears the agent" in hand_in(client, draft).text


def test_the_certificate_never_bears_the_agents_name(stage: Stage) -> None:
    ref = stage.mandate()
    stage.issued(who=stage.acting(ref))
    with stage.db() as db:
        sheet = db.scalars(select(Certificate.sheet)).one()
    assert RICE in sheet
    assert not [name for name in (AGENT, *PEOPLE, "broker") if name in sheet]


def test_an_agent_that_may_prepare_leaves_handing_in_to_the_firm(stage: Stage) -> None:
    ref = stage.mandate(may_submit=False, limit=from_rupees(1))
    draft = stage.draft(stage.acting(ref))
    assert "Sign and hand in" not in stage.acting_client(ref).get(f"/applications/{draft}").text
    number = stage.hand_in(stage.actor("owner"), draft)
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.number == number)).one()
        assert row.agent_id is not None and row.mandate_id is None


def test_agencies_outside_the_mandate_are_neither_offered_nor_accepted(stage: Stage) -> None:
    chamber = agency_of(stage, "DEL")
    ref = stage.mandate(agencies=frozenset({chamber}))
    client, acting = stage.acting_client(ref), stage.acting(ref)
    page = client.get("/applications/new").text
    assert "Delhi office" in page and "Tiruppur office" not in page
    fields = form_fields(page, office=str(stage.office_id("TUP")))
    assert client.post("/applications", data=fields).status_code == 422
    with pytest.raises(BeyondMandate, match="does not cover Specimen Exporters Federation"):
        stage.do(filing.create, acting, stage.office_id("TUP"))
    draft = stage.draft(acting)
    with stage.db() as db:
        db.execute(update(Application).values(office_id=stage.office_id("TUP")))
        db.commit()
    answer = hand_in(client, draft)
    assert answer.status_code == 422
    assert "does not cover Specimen Exporters Federation" in answer.text


def test_the_limit_counts_what_is_held_and_taken_but_not_what_went_back(stage: Stage) -> None:
    ref = stage.mandate(limit=from_rupees(500))
    acting, client = stage.acting(ref), stage.acting_client(ref)
    stage.issued(who=acting)
    second = stage.submitted(acting)
    third = stage.draft(acting)
    stage.sign(acting, third)
    answer = hand_in(client, third)
    assert answer.status_code == 422
    assert "The limit of your mandate is ₹500.00; ₹100.00 of it is left" in answer.text
    assert "₹400.00 of ₹500.00 used, ₹100.00 left" in client.get("/clients").text
    assert "₹400.00 used" in stage.client("owner").get("/firm/mandates").text
    stage.do(filing.withdraw, acting, second)
    assert hand_in(client, third).status_code == 303
    with stage.db() as db:
        assert len(db.scalars(select(Hold)).all()) == 3


def test_an_agent_learns_nothing_of_the_firms_balance(stage: Stage) -> None:
    ref = stage.mandate()
    for _ in range(10):
        stage.submitted()
    client, draft = stage.acting_client(ref), stage.draft(stage.acting(ref))
    answer = hand_in(client, draft)
    assert answer.status_code == 422
    assert "The firm&#39;s wallet does not cover the fee" in answer.text.replace("’", "&#39;")
    assert "wallet holds" not in answer.text and "short" not in answer.text.split("<main")[1]


def test_a_mandate_that_ended_in_the_middle_holds_nothing(stage: Stage) -> None:
    ref = stage.mandate()
    acting = stage.acting(ref)
    draft = stage.draft(acting)
    stage.do(identity.revoke_mandate, stage.actor("owner"), ref)
    acts: tuple[tuple[Any, ...], ...] = (
        (filing.submit, acting, draft),
        (filing.save, acting, draft, "invoice"),
        (filing.create, acting, stage.office_id("DEL")),
        (filing.discard, acting, draft),
        (filing.remove_line, acting, draft, 1),
    )
    for act, *args in acts:
        with pytest.raises(NotOpen, match="mandate for this does not hold any more"):
            stage.do(act, *args, **({"declared": True} if act is filing.submit else {}))
    with stage.db() as db:
        assert db.scalars(select(Hold)).all() == []
        assert wallet.balances(db, stage.actor("owner")).held == 0
    assert stage.hand_in(stage.actor("owner"), draft)


def test_a_new_mandate_brings_the_old_files_back(stage: Stage) -> None:
    first = stage.mandate()
    draft = stage.draft(stage.acting(first))
    stage.do(identity.revoke_mandate, stage.actor("owner"), first)
    second = stage.mandate(limit=from_rupees(200))
    stage.sign(stage.acting(second), draft)
    assert "/NP-" in hand_in(stage.acting_client(second), draft).location


def test_a_statement_tells_what_each_client_was_charged(stage: Stage) -> None:
    rice, steel = stage.mandate(), stage.mandate("stranger")
    taken, _certificate = stage.issued(who=stage.acting(rice))
    held, other = stage.submitted(stage.acting(rice)), stage.submitted(stage.acting(steel))
    own = stage.submitted("owner")
    client = stage.client("agent")
    page = client.get(f"/clients/{rice}/statement").text
    assert page.count("₹200.00") == 5
    assert taken in page and held in page and other not in page and own not in page
    answer = client.get(f"/clients/{rice}/statement.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["file"], row["what"], row["rupees"]) for row in rows] == [
        (held, "hold", "200.00"),
        (taken, "capture", "200.00"),
        (taken, "hold", "200.00"),
    ]
    both = client.get("/clients").text
    assert held in both and other in both and own not in both
    only = client.get(f"/clients?client={steel}").text
    assert other in only and held not in only


def test_what_goes_beyond_a_limit_shows_in_the_proof(stage: Stage) -> None:
    ref = stage.mandate(limit=from_rupees(200))
    stage.submitted(stage.acting(ref))
    with stage.db() as db:
        assert list(all_faults(db, stage.portal.kit)) == []
        db.execute(update(Mandate).values(limit_paise=100))
        assert [x for x in all_faults(db, stage.portal.kit) if "its limit is 100" in x]


def test_an_officer_of_the_agent_does_not_decide_its_files(stage: Stage) -> None:
    number = stage.submitted(stage.acting(stage.mandate()))
    officer, agent = stage.actor("officer"), stage.actor("agent")
    with stage.db() as db:
        member = AgentMember(
            person_id=officer.person_id,
            agent_id=agent.seat.id,
            role=agent.seat.role,
            started_at=clock.now(),
        )
        db.add(member)
        db.commit()
    with pytest.raises(NotOpen, match="belong to the agent"):
        stage.do(filing.claim, officer, number)


def test_the_list_over_all_clients_takes_a_fixed_number_of_statements(stage: Stage) -> None:
    from sqlalchemy import event

    def count() -> int:
        seen: list[str] = []
        engine = stage.portal.sessions.kw["bind"]
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        client.get("/clients")
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    first = stage.mandate()
    client = stage.client("agent")
    stage.draft(stage.acting(first))
    few = count()
    second = stage.mandate("stranger", last_day=clock.today() + timedelta(days=1))
    for _ in range(3):
        stage.draft(stage.acting(second))
    assert count() == few
    with stage.db() as db:
        assert len(db.scalars(select(Mandate)).all()) == 2
