"""Aadhaar e-sign through the sandbox's provider: the whole way, and every way it may fail."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.signing.lifecycle import FileKind, Status
from portal.signing.models import SignFile, SignRequest
from portal.signing.rules.outcomes import Outcome
from tests.build import Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.signing.esigner import Esigner

ASHA, BHANU, STRANGER = "specimen-2", "specimen-1", "specimen-12"


@pytest.fixture
def esigner(stage: Stage, outside: Outside) -> Esigner:
    """The owner of the sample rice mill, signed in."""
    outside.world.reset()
    return Esigner(stage, outside, stage.client("owner"))


def request(stage: Stage) -> SignRequest:
    with stage.db() as db:
        query = select(SignRequest).order_by(SignRequest.id.desc()).limit(1)
        found: SignRequest = db.scalars(query).one()
    return found


def signed_files(stage: Stage) -> list[SignFile]:
    with stage.db() as db:
        return list(db.scalars(select(SignFile).where(SignFile.kind == FileKind.SIGNED)))


def test_the_whole_way_ends_in_a_signed_file(esigner: Esigner) -> None:
    path = esigner.begin_test()
    shown = esigner.client.get(path).text
    assert "Invented Owner Asha" in shown and request(esigner.stage).digest[:16] in shown
    page = esigner.sign(path)
    assert "Signed." in page and "Invented Owner Asha" in page
    row = request(esigner.stage)
    assert (row.status, row.signer_name) == (Status.SIGNED, "Invented Owner Asha")
    assert row.consent and row.consented_at and row.address
    file = esigner.client.get(f"{path}/file")
    assert file.data.startswith(b"%PDF") and len(signed_files(esigner.stage)) == 1


FAULTS = {
    "cancel": (Status.FAILED, Outcome.CANCELLED),
    "otp_wrong": (Status.FAILED, Outcome.PROVIDER_REFUSED),
    "unknown_error": (Status.FAILED, Outcome.PROVIDER_REFUSED),
    "stale_ts": (Status.FAILED, Outcome.PROVIDER_REFUSED),
    "duplicate_txn": (Status.FAILED, Outcome.PROVIDER_REFUSED),
    "wrong_hash": (Status.FAILED, Outcome.OTHER_DOCUMENT),
    "other_signer": (Status.FAILED, Outcome.NOT_TRUSTED),
    "expired_certificate": (Status.FAILED, Outcome.NOT_TRUSTED),
    "foreign_ca": (Status.FAILED, Outcome.NOT_TRUSTED),
    "other_policy": (Status.FAILED, Outcome.NOT_TRUSTED),
    "name_mismatch": (Status.FAILED, Outcome.NAME_DIFFERS),
    "extra_signature": (Status.FAILED, Outcome.CANNOT_READ),
    "missing_signature": (Status.FAILED, Outcome.CANNOT_READ),
    "cms_large": (Status.FAILED, Outcome.CANNOT_READ),
    "old_answer": (Status.FAILED, Outcome.TOO_OLD),
    # Not proven to be the provider's: nothing changes, and a true answer may still come.
    "tampered": (Status.SENT, None),
    "wrong_key": (Status.SENT, None),
    "sha1": (Status.SENT, None),
    "xxe": (Status.SENT, None),
    "garbage": (Status.SENT, None),
    "captured_sha1": (Status.SENT, None),
    # About somebody else's transaction, or about none.
    "other_txn": (Status.SENT, None),
}
GOOD = ("cms_8k", "double", "captured_keyinfo", "captured_indented")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_releases_nothing_loses_nothing_and_a_second_try_works(
    esigner: Esigner, fault: str
) -> None:
    status, outcome = FAULTS[fault]
    path = esigner.begin_test()
    esigner.switch(fault)
    esigner.bring_back(esigner.answered(path, ASHA))
    esigner.work()
    row = request(esigner.stage)
    assert (row.status, row.outcome) == (status, outcome or "")
    assert signed_files(esigner.stage) == []
    assert esigner.client.get(f"{path}/file").status_code == 404
    page = esigner.client.get(path).text
    assert "Signed." not in page
    if outcome:
        assert "Not signed." in page and "nothing is lost" in page
    esigner.switch("none")
    if status is Status.SENT:
        esigner.client.post(f"{path}/cancellation", data=form_fields(page))
    assert "Signed." in esigner.sign(esigner.begin_test())


@pytest.mark.parametrize("fault", GOOD)
def test_an_odd_but_good_answer_is_taken(esigner: Esigner, fault: str) -> None:
    path = esigner.begin_test()
    esigner.switch(fault)
    assert "Signed." in esigner.sign(path)


def test_both_names_are_shown_where_they_differ(esigner: Esigner) -> None:
    page = esigner.sign(esigner.begin_test(), STRANGER)
    assert "Invented Owner Asha" in page and "Invented Stranger Zubin" in page
    assert "bears another name" in page


@pytest.mark.parametrize("fault", ["silent", "late"])
def test_an_answer_that_the_browser_never_brings_is_fetched(
    esigner: Esigner, moved_clock: MovedClock, fault: str
) -> None:
    path = esigner.begin_test()
    esigner.switch(fault)
    esigner.at_provider(esigner.consent(path), ASHA)
    moved_clock.to(clock.now() + timedelta(minutes=5))
    esigner.work()
    esigner.work()
    assert "Signed." in esigner.client.get(path).text


def test_without_any_answer_it_ends_and_the_page_says_so(
    esigner: Esigner, moved_clock: MovedClock
) -> None:
    path = esigner.begin_test()
    esigner.switch("outage")
    esigner.consent(path)
    moved_clock.to(clock.now() + timedelta(minutes=5))
    esigner.work()
    assert request(esigner.stage).status is Status.SENT
    moved_clock.to(clock.now() + timedelta(minutes=40))
    esigner.work()
    assert request(esigner.stage).status is Status.EXPIRED
    assert "No answer came in time" in esigner.client.get(path).text


def test_an_answer_after_giving_up_is_not_used(esigner: Esigner) -> None:
    path = esigner.begin_test()
    message = esigner.answered(path, ASHA)
    page = esigner.client.get(path).text
    assert esigner.client.post(f"{path}/cancellation", data=form_fields(page)).status_code == 303
    esigner.bring_back(message)
    esigner.work()
    assert request(esigner.stage).status is Status.CANCELLED
    assert signed_files(esigner.stage) == []


def test_the_same_answer_twice_signs_once(esigner: Esigner) -> None:
    path = esigner.begin_test()
    message = esigner.answered(path, ASHA)
    for _ in range(2):
        assert esigner.bring_back(message).location == path
        esigner.work()
    assert len(signed_files(esigner.stage)) == 1
    assert esigner.bring_back(message).status_code == 303


def test_another_persons_request_is_not_found(esigner: Esigner) -> None:
    path = esigner.begin_test()
    other = esigner.stage.client("stranger")
    fields = form_fields(other.get("/signatures").text)
    assert other.get(path).status_code == 404
    for act in ("consent", "cancellation"):
        assert other.post(f"{path}/{act}", data=fields).status_code == 404
    assert other.get(f"{path}/file").status_code == 404


def test_a_prepared_file_that_was_changed_is_not_signed(esigner: Esigner) -> None:
    path = esigner.begin_test()
    message = esigner.answered(path, ASHA)
    with esigner.stage.db() as db:
        key = db.scalars(select(SignFile.storage_key)).one()
    folder = esigner.stage.portal.settings.data_dir / "files" / key
    folder.write_bytes(folder.read_bytes() + b"%junk")
    esigner.bring_back(message)
    esigner.work()
    row = request(esigner.stage)
    assert (row.status, row.outcome) == (Status.FAILED, Outcome.CHANGED_HERE)


def test_what_is_no_answer_is_refused_without_a_trace(esigner: Esigner) -> None:
    client = esigner.stage.app.test_client()
    for content in (b"", b"<EsignResp/>", b"\xff\xfe", b"<a>" * 1000, b"x" * 300_000):
        file = {"msg": (io.BytesIO(content), "msg")}
        answer = client.post("/e-sign/answer", data=file, content_type="multipart/form-data")
        assert answer.status_code == 400, content[:20]
        assert "was not used" in answer.text
    assert client.post("/e-sign/answer").status_code == 400
