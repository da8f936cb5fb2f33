"""An application is signed as it stands; a change needs a new signature, the old one is kept."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import Invalid
from portal.filing import actions as filing
from portal.filing.actions import NotSigned
from portal.filing.models import Application, Typed
from portal.notices import actions as notices
from portal.notices.rules import SIGNATURE
from portal.signing.lifecycle import Status
from portal.signing.models import SignRequest
from tests.build import Stage, form_fields
from tests.conftest import Outside
from tests.signing.esigner import Esigner
from tests.signing.programs import OtherPrograms
from tests.tools import need

SIGNATORY = "specimen-2"


@pytest.fixture
def esigner(stage: Stage, outside: Outside) -> Esigner:
    """The owner of the sample rice mill, signed in."""
    outside.world.reset()
    return Esigner(stage, outside, stage.client("owner"))


def loosen(stage: Stage) -> None:
    """From now on a signature is no longer asked for."""
    facts = (SIGNATURE, "optional", clock.now(), None)
    stage.do(notices.set_rule, stage.actor("directorate"), "portal-policy-1", *facts, why="a test")


def signatory(stage: Stage, ref: str) -> str:
    with stage.db() as db:
        found: str = db.scalars(select(Application.signatory).where(Application.ref == ref)).one()
    return found


def test_signed_then_handed_in_and_the_officer_sees_who_signed(esigner: Esigner) -> None:
    stage = esigner.stage
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


def test_other_programs_read_and_trust_the_signed_paper(esigner: Esigner, tmp_path: Path) -> None:
    need("pdfsig", "pdftotext", "qpdf", "openssl", "certutil")
    stage = esigner.stage
    ref = stage.draft()
    path = esigner.begin(ref)
    esigner.sign(path, SIGNATORY)
    pdf = esigner.client.get(f"{path}/file").data
    proof = OtherPrograms(tmp_path, stage.portal.kit.trust_roots)
    said = proof.pdfsig(pdf)
    assert "Signature is Valid" in said and "Total document signed" in said
    assert "No syntax or stream encoding errors" in proof.qpdf(pdf)
    words = printed(pdf, tmp_path)
    with stage.db() as db:
        row = db.scalars(select(SignRequest)).one()
        assert row.fingerprint in words and bare(f"Signatory {row.expected_name}") in words
    assert bare(f"Draft {ref} · version 1") in words
    assert "SPECIMEN,NOTVALID" in words and "Ideclarethattheparticularsarecorrect" in words


def printed(pdf: bytes, folder: Path) -> str:
    """The words of a PDF without white space, since a long value may wrap anywhere."""
    path = folder / "printed.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-raw", str(path), "-"]
    return bare(
        subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    )


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_change_needs_a_new_signature_and_keeps_the_old_one(esigner: Esigner) -> None:
    stage = esigner.stage
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


def test_a_correction_is_signed_before_it_is_handed_back(esigner: Esigner, tmp_path: Path) -> None:
    need("pdftotext")
    stage = esigner.stage
    number = stage.questioned()
    assert "Answer and hand in again" in esigner.client.get(f"/applications/{number}").text
    stage.do(filing.save, stage.actor("owner"), number, "transport", vessel="MV Another Invented")
    with pytest.raises(NotSigned, match="changed since it was signed"):
        stage.do(filing.answer, stage.actor("owner"), number, "AISI 304", declared=True)
    page = esigner.client.get(f"/applications/{number}").text
    assert "Answer and hand in again" not in page and "sign it first" in page
    path = esigner.begin(number)
    assert "Signed." in esigner.sign(path, SIGNATORY)
    words = printed(esigner.client.get(f"{path}/file").data, tmp_path)
    assert bare(f"Application {number} · version 2") in words
    assert "Answer and hand in again" in esigner.client.get(f"/applications/{number}").text
    stage.do(filing.answer, stage.actor("owner"), number, "AISI 304", declared=True)


def test_what_was_declared_and_signed_is_handed_in_on_the_way_back(esigner: Esigner) -> None:
    stage, client = esigner.stage, esigner.client
    ref = stage.draft()
    review = f"/applications/{ref}"
    page = client.get(review).text
    assert "Sign and hand in" in page and "Hand in and hold the fee" not in page
    begun = client.post(f"{review}/submission", data=form_fields(page, declared="y"))
    assert begun.location.startswith("/signatures/")
    assert client.get(f"{review}/handing-in").location == review
    esigner.work()
    page = esigner.sign(begun.location, SIGNATORY)
    assert f'href="{review}/handing-in"' in page
    page = client.get(f"{review}/handing-in").text
    done = client.post(f"{review}/submission", data=form_fields(page, declared="y"))
    assert "/applications/NP-" in done.location
    assert client.get(f"{review}/handing-in").location == done.location


def test_only_the_person_who_declared_is_led_on(esigner: Esigner) -> None:
    stage = esigner.stage
    ref = stage.draft()
    stage.sign(stage.actor("owner"), ref)
    assert esigner.client.get(f"/applications/{ref}/handing-in").location.endswith(ref)
    other = stage.draft()
    stage.sign(stage.actor("owner"), other, then_hand_in=True)
    assert esigner.client.get(f"/applications/{other}/handing-in").status_code == 200
    colleague = stage.client("signatory").get(f"/applications/{other}/handing-in")
    assert colleague.location.endswith(f"/applications/{other}")
    stage.do(filing.save, stage.actor("owner"), other, "transport", vessel="MV Another Invented")
    assert esigner.client.get(f"/applications/{other}/handing-in").status_code == 303


def test_nobody_signs_in_vain_for_want_of_credit(esigner: Esigner) -> None:
    stage = esigner.stage
    for _ in range(10):  # as far as the sample firm's credit goes
        stage.submitted()
    ref = stage.draft()
    page = esigner.client.get(f"/applications/{ref}").text
    fields = form_fields(page, declared="y")
    answer = esigner.client.post(f"/applications/{ref}/submission", data=fields)
    assert answer.status_code == 422 and "₹200.00 short" in answer.text
    with stage.db() as db:
        assert ref not in db.scalars(select(SignRequest.number)).all()


def test_where_the_rule_leaves_it_open_it_goes_in_without(esigner: Esigner) -> None:
    stage = esigner.stage
    loosen(stage)
    ref = stage.draft()
    page = esigner.client.get(f"/applications/{ref}").text
    assert "Hand in and hold the fee" in page and "Sign by Aadhaar e-sign" in page
    stage.do(filing.submit, stage.actor("owner"), ref, declared=True)


def test_an_agent_signs_with_its_own_name_for_the_exporter(
    esigner: Esigner, tmp_path: Path
) -> None:
    need("pdftotext")
    stage = esigner.stage
    mandate = stage.mandate()
    ref = stage.draft(stage.acting(mandate))
    agent = Esigner(stage, esigner.outside, stage.acting_client(mandate))
    page = agent.client.get(f"/applications/{ref}").text
    assert f"{stage.acting(mandate).name} signs" in page
    path = agent.begin(ref)
    assert "Signed." in agent.sign(path, "specimen-5")
    words = printed(agent.client.get(f"{path}/file").data, tmp_path)
    person, signs_for = stage.acting(mandate).name, signatory(stage, ref)
    assert bare(f"Signatory {signs_for}") in words and bare(f"Signing agent {person},") in words


def test_an_answer_that_waits_for_a_signature_is_kept(stage: Stage) -> None:
    number = stage.questioned()
    client = stage.client("owner")
    stage.do(filing.save, stage.actor("owner"), number, "transport", vessel="MV Another")
    page = client.get(f"/applications/{number}").text
    fields = form_fields(page, text="It is plain steel.", declared="y")
    refused = client.post(f"/applications/{number}/answer", data=fields)
    assert refused.status_code in (409, 422) and "It is plain steel." in refused.text
    assert "It is plain steel." in client.get(f"/applications/{number}").text
    assert "It is plain steel." not in stage.client("signatory").get(f"/applications/{number}").text
    stage.sign(stage.actor("owner"), number)
    shown = client.get(f"/applications/{number}").text
    assert re.search(r"<textarea[^>]*>\s*It is plain steel\.", shown)
    answer = client.post(f"/applications/{number}/answer", data=fields)
    assert answer.status_code == 303, answer.text
    with stage.db() as db:
        assert db.query(Typed).count() == 0
