"""A signed file gets its long-term proof while the certificate of half an hour still holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.sweeps import sweep_orphans
from portal.core import audit, clock, outbox
from portal.core.outbox import OutboxRow
from portal.dashboard.queries import alarms
from portal.kit import Kit
from portal.proof import all_faults
from portal.sandbox.authority import CA, crl, revoke
from portal.sandbox.trust import CrlFault, StampFault
from portal.signing import actions, archiving
from portal.signing.esign_xml import read_response
from portal.signing.lifecycle import FileKind, Status
from portal.signing.models import SignFile, SignRequest
from portal.signing.proving import lasting_facts
from portal.signing.rules.outcomes import Outcome
from portal.signing.sealing import certificate_facts
from tests.build import Stage
from tests.conftest import MovedClock, Outside
from tests.signing.esigner import Esigner
from tests.signing.holder import Holder
from tests.signing.programs import OtherPrograms, stock_indication
from tests.tools import need

ASHA = "specimen-2"
JOB = "jobs.signing.finish"


@pytest.fixture
def esigner(stage: Stage, outside: Outside) -> Esigner:
    """The owner of the sample rice mill, signed in."""
    outside.world.reset()
    return Esigner(stage, outside, stage.client("owner"))


def request(stage: Stage) -> SignRequest:
    with stage.db() as db:
        found: SignRequest = db.scalars(select(SignRequest).order_by(SignRequest.id.desc())).first()
    return found


def files(stage: Stage) -> list[SignFile]:
    """The signed versions, oldest first."""
    with stage.db() as db:
        rows = select(SignFile).where(SignFile.kind != FileKind.PREPARED)
        return list(db.scalars(rows.order_by(SignFile.id)))


def content(stage: Stage, version: SignFile) -> bytes:
    found: bytes = stage.portal.kit.store.get(version.storage_key)
    return found


def waiting(stage: Stage) -> list[OutboxRow]:
    with stage.db() as db:
        return [row for row in outbox.waiting(db) if row.job == JOB]


def proven(stage: Stage, pdf: bytes) -> bool:
    kit, now = stage.portal.kit, clock.now()
    lists = kit.crls.current(now)
    facts = lasting_facts(pdf, trust_roots=kit.trust_roots, crls=lists, at=now)
    return [one.good for one in facts] == [True]


def faults(stage: Stage) -> list[str]:
    with stage.db() as db:
        return list(all_faults(db, stage.portal.kit))


def test_a_signed_application_is_proven_when_its_half_hour_is_long_over(
    esigner: Esigner, moved_clock: MovedClock, tmp_path: Path
) -> None:
    need("pdfsig", "qpdf", "openssl", "certutil")
    stage, ref = esigner.stage, esigner.stage.draft()
    assert "Signed." in esigner.sign(esigner.begin(ref), ASHA)
    signed, lasting = files(stage)
    assert (signed.kind, lasting.kind) == (FileKind.SIGNED, FileKind.LASTING)
    assert lasting.based_on_id == signed.id and waiting(stage) == []
    before, after = content(stage, signed), content(stage, lasting)
    assert after.startswith(before)
    assert esigner.client.get(f"/applications/{ref}/signed").data == after
    moved_clock.by(minutes=30, hours=3)
    assert proven(stage, after) and not proven(stage, before)
    others = OtherPrograms(tmp_path, stage.portal.kit.trust_roots)
    for pdf in (before, after):
        said = others.pdfsig(pdf).partition("Signature #2")[0]
        assert "Signature is Valid" in said
        assert "Verification successful" in others.openssl(pdf)
        assert "No syntax or stream encoding errors" in others.qpdf(pdf)
    assert "Total document signed" in others.pdfsig(before)
    assert faults(stage) == []


def test_what_a_token_signed_is_proven_when_its_certificate_is_long_over(
    esigner: Esigner, moved_clock: MovedClock, tmp_path: Path
) -> None:
    need("pdfsig", "qpdf", "openssl", "certutil")
    stage, holder = esigner.stage, Holder(esigner.stage)
    ref = holder.begin()
    holder.sign([ref])
    signed, lasting = files(stage)
    assert (signed.kind, lasting.kind) == (FileKind.SIGNED, FileKind.LASTING)
    before, after = content(stage, signed), content(stage, lasting)
    moved_clock.by(hours=3 * 365 * 24)  # tokens last two years
    assert alone(stage, after) and not alone(stage, before)
    others = OtherPrograms(tmp_path, stage.portal.kit.trust_roots)
    assert "Signature is Valid" in others.pdfsig(after)
    assert "No syntax or stream encoding errors" in others.qpdf(after)
    assert "Verification successful" in others.openssl(before)


def alone(stage: Stage, pdf: bytes) -> bool:
    """Whether it is proven by what lies in it and the root's list for its time stamper."""
    kit, now = stage.portal.kit, clock.now()
    lists = [crl(kit.settings.data_dir / "authority", CA.ROOT, now)]
    facts = lasting_facts(pdf, trust_roots=kit.trust_roots, crls=lists, at=now)
    return [one.good for one in facts] == [True]


