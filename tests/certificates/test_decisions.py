"""Officers sign what they decided: beside the office's seal, or as the certificate's signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.agencies.models import Office
from portal.agencies.rules import SealsWith
from portal.certificates import actions, queries
from portal.certificates.lifecycle import Status
from portal.certificates.models import Certificate, CertificateFile
from portal.certificates.queries import decisions
from portal.certificates.rules import UNSEALED
from portal.core import clock
from portal.core.errors import TryLater
from portal.core.tx import write
from portal.sandbox.authority import CA, crl
from portal.signing.lifecycle import Purpose
from portal.signing.lifecycle import Status as Signing
from portal.signing.models import SignRequest
from portal.signing.proving import lasting_facts
from portal.signing.sealing import Sealer, read_seals
from tests.build import Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.signing.esigner import Esigner
from tests.signing.holder import Holder
from tests.signing.programs import OtherPrograms
from tests.tools import need


@pytest.fixture
def officer(stage: Stage) -> Holder:
    """The officer at Delhi with a token."""
    return Holder(stage, name=stage.actor("officer").name, who="officer")


def sign_by(stage: Stage, seals_with: SealsWith) -> None:
    with stage.db() as db:
        db.execute(update(Office).where(Office.code == "DEL").values(seals_with=seals_with))
        db.commit()


def approved(
    stage: Stage, files: int = 1, by: SealsWith = SealsWith.OFFICER_TOKEN
) -> list[tuple[str, str]]:
    """Files and numbers that an officer approved whose office waits for a signature."""
    found = [stage.in_scrutiny(invoice_number=f"SPECIMEN-O{one}") for one in range(files)]
    sign_by(stage, by)
    officer, addresses = stage.actor("officer"), stage.addresses()
    return [(one, stage.do(actions.approve, officer, one, addresses)) for one in found]


def choose(officer: Holder, numbers: Sequence[str], means: str = "token") -> Any:
    """Press the button of the list."""
    page = officer.client.get("/decisions").text
    fields = {**form_fields(page), "number": list(numbers), "means": means}
    return officer.client.post("/decisions", data=fields)


def asked(stage: Stage) -> list[SignRequest]:
    with stage.db() as db:
        query = select(SignRequest).where(SignRequest.purpose == Purpose.DECISION)
        return list(db.scalars(query.order_by(SignRequest.id)))


def state(stage: Stage, number: str) -> Status:
    with stage.db() as db:
        found: Status = db.scalars(
            select(Certificate.status).where(Certificate.number == number)
        ).one()
    return found


def signed(officer: Holder, numbers: Sequence[str]) -> str:
    """All of a list by one request to the companion; the page at the end."""
    begun = choose(officer, numbers)
    assert begun.status_code == 303, begun.text
    officer.work()
    refs = [row.ref for row in asked(officer.stage) if row.status is Signing.READY]
    assert len(refs) == len(numbers) and all(ref in begun.location for ref in refs)
    assert "data-token" in officer.client.get(begun.location).text
    officer.sign(refs)
    return str(officer.client.get(begun.location).text)


def test_one_list_signs_decisions_beside_the_offices_seal(stage: Stage, officer: Holder) -> None:
    files = [stage.issued(invoice_number=f"SPECIMEN-D{one}") for one in range(3)]
    numbers = [number for _file, number in files]
    page = officer.client.get("/decisions").text
    assert all(number in page for number in numbers)
    done = signed(officer, numbers)
    assert done.count("Signed") >= 3 and "Not signed" not in done
    assert "Nothing waits for your signature" in officer.client.get("/decisions").text
    file, number = files[0]
    shown = officer.client.get(f"/applications/{file}/certificate").text
    assert "Decision signed by" in shown
    pdf = officer.client.get(f"/queue/{file}/decision.pdf")
    assert pdf.data.startswith(b"%PDF") and number in pdf.headers["Content-Disposition"]
    with stage.db() as db:
        found = queries.decision_signature(db, number)
        files_kept = db.query(CertificateFile).count()
    assert found is not None and files_kept >= 3


def test_a_certificate_bears_the_officers_own_token(
    stage: Stage, officer: Holder, tmp_path: Path
) -> None:
    need("pdfsig", "qpdf", "openssl", "certutil")
    pairs = approved(stage, 2)
    officer.work()
    assert [state(stage, number) for _file, number in pairs] == [Status.ALLOTTED] * 2
    waiting = officer.client.get(f"/queue/{pairs[0][0]}").text
    assert "when its officer has signed" in waiting
    assert "Not signed" not in signed(officer, [number for _file, number in pairs])
    officer.work()
    file, number = pairs[0]
    assert state(stage, number) is Status.ISSUED
    pdf = officer.client.get(f"/applications/{file}/certificate.pdf").data
    roots = stage.portal.kit.trust_roots
    (seal,) = read_seals(pdf, roots, clock.now())
    assert seal.good and seal.certifying and seal.signer == officer.name
    programs = OtherPrograms(tmp_path, roots)
    assert "Signature is Valid" in programs.pdfsig(pdf)
    assert "No syntax or stream encoding errors" in programs.qpdf(pdf)
    assert "Verification successful" in programs.openssl(pdf)


def test_a_certificate_of_a_token_lasts_beyond_it(
    stage: Stage, officer: Holder, outside: Outside, moved_clock: MovedClock
) -> None:
    outside.world.reset()
    ((file, number),) = approved(stage)
    assert "Not signed" not in signed(officer, [number])
    officer.work()
    officer.work()
    pdf = stage.client("owner").get(f"/applications/{file}/certificate.pdf").data
    moved_clock.by(hours=3 * 365 * 24)
    roots, at = stage.portal.kit.trust_roots, clock.now()
    lists = [crl(stage.portal.settings.data_dir / "authority", CA.ROOT, at)]
    (facts,) = lasting_facts(pdf, trust_roots=roots, crls=lists, at=at)
    assert facts.good and facts.allows_no_change
    assert len(read_seals(pdf, roots, at)) == 1


def test_one_decision_is_signed_by_e_sign_as_well(stage: Stage, outside: Outside) -> None:
    outside.world.reset()
    _file, number = stage.issued()
    officer = Esigner(stage, outside, stage.client("officer"))
    page = officer.client.get("/decisions").text
    fields = {**form_fields(page), "number": number, "means": "esign"}
    begun = officer.client.post("/decisions", data=fields)
    officer.work()
    assert "Signed." in officer.sign(begun.location, "specimen-13")
    assert number not in officer.client.get("/decisions").text


def test_the_offices_key_waits_for_the_signed_decision(stage: Stage, officer: Holder) -> None:
    pairs = approved(stage, 2, SealsWith.SIGNED_DECISION)
    numbers = [number for _file, number in pairs]
    with stage.db() as db:
        write(db, actions.seal_signed, 0, numbers[0])  # an event too many seals nothing
    officer.work()
    assert [state(stage, number) for number in numbers] == [Status.ALLOTTED] * 2
    assert "when its officer has signed" in officer.client.get(f"/queue/{pairs[0][0]}").text
    assert "once you have signed its decision" in officer.client.get("/decisions").text
    assert "Not signed" not in signed(officer, numbers)
    officer.work()
    assert [state(stage, number) for number in numbers] == [Status.ISSUED] * 2
    for file, _number in pairs:
        pdf = officer.client.get(f"/applications/{file}/certificate.pdf").data
        (seal,) = read_seals(pdf, stage.portal.kit.trust_roots, clock.now())
        assert seal.good and seal.certifying and seal.signer != officer.name
        decision = officer.client.get(f"/queue/{file}/decision.pdf")
        assert decision.data.startswith(b"%PDF") and decision.data != pdf


def test_what_waits_for_the_signature_comes_before_older_decisions(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "MOST", 1)
    _file, older = stage.issued(invoice_number="SPECIMEN-D1")
    ((_other, waits),) = approved(stage, by=SealsWith.SIGNED_DECISION)
    with stage.db() as db:
        (first,) = queries.to_sign(db, stage.actor("officer"))
    assert (first.number, first.seals_with) == (waits, SealsWith.SIGNED_DECISION)
    assert older != waits


def test_the_alarm_about_the_offices_key_begins_with_the_signature(
    stage: Stage, officer: Holder, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((_file, number),) = approved(stage, by=SealsWith.SIGNED_DECISION)
    moved_clock.by(hours=1)
    officer.client = stage.client("officer")
    choose(officer, [number])
    officer.work()
    (row,) = asked(stage)

    def away(*_args: object, **_more: object) -> bytes:
        raise TryLater("NoSuchToken")

    monkeypatch.setattr(Sealer, "seal", away)
    officer.sign([row.ref])
    found = []
    for minutes in (0, 14, 2):
        moved_clock.by(minutes=minutes)
        with stage.db() as db:
            found.append(queries.unsealed_since(db, clock.now() - UNSEALED))
    assert found == [0, 0, 1] and state(stage, number) is Status.ALLOTTED


def test_a_decision_that_is_waited_for_is_signed_by_e_sign_as_well(
    stage: Stage, outside: Outside
) -> None:
    outside.world.reset()
    ((_file, number),) = approved(stage, by=SealsWith.SIGNED_DECISION)
    officer = Esigner(stage, outside, stage.client("officer"))
    fields = form_fields(officer.client.get("/decisions").text, number=number, means="esign")
    begun = officer.client.post("/decisions", data=fields)
    officer.work()
    assert "Signed." in officer.sign(begun.location, "specimen-13")
    officer.work()
    assert state(stage, number) is Status.ISSUED


def test_a_certificate_of_a_token_waits_for_nothing_else(stage: Stage, officer: Holder) -> None:
    ((file, number),) = approved(stage)
    refused = choose(officer, [number], "esign")
    assert refused.status_code == 409 and "own token" in refused.text
    assert choose(officer, ["NOT-A-NUMBER"]).status_code == 409
    other = Holder(stage, name="Invented Stranger Zubin", who="officer")
    choose(other, [number])
    other.work()
    (row,) = asked(stage)
    assert other.ask(row.ref).status_code == 422
    assert state(stage, number) is Status.ALLOTTED and file


def test_what_was_voided_meanwhile_is_not_issued(stage: Stage, officer: Holder) -> None:
    ((file, number),) = approved(stage)
    choose(officer, [number])
    officer.work()
    (row,) = asked(stage)
    (item,) = officer.items(officer.ask(row.ref).json["request"])
    stage.do(actions.void, stage.actor("supervisor"), file, "A test voids it.")
    officer.bring({row.ref: officer.signed(item.to_be_signed)})
    officer.work()
    assert state(stage, number) is Status.VOID
    with stage.db() as db:
        assert db.query(CertificateFile).count() == 0


def test_a_list_whose_time_ended_is_signed_anew(
    stage: Stage, officer: Holder, moved_clock: MovedClock
) -> None:
    ((_file, number),) = approved(stage)
    begun = choose(officer, [number])
    officer.work()
    moved_clock.to(clock.now() + timedelta(minutes=31))
    assert "was not signed" in officer.client.get(begun.location).text
    officer.client = stage.client("officer")
    assert "Not signed" not in signed(officer, [number])
    officer.work()
    assert state(stage, number) is Status.ISSUED


def test_another_officers_decisions_are_not_mine(stage: Stage, officer: Holder) -> None:
    _file, number = stage.issued()
    other = Holder(stage, name=stage.actor("supervisor").name, who="supervisor")
    assert number not in other.client.get("/decisions").text
    assert choose(other, [number]).status_code == 409
    assert number in officer.client.get("/decisions").text
