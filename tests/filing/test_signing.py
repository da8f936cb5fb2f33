"""An application is signed as it stands; a change needs a new signature, the old one is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import Invalid
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.notices import actions as notices
from portal.notices.rules import SIGNATURE
from portal.signing.lifecycle import Status
from portal.signing.models import SignRequest
from tests.build import Stage, form_fields
from tests.conftest import Outside
from tests.signing.esigner import Esigner

SIGNATORY = "specimen-2"


@pytest.fixture
def esigner(stage: Stage, outside: Outside) -> Esigner:
    """The owner of the sample rice mill, signed in."""
    outside.world.reset()
    return Esigner(stage, outside, stage.client("owner"))


def require(stage: Stage) -> None:
    """From now on applications have to be signed."""
    facts = (SIGNATURE, "required", clock.now(), None)
    stage.do(notices.set_rule, stage.actor("directorate"), "portal-policy-1", *facts, why="a test")


def signatory(stage: Stage, ref: str) -> str:
    with stage.db() as db:
        found: str = db.scalars(select(Application.signatory).where(Application.ref == ref)).one()
    return found


def test_signed_then_handed_in_and_the_officer_sees_who_signed(esigner: Esigner) -> None:
    stage = esigner.stage
    require(stage)
    ref = stage.draft()
    name = signatory(stage, ref)
    with pytest.raises(Invalid, match="Sign the application first"):
        stage.do(filing.submit, stage.actor("owner"), ref, declared=True)
    page = esigner.client.get(f"/applications/{ref}").text
    assert f"{name} signs" in page and "have to be signed" in page
    path = esigner.begin(ref)
    assert "Signed." in esigner.sign(path, SIGNATORY)
    page = esigner.client.get(f"/applications/{ref}").text
    assert f"Signed by {name} by Aadhaar e-sign" in page
    number = stage.do(filing.submit, stage.actor("owner"), ref, declared=True)
    officer = stage.client("officer")
    seen = officer.get(f"/queue/{number}").text
    assert f"Signed by {name} by Aadhaar e-sign" in seen
    file = officer.get(f"/queue/{number}/signed")
    assert file.data.startswith(b"%PDF")
    assert esigner.client.get(f"/applications/{number}/signed").data == file.data
    assert stage.client("stranger").get(f"/applications/{number}/signed").status_code == 404
    assert stage.client("other_office").get(f"/queue/{number}/signed").status_code == 404


def test_a_change_needs_a_new_signature_and_keeps_the_old_one(esigner: Esigner) -> None:
    stage = esigner.stage
    require(stage)
    ref = stage.draft()
    esigner.sign(esigner.begin(ref), SIGNATORY)
    stage.do(filing.save, stage.actor("owner"), ref, "transport", vessel="MV Another Invented")
    with pytest.raises(Invalid, match="changed since it was signed"):
        stage.do(filing.submit, stage.actor("owner"), ref, declared=True)
    page = esigner.client.get(f"/applications/{ref}").text
    assert "Changed since" in page and "sign it again" in page
    assert "Signed." in esigner.sign(esigner.begin(ref), SIGNATORY)
    stage.do(filing.submit, stage.actor("owner"), ref, declared=True)
    with stage.db() as db:
        rows = db.scalars(select(SignRequest)).all()
        assert [row.status for row in rows] == [Status.SIGNED, Status.SIGNED]
        assert rows[0].fingerprint != rows[1].fingerprint


def test_a_change_while_it_is_signed_leaves_the_signature_with_what_was_signed(
    esigner: Esigner,
) -> None:
    stage = esigner.stage
    ref = stage.draft()
    path = esigner.begin(ref)
    message = esigner.answered(path, SIGNATORY)
    stage.do(filing.save, stage.actor("owner"), ref, "transport", vessel="MV Another Invented")
    esigner.bring_back(message)
    esigner.work()
    page = esigner.client.get(f"/applications/{ref}").text
    assert "sign it again" in page


def test_an_incomplete_draft_says_what_is_missing_instead(esigner: Esigner) -> None:
    stage = esigner.stage
    ref = stage.draft(signatory="")
    fields = form_fields(esigner.client.get(f"/applications/{ref}").text)
    answer = esigner.client.post(f"/applications/{ref}/signature", data=fields)
    assert answer.status_code == 422 and "signatory" in answer.text
    with stage.db() as db:
        assert db.scalars(select(SignRequest)).all() == []


def test_a_second_tab_goes_on_with_the_first_or_takes_its_place(esigner: Esigner) -> None:
    stage = esigner.stage
    ref = stage.draft()
    first = esigner.begin(ref)
    assert esigner.begin(ref) == first
    message = esigner.answered(first, SIGNATORY)
    second = esigner.begin(ref)
    assert second != first
    esigner.bring_back(message)
    esigner.work()
    assert "Not signed." in esigner.client.get(first).text
    assert "Signed." in esigner.sign(second, SIGNATORY)


def test_an_answer_to_a_question_is_signed_too_where_it_has_to_be(esigner: Esigner) -> None:
    stage = esigner.stage
    number = stage.questioned()
    require(stage)
    with pytest.raises(Invalid, match="Sign the application first"):
        stage.do(filing.answer, stage.actor("owner"), number, "AISI 304", declared=True)
    assert "Signed." in esigner.sign(esigner.begin(number), SIGNATORY)
    stage.do(filing.answer, stage.actor("owner"), number, "AISI 304", declared=True)


def test_an_agent_signs_with_its_own_name_for_the_exporter(esigner: Esigner) -> None:
    stage = esigner.stage
    mandate = stage.mandate()
    ref = stage.draft(stage.acting(mandate))
    agent = Esigner(stage, esigner.outside, stage.acting_client(mandate))
    page = agent.client.get(f"/applications/{ref}").text
    assert f"{stage.acting(mandate).name} signs" in page
    assert "Signed." in agent.sign(agent.begin(ref), "specimen-5")