def test_pyhankos_own_procedure_passes_as_well_where_it_finds_a_stamp_inside(
    esigner: Esigner, moved_clock: MovedClock
) -> None:
    stage = esigner.stage
    esign = replace(stage.portal.settings.esign, response_type="pkcs7complete")
    settings = replace(stage.portal.settings, esign=esign)
    stage.app.extensions["portal"] = replace(stage.portal, settings=settings, kit=Kit(settings))
    esigner.sign(esigner.begin_test())
    signed, lasting = (content(stage, one) for one in files(stage))
    moved_clock.by(minutes=30, hours=3)
    folder, now = settings.data_dir / "authority", clock.now()
    root, lists = (folder / "specimen-root.pem").read_bytes(), crl(folder, CA.ROOT, now)
    assert stock_indication(lasting, root, lists, now) == "OK"
    assert stock_indication(signed, root, lists, now) != "OK"
    assert proven(stage, lasting)


def test_the_page_gives_out_the_newest_version_and_each_digest_is_known(esigner: Esigner) -> None:
    path = esigner.begin_test()
    esigner.sign(path)
    signed, lasting = files(esigner.stage)
    assert esigner.client.get(f"{path}/file").data == content(esigner.stage, lasting)
    with esigner.stage.db() as db:
        facts = " ".join(
            db.scalars(select(audit.AuditRow.facts).where(audit.AuditRow.act.like("signing.%")))
        )
    assert signed.sha256 in facts and lasting.sha256 in facts
    assert sweep_orphans(esigner.stage.portal, clock.today()) == 0


@pytest.mark.parametrize("fault", [StampFault.OUTAGE, StampFault.WRONG_IMPRINT])
def test_while_the_time_stamper_is_away_it_is_signed_and_proven_later(
    esigner: Esigner, outside: Outside, moved_clock: MovedClock, fault: StampFault
) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    outside.world.trust.stamp_fault = fault
    assert "Signed." in esigner.sign(path)
    plain = esigner.client.get(f"{path}/file").data
    for _ in range(outbox.MAX_TRIES + 2):
        moved_clock.by(minutes=2)
        stage.run_jobs()
    (row,) = waiting(stage)
    assert row.tries < outbox.MAX_TRIES and "time stamper" in row.last_error
    assert [one.kind for one in files(stage)] == [FileKind.SIGNED] and faults(stage) == []
    outside.world.trust.reset()
    moved_clock.by(minutes=2)
    stage.run_jobs()
    assert waiting(stage) == []
    after = esigner.client.get(f"{path}/file").data
    assert after.startswith(plain)
    moved_clock.by(hours=3)
    assert proven(stage, after)


@pytest.mark.parametrize("fault", [CrlFault.OUTAGE, CrlFault.STALE])
def test_without_lists_it_is_signed_and_proven_later(
    esigner: Esigner, outside: Outside, moved_clock: MovedClock, fault: CrlFault
) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    outside.world.trust.crl_fault = fault
    assert "Signed." in esigner.sign(path)
    assert [one.kind for one in files(stage)] == [FileKind.SIGNED] and len(waiting(stage)) == 1
    outside.world.trust.reset()
    moved_clock.by(minutes=2)
    stage.run_jobs()
    assert [one.kind for one in files(stage)] == [FileKind.SIGNED, FileKind.LASTING]
    assert proven(stage, esigner.client.get(f"{path}/file").data)


