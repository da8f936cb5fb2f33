"""A certificate in lieu of another: one successor, the old one superseded in the same moment."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.certificates import actions, queries
from portal.certificates.lifecycle import Status
from portal.certificates.models import Certificate, CertificateEvent
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Invalid, Missing, NotOpen
from portal.filing import actions as filing
from portal.filing.lifecycle import Status as Filing
from portal.filing.models import Application, ForeignEvidence, GoodsLine, Input, Invoice
from portal.filing.queries import application_facts, application_for, in_lieu_of
from portal.legacy.models import LegacyFile
from portal.legacy.rules import LegacyStatus
from portal.notifications.models import Message
from portal.proof import all_faults
from tests.apart import apart
from tests.build import Stage, form_fields
from tests.certificates.test_sheet import words

REASON = "The consignee's name was misspelt."
CHANGES = {"replacement_reason": REASON, "consignee_name": "Corrected Consignee Limited"}


def begun(stage: Stage, file: str, who: str = "owner", **changes: Any) -> str:
    """A complete draft in lieu of the certificate of a file; returns its reference."""
    actor = stage.actor(who)
    ref: str = stage.do(actions.apply_in_lieu, actor, file)
    stage.do(filing.save, actor, ref, "certificate", **{**CHANGES, **changes})
    for kind in ("invoice", "packing_list"):
        stage.attach(actor, ref, kind)
    return ref


def approved(stage: Stage, file: str) -> tuple[str, str]:
    """File and certificate number of an approved application in lieu; nothing is sealed yet."""
    number = stage.hand_in(stage.actor("owner"), begun(stage, file))
    stage.do(filing.claim, stage.actor("officer"), number)
    certificate = stage.do(actions.approve, stage.actor("officer"), number, stage.addresses())
    return number, certificate


def issued(stage: Stage, file: str) -> tuple[str, str]:
    found = approved(stage, file)
    stage.run_jobs()
    return found


def state(db: Session, number: str) -> Status:
    return db.scalars(select(Certificate.status).where(Certificate.number == number)).one()


def sound(stage: Stage) -> bool:
    with stage.db() as db:
        return list(all_faults(db, stage.portal.kit)) == []


def seal_now(stage: Stage, number: str) -> Any:
    """What the job does last: put a sealed PDF on the register."""
    content = b"%PDF-1.7 sealed " + number.encode()
    key = stage.portal.kit.store.put("certificates", content)
    return lambda db: actions.issue(db, 0, number, storage_key=key, content=content)


def test_a_draft_in_lieu_holds_all_of_the_old_file_but_its_documents(stage: Stage) -> None:
    source = stage.draft(lines=2, clause="AS AGREED", retrospective_reason="Late")
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), source)
        line = db.scalars(select(GoodsLine).where(GoodsLine.application_id == row.id)).first()
        assert line is not None
        day = row.invoice_date
        db.add(Input(line_id=line.id, position=1, name="Steel", hs_code="72191100", country="JP"))
        db.add(Invoice(application_id=row.id, position=2, number="SPECIMEN-2", dated=day))
        facts = {"kind": "other", "number": "E1", "dated": day, "issuer": "Somebody"}
        db.add(ForeignEvidence(application_id=row.id, position=1, **facts))
        db.commit()
    file = stage.hand_in(stage.actor("owner"), source)
    stage.do(filing.claim, stage.actor("officer"), file)
    old = stage.do(actions.approve, stage.actor("officer"), file, stage.addresses())
    stage.run_jobs()
    ref = stage.do(actions.apply_in_lieu, stage.actor("owner"), file)
    with stage.db() as db:
        before, after = (
            application_facts(db, application_for(db, stage.actor("owner"), r)) for r in (file, ref)
        )
        found = in_lieu_of(db, after)
        sheet = queries.by_number(db, old)
    assert found is not None and (found.number, found.changes) == (old, ())
    assert after.lines == before.lines and after.lines[0].inputs[0].name == "Steel"
    assert (after.more_invoices, after.evidence) == (before.more_invoices, before.evidence)
    assert (after.clause, after.retrospective_reason) == ("AS AGREED", "Late")
    assert (after.attachments, after.office.id, after.status) == ((), before.office.id, "draft")
    assert sheet is not None and f"{after.replaces_date:%d.%m.%Y}" == sheet.sheet.certified_on


def test_issuing_supersedes_in_the_same_moment_and_both_pages_link(
    stage: Stage, tmp_path: Any
) -> None:
    file, old = stage.issued()
    number, new = issued(stage, file)
    with stage.db() as db:
        assert (state(db, old), state(db, new)) == (Status.SUPERSEDED, Status.ISSUED)
        note = select(CertificateEvent.note).where(CertificateEvent.step == "supersede")
        assert db.scalars(note).all() == [new]
        said = db.scalars(select(AuditRow.act).where(AuditRow.stream.like("file:%"))).all()
        assert said.count("certificates.superseded") == 1
    public = stage.client()
    for asked, other, verdict in (
        (old, new, "Superseded by a later certificate"),
        (new, old, "Valid: this certificate was issued"),
    ):
        page = public.get(f"/verify/{asked}").text
        assert verdict in page and f"/verify/{other}" in page
        assert "Consignee Limited" not in page and "check_code" not in page
    owner = stage.client("owner")
    assert new in owner.get(f"/applications/{file}/certificate").text
    assert old in owner.get(f"/applications/{number}/certificate").text
    printed = words(owner.get(f"/applications/{number}/certificate.pdf").data, tmp_path)
    assert f"ISSUEDINLIEUOFCERTIFICATENo.{old}DATED" in printed
    assert sound(stage)


def test_an_issue_that_is_rolled_back_leaves_the_old_one_in_force(stage: Stage) -> None:
    file, old = stage.issued()
    _number, new = approved(stage, file)
    act = seal_now(stage, new)
    with stage.db() as db:
        assert act(db) is True
        assert state(db, old) is Status.SUPERSEDED
        db.rollback()
        assert (state(db, old), state(db, new)) == (Status.ISSUED, Status.ALLOTTED)


def test_reason_and_both_values_are_shown_to_exporter_and_officer(stage: Stage) -> None:
    file, _old = stage.issued()
    ref = begun(stage, file)
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        query = update(GoodsLine).where(GoodsLine.application_id == row.id)
        db.execute(query.values(net_weight=139_500))
        db.commit()
    number = stage.hand_in(stage.actor("owner"), ref)
    stage.do(filing.claim, stage.actor("officer"), number)
    owner = stage.client("owner").get(f"/applications/{number}").text
    officer = stage.client("officer").get(f"/queue/{number}").text
    for page in (owner, officer):
        table = page[page.index('id="in-lieu"') :]
        assert "misspelt" in table
        for value in ("Specimen Consignee Limited", CHANGES["consignee_name"], "140", "139.5"):
            assert value in table, value


def test_the_button_begins_one_and_a_second_is_named(stage: Stage) -> None:
    file, old = stage.issued()
    client = stage.client("owner")
    page = client.get(f"/applications/{file}/certificate")
    assert "Correct: apply in lieu" in page.text
    assert old in client.get("/applications/new/in-lieu").text
    post = f"/applications/{file}/certificate/in-lieu"
    answer = client.post(post, data=form_fields(page.text))
    assert answer.status_code == 303
    ref = answer.location.split("/")[2]
    again = client.post(post, data=form_fields(page.text))
    assert again.status_code == 409 and ref in again.text
    stage.do(filing.discard, stage.actor("owner"), ref)
    assert client.post(post, data=form_fields(page.text)).status_code == 303


def test_what_cannot_be_replaced_says_why(stage: Stage) -> None:
    file, old = stage.issued()
    owner = stage.actor("owner")
    waiting, _number = stage.approved(invoice_number="SPECIMEN-W")
    with pytest.raises(NotOpen, match="is not issued yet"):
        stage.do(actions.apply_in_lieu, owner, waiting)
    with pytest.raises(Missing):
        stage.do(actions.apply_in_lieu, owner, stage.draft())
    with pytest.raises(Missing):
        stage.do(actions.apply_in_lieu, stage.actor("stranger"), file)
    stage.run_jobs()
    _number, new = issued(stage, file)
    with pytest.raises(NotOpen, match=f"superseded by {new} already"):
        stage.do(actions.apply_in_lieu, owner, file)
    cancel(stage, new)
    with pytest.raises(NotOpen, match="was cancelled"):
        stage.do(actions.apply_in_lieu, owner, _number)
    assert old not in stage.client("owner").get("/applications/new/in-lieu").text


def cancel(stage: Stage, number: str) -> None:
    """As a later step of the register will."""
    with stage.db() as db:
        query = update(Certificate).where(Certificate.number == number)
        db.execute(query.values(status=Status.CANCELLED))
        db.commit()


def test_a_certificate_of_ecoo_1_is_answered_with_where_to_go(stage: Stage) -> None:
    number = "EIC/2020/013/0064492A/00132354"
    facts: dict[str, Any] = {
        "iec": "ZZZZZ0000Z",
        "exporter": "Invented",
        "agency": "Invented",
        "destination": "",
    }
    with stage.db() as db:
        facts |= {"submitted_on": date(2024, 8, 1), "issued_on": date(2024, 8, 2)}
        facts |= {"imported_at": clock.now(), "status": LegacyStatus.ISSUED}
        db.add(LegacyFile(file_number="X/1", certificate_number=number, **facts))
        db.commit()
    page = stage.client("owner").get("/applications/new/in-lieu", query_string={"q": number}).text
    assert "was issued in eCoO 1.0" in page and "Trade Notice 13/2024-25" in page


def test_without_a_reason_or_at_another_agency_nothing_is_handed_in(stage: Stage) -> None:
    file, _old = stage.issued()
    owner = stage.actor("owner")
    ref = begun(stage, file, replacement_reason="")
    with pytest.raises(Invalid, match="what changes") as refusal:
        stage.do(filing.begin_signing, owner, ref)
    assert refusal.value.field == "replacement_reason"
    stage.do(filing.save, owner, ref, "certificate", **CHANGES)
    elsewhere = another_agency(stage, stage.office_id())
    stage.do(filing.save, owner, ref, "certificate", office_id=elsewhere)
    for act in (filing.begin_signing, lambda db, a, r: filing.submit(db, a, r, declared=True)):
        with pytest.raises(Invalid, match="only that agency"):
            stage.do(act, owner, ref)


def another_agency(stage: Stage, office_id: int) -> int:
    with stage.db() as db:
        mine = agencies.office(db, office_id).agency_id
        return next(o.id for o in agencies.offered(db) if o.agency_id != mine)


def test_approving_looks_again(stage: Stage) -> None:
    file, old = stage.issued()
    number = stage.hand_in(stage.actor("owner"), begun(stage, file))
    stage.do(filing.claim, stage.actor("officer"), number)
    cancel(stage, old)
    with pytest.raises(NotOpen, match="was cancelled"):
        stage.do(actions.approve, stage.actor("officer"), number, stage.addresses())


def test_in_lieu_of_an_in_lieu_works(stage: Stage) -> None:
    file, first = stage.issued()
    second_file, second = issued(stage, file)
    third_file, third = issued(stage, second_file)
    with stage.db() as db:
        states = [state(db, number) for number in (first, second, third)]
        assert states == [Status.SUPERSEDED, Status.SUPERSEDED, Status.ISSUED]
        row = application_for(db, stage.actor("owner"), third_file)
        assert (row.replaces_number, row.replacement_reason) == (second, REASON)
    assert sound(stage)


def test_what_was_cancelled_meanwhile_voids_the_new_number_and_tells_the_officer(
    stage: Stage,
) -> None:
    file, old = stage.issued()
    stage.run_jobs()
    number, new = approved(stage, file)
    cancel(stage, old)
    stage.run_jobs()
    stage.run_jobs()
    with stage.db() as db:
        assert state(db, new) is Status.VOID
        row = application_for(db, stage.actor("officer"), number)
        assert (row.status, row.officer_id) == (
            Filing.IN_SCRUTINY,
            stage.actor("officer").person_id,
        )
        void = queries.certificates_of(db, row.id)[-1]
        assert old in void.void_reason and "cancelled" in void.void_reason
        letters = db.scalars(select(Message.subject)).all()
        assert f"Not issued: {number}" in letters
    stage.do(filing.reject, stage.actor("officer"), number, "The certificate was cancelled.")
    assert sound(stage)


def test_two_in_lieu_of_one_issue_once(stage: Stage) -> None:
    """Which no button allows; the register refuses it all the same, at the same moment."""
    file, old = stage.issued()
    stage.run_jobs()
    ones = [approved(stage, file)]
    forget(stage, ones[0][0])
    ones.append(approved(stage, file))
    remember(stage, ones[0][0], file)
    found = apart(stage, *(seal_now(stage, certificate) for _file, certificate in ones))
    assert sorted(found) == [False, True]
    with stage.db() as db:
        states = sorted(state(db, certificate) for _file, certificate in ones)
        assert states == [Status.ISSUED, Status.VOID]
        assert state(db, old) is Status.SUPERSEDED
        filed = sorted(
            application_for(db, stage.actor("owner"), number).status for number, _ in ones
        )
        assert filed == [Filing.IN_SCRUTINY, Filing.ISSUED]
    assert [fault for fault in faults(stage) if "file" not in fault] == []


def forget(stage: Stage, number: str) -> None:
    with stage.db() as db:
        db.execute(update(Application).where(Application.number == number).values(replaces_id=None))
        db.commit()


def remember(stage: Stage, number: str, file: str) -> None:
    with stage.db() as db:
        source = db.scalars(select(Application.id).where(Application.number == file)).one()
        query = update(Application).where(Application.number == number)
        db.execute(query.values(replaces_id=source))
        db.commit()


def faults(stage: Stage) -> list[str]:
    with stage.db() as db:
        return list(all_faults(db, stage.portal.kit))


def test_two_who_begin_at_once_begin_one(stage: Stage) -> None:
    file, _old = stage.issued()
    owner, signatory = stage.actor("owner"), stage.actor("signatory")
    found = apart(
        stage,
        lambda db: actions.apply_in_lieu(db, owner, file),
        lambda db: actions.apply_in_lieu(db, signatory, file),
    )
    refusals = [one for one in found if isinstance(one, NotOpen)]
    assert len(refusals) == 1 and "is under way" in str(refusals[0])
    with stage.db() as db:
        query = select(func.count(Application.id)).where(Application.replaces_id.is_not(None))
        assert db.scalar(query) == 1


def test_an_agent_corrects_only_what_it_began(stage: Stage) -> None:
    agent = stage.acting(stage.mandate())
    theirs, _number = stage.issued(who=agent)
    ours, _other = stage.issued(invoice_number="SPECIMEN-F")
    with pytest.raises(Missing):
        stage.do(actions.apply_in_lieu, agent, ours)
    assert stage.do(actions.apply_in_lieu, agent, theirs)