def test_the_alarm_shows_before_the_certificate_ends_and_the_file_stays(
    esigner: Esigner, outside: Outside, moved_clock: MovedClock
) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    outside.world.trust.stamp_fault = StampFault.OUTAGE
    esigner.sign(path)
    assert late(stage) == 0
    ends_at = request(stage).signer_ends_at
    assert ends_at is not None
    moved_clock.by(minutes=21)
    assert clock.now() < ends_at and late(stage) == 1
    health = stage.client().get("/healthz").json
    assert health["proofs"]["signatures_late"] == 1  # type: ignore[index]
    page = stage.client("directorate").get("/dashboard").text
    assert "Signatures that may stay without long-term proof" in page
    outside.world.trust.reset()
    moved_clock.by(minutes=20)
    stage.run_jobs()
    assert waiting(stage) == [] and late(stage) == 1
    assert [one.kind for one in files(stage)] == [FileKind.SIGNED]
    assert "expired" in trail(stage, "signing.left_unproven")
    assert esigner.client.get(f"{path}/file").status_code == 200
    moved_clock.by(days=2)
    assert late(stage) == 0 and faults(stage) == []


def test_a_proof_that_came_in_time_ends_the_alarm(
    esigner: Esigner, outside: Outside, moved_clock: MovedClock
) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    outside.world.trust.stamp_fault = StampFault.OUTAGE
    esigner.sign(path)
    moved_clock.by(minutes=22)
    assert late(stage) == 1
    outside.world.trust.reset()
    stage.run_jobs()
    assert late(stage) == 0


def test_a_revoked_signers_answer_is_refused_and_nothing_is_released(esigner: Esigner) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    message = esigner.answered(path, ASHA)
    take_back(stage, message)
    esigner.bring_back(message)
    esigner.work()
    row = request(stage)
    assert (row.status, row.outcome) == (Status.FAILED, Outcome.REVOKED)
    assert files(stage) == [] and waiting(stage) == []
    assert "was revoked by those who issued it" in esigner.client.get(path).text
    assert esigner.client.get(f"{path}/file").status_code == 404
    assert "Signed." in esigner.sign(esigner.begin_test())


def test_a_revocation_that_shows_when_the_lists_are_back_leaves_no_proof(
    esigner: Esigner, outside: Outside, moved_clock: MovedClock
) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    message = esigner.answered(path, ASHA)
    take_back(stage, message)
    outside.world.trust.crl_fault = CrlFault.OUTAGE
    esigner.bring_back(message)
    esigner.work()
    outside.world.trust.reset()
    moved_clock.by(minutes=2)
    stage.run_jobs()
    assert [one.kind for one in files(stage)] == [FileKind.SIGNED]
    assert "revoked" in trail(stage, "signing.left_unproven")


def test_of_two_jobs_at_once_the_second_keeps_nothing(esigner: Esigner) -> None:
    stage = esigner.stage
    esigner.sign(esigner.begin_test())
    signed, lasting = files(stage)
    ref = request(stage).ref
    facts = {"based_on": signed.id, "key": "signing/late", "content": b"late"}
    assert stage.do(actions.keep_lasting, 1, ref, **facts) is False
    with stage.db() as db:
        archiving.make_lasting(db, stage.portal.kit, 1, ref)
    assert [one.id for one in files(stage)] == [signed.id, lasting.id]


def test_verify_all_finds_a_version_that_is_not_what_it_says(esigner: Esigner) -> None:
    stage = esigner.stage
    esigner.sign(esigner.begin_test())
    path = stage.portal.settings.data_dir / "files" / files(stage)[-1].storage_key
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 something else")
    found = "\n".join(faults(stage))
    assert "was changed" in found and "does not begin with" in found


def late(stage: Stage) -> int:
    """How many signatures the alarm names."""
    with stage.db() as db:
        found = alarms(db, stage.portal.kit)
    assert found.is_urgent is (found.signatures_late > 0)
    return found.signatures_late


def trail(stage: Stage, act: str) -> str:
    """The facts of the newest row of an act."""
    with stage.db() as db:
        rows = select(audit.AuditRow.facts).where(audit.AuditRow.act == act)
        return str(db.scalars(rows.order_by(audit.AuditRow.id.desc())).first())


def take_back(stage: Stage, message: str) -> None:
    """The e-sign authority revokes the certificate of an answer."""
    certificate = stage.portal.kit.provider.provider_certificate.read_bytes()
    signer = certificate_facts(read_response(message.encode(), certificate).certificate)
    folder = stage.portal.settings.data_dir / "authority"
    revoke(folder, CA.ESIGN, int(signer.serial, 16), clock.now())
