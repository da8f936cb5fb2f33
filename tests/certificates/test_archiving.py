"""An issued certificate gets its long-term data within a day, whatever is away meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from jobs.lasting import look_after, read_seal_keys
from jobs.sweeps import sweep_orphans
from jobs.task import JobFailed
from portal.agencies.models import Office
from portal.certificates import actions, archiving, queries
from portal.certificates.lifecycle import Level, Status
from portal.certificates.models import Certificate, CertificateFile
from portal.core import clock, outbox
from portal.core.errors import TryLater
from portal.core.outbox import OutboxRow
from portal.dashboard.queries import alarms
from portal.proof import all_faults
from portal.sandbox.authority import CA, revoke
from portal.sandbox.trust import CrlFault, StampFault
from portal.signing.examining import Examined
from portal.signing.proving import lasting_facts
from portal.signing.sealing import Sealer, certificate_facts, read_seals
from portal.verification.queries import Verdict, by_content
from tests.build import Stage
from tests.conftest import MovedClock, Outside

JOB = "jobs.certificates.make_lasting"


def versions(stage: Stage) -> list[CertificateFile]:
    with stage.db() as db:
        return list(db.scalars(select(CertificateFile).order_by(CertificateFile.id)))


def content(stage: Stage, version: CertificateFile) -> bytes:
    return stage.portal.kit.store.get(version.storage_key)


def waiting(stage: Stage) -> list[OutboxRow]:
    with stage.db() as db:
        return [row for row in outbox.waiting(db) if row.job == JOB]


def proven(stage: Stage, pdf: bytes) -> bool:
    kit, now = stage.portal.kit, clock.now()
    lists = kit.crls.current(now)
    facts = lasting_facts(pdf, trust_roots=kit.trust_roots, crls=lists, at=now)
    return [one.good for one in facts] == [True]


def test_an_issued_certificate_lasts_and_both_versions_are_ours(stage: Stage) -> None:
    file, number = stage.issued()
    stage.run_jobs()
    sealed, lasting = versions(stage)
    assert (sealed.level, lasting.level) == (Level.SEALED, Level.LASTING)
    assert lasting.based_on_id == sealed.id
    before, after = content(stage, sealed), content(stage, lasting)
    assert after.startswith(before) and proven(stage, after)
    with stage.db() as db:
        for pdf in (before, after):
            result = by_content(db, pdf, lambda _pdf: Examined())
            assert (result.verdict, result.number) == (Verdict.VALID, number)
        assert list(all_faults(db, stage.portal.kit)) == []
    owner = stage.client("owner")
    assert "the proof is renewed before then" in owner.get(f"/applications/{file}/certificate").text
    downloaded = owner.get(f"/applications/{file}/certificate.pdf")
    assert downloaded.data == after
    assert read_seals(after, stage.portal.kit.trust_roots, clock.now())[0].good


def test_the_proof_holds_when_the_offices_key_is_long_over(
    stage: Stage, moved_clock: MovedClock
) -> None:
    stage.issued()
    stage.run_jobs()
    sealed, lasting = versions(stage)
    moved_clock.by(days=3 * 365)
    assert proven(stage, content(stage, lasting))
    assert not proven(stage, content(stage, sealed))


def test_a_job_that_runs_twice_adds_one_version(stage: Stage) -> None:
    _file, number = stage.issued()
    for _ in range(2):
        with stage.db() as db:
            archiving.make_lasting(db, stage.portal.kit, 1, number)
    assert len(versions(stage)) == 2


def test_of_two_jobs_at_once_the_second_keeps_nothing(stage: Stage) -> None:
    _file, number = stage.issued()
    stage.run_jobs()
    sealed, lasting = versions(stage)
    late = actions.Version("certificates/late", b"late", clock.now())
    facts = {"based_on": sealed.id, "version": late}
    assert stage.do(actions.keep_lasting, 1, number, **facts) is False
    assert [one.id for one in versions(stage)] == [sealed.id, lasting.id]


def test_the_database_refuses_a_second_successor_and_a_proof_without_base(stage: Stage) -> None:
    stage.issued()
    stage.run_jobs()
    sealed, _lasting = versions(stage)
    for based_on in (sealed.id, None):
        row = CertificateFile(
            certificate_id=sealed.certificate_id,
            storage_key=f"certificates/{based_on}",
            sha256="0" * 64,
            size=1,
            made_at=clock.now(),
            level=Level.LASTING,
            based_on_id=based_on,
        )
        with stage.db() as db:
            db.add(row)
            with pytest.raises(DBAPIError):
                db.commit()


@pytest.mark.parametrize("fault", [StampFault.OUTAGE, StampFault.GARBAGE, StampFault.WRONG_IMPRINT])
def test_while_the_time_stamper_is_away_certificates_are_issued_and_proven_later(
    stage: Stage, outside: Outside, moved_clock: MovedClock, fault: StampFault
) -> None:
    outside.world.trust.stamp_fault = fault
    stage.issued()
    for _ in range(outbox.MAX_TRIES + 2):  # a day of it uses up no tries
        stage.run_jobs()
        moved_clock.by(hours=2)
    assert len(versions(stage)) == 1
    (row,) = waiting(stage)
    assert row.tries < outbox.MAX_TRIES and "time stamper" in row.last_error
    with stage.db() as db:
        found = alarms(db, stage.portal.kit)
        assert (found.waiting, found.late, found.is_urgent) == (1, 1, True)
        assert outbox.stuck(db) == []
    outside.world.trust.reset()
    stage.run_jobs()
    assert proven(stage, content(stage, versions(stage)[-1]))
    assert waiting(stage) == []
    with stage.db() as db:
        assert alarms(db, stage.portal.kit).waiting == 0


@pytest.mark.parametrize("fault", [CrlFault.OUTAGE, CrlFault.STALE, CrlFault.GARBAGE])
def test_without_lists_the_job_waits_and_the_alarm_names_them(
    stage: Stage, outside: Outside, moved_clock: MovedClock, fault: CrlFault
) -> None:
    outside.world.trust.crl_fault = fault
    stage.issued()
    stage.run_jobs()
    assert len(versions(stage)) == 1 and len(waiting(stage)) == 1
    with stage.db() as db:
        found = alarms(db, stage.portal.kit)
        assert len(found.stale_lists) == 4 and found.late == 0 and not found.is_urgent
    outside.world.trust.reset()
    moved_clock.by(minutes=11)
    stage.run_jobs()
    assert len(versions(stage)) == 2
    with stage.db() as db:
        assert alarms(db, stage.portal.kit).stale_lists == ()


def test_what_was_issued_before_there_were_proofs_gets_one(stage: Stage) -> None:
    _file, number = stage.issued()
    stage.do(_forget_jobs)
    assert look_after(stage.portal) == 1
    assert look_after(stage.portal) == 0  # somebody waits for it
    stage.run_jobs()
    assert len(versions(stage)) == 2
    assert look_after(stage.portal) == 0
    with stage.db() as db:
        assert queries.newest_version(db, number).proven_until is not None


def test_a_proof_is_renewed_before_its_time_stampers_certificate_ends(
    stage: Stage, moved_clock: MovedClock
) -> None:
    stage.issued()
    stage.run_jobs()
    moved_clock.by(days=10 * 365 - 60)
    authority = stage.portal.settings.data_dir / "authority"
    assert look_after(stage.portal) == 0  # a stamp by the same certificate would win nothing
    (authority / "specimen-tsa-key.pem").unlink()
    stage.portal.kit.timestamper.stamp(bytes(32))
    assert look_after(stage.portal) == 1
    stage.run_jobs()
    _sealed, first, second = versions(stage)
    assert second.based_on_id == first.id
    moved_clock.by(days=50)
    assert proven(stage, content(stage, second))
    assert look_after(stage.portal) == 0
    with stage.db() as db:
        assert list(all_faults(db, stage.portal.kit)) == []


def test_a_certificate_whose_key_was_revoked_is_shown_and_not_lost(stage: Stage) -> None:
    stage.issued()
    key = stage.portal.kit.seal_keys.load("spcc-del-1")
    serial = int(certificate_facts(key.certificate).serial, 16)
    revoke(stage.portal.settings.data_dir / "authority", CA.ISSUER, serial, clock.now())
    with pytest.raises(JobFailed):
        stage.run_jobs()
    (row,) = waiting(stage)
    assert "revoked" in row.last_error
    assert len(versions(stage)) == 1


def test_verify_all_finds_a_version_that_is_not_what_it_says(stage: Stage) -> None:
    stage.issued()
    stage.run_jobs()
    _sealed, lasting = versions(stage)
    path = stage.portal.settings.data_dir / "files" / lasting.storage_key
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 something else")
    stage.do(_forget_proof)
    with stage.db() as db:
        found = "\n".join(all_faults(db, stage.portal.kit))
    assert "was changed" in found
    assert "does not begin with" in found
    assert "don't agree" in found


def test_the_night_keeps_both_versions(stage: Stage) -> None:
    stage.issued()
    stage.run_jobs()
    assert sweep_orphans(stage.portal, clock.today()) == 0
    assert all(content(stage, one) for one in versions(stage))


def test_health_tells_what_endangers_seals(stage: Stage, moved_clock: MovedClock) -> None:
    stage.issued()
    assert stage.client().get("/healthz").json["proofs"]["waiting"] == 1  # type: ignore[index]
    moved_clock.by(hours=21)
    said = stage.client().get("/healthz")
    assert said.status_code == 200
    assert said.json["status"] == "degraded"  # type: ignore[index]
    assert said.json["proofs"]["late"] == 1  # type: ignore[index]
    page = stage.client("directorate").get("/dashboard").text
    assert "Without long-term proof for 20 hours" in page
    assert "out of date" in page


def test_a_key_that_is_away_loses_nothing_and_is_told(
    stage: Stage, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stage.in_scrutiny()
    officer = stage.actor("officer")
    number = stage.do(actions.approve, officer, file, stage.addresses())

    def away(*_args: object, **_more: object) -> bytes:
        raise TryLater("NoSuchToken")

    with monkeypatch.context() as patch:
        patch.setattr(Sealer, "seal", away)
        for _ in range(outbox.MAX_TRIES + 2):
            stage.run_jobs()
            moved_clock.by(minutes=2)
        said = stage.client().get("/healthz").json
        assert said is not None and said["proofs"]["unsealed"] == 1 and not said["stuck"]
        assert "key for 15 minutes" in stage.client("directorate").get("/dashboard").text
    stage.run_jobs()
    with stage.db() as db:
        assert db.scalars(select(Certificate.status)).all() == [Status.ISSUED], number
    assert stage.client().get("/healthz").json["proofs"]["unsealed"] == 0  # type: ignore[index]


def test_a_key_that_ends_soon_is_told_with_its_days(stage: Stage, moved_clock: MovedClock) -> None:
    assert read_seal_keys(stage.portal, clock.today()) >= 3
    with stage.db() as db:
        assert alarms(db, stage.portal.kit).keys_end == ()
        ends_at = db.scalars(select(Office.seal_ends_at).where(Office.code == "DEL")).one()
    assert ends_at is not None
    page = stage.client("administrator").get("/agency").text
    assert "The seal key ends in" not in page
    moved_clock.to(ends_at)
    moved_clock.by(days=-7.5)
    page = stage.client("administrator").get("/agency").text
    assert "The seal key ends in 7 days" in page
    assert any(one["office"] for one in _health(stage)["keys_end"])  # type: ignore[attr-defined]
    moved_clock.by(days=8)
    assert "The seal key has ended" in stage.client("administrator").get("/agency").text


def test_a_key_that_can_not_be_read_keeps_no_other_from_it(stage: Stage) -> None:
    key = stage.portal.settings.data_dir / "seal-keys" / "spcc-del-1.p12"
    key.write_bytes(b"damaged")
    assert read_seal_keys(stage.portal, clock.today()) >= 2


def _health(stage: Stage) -> dict[str, object]:
    found: dict[str, object] = stage.client().get("/healthz").json["proofs"]  # type: ignore[index]
    return found


def _forget_jobs(db) -> None:  # type: ignore[no-untyped-def]
    db.execute(update(OutboxRow).values(done_at=clock.now()))


def _forget_proof(db) -> None:  # type: ignore[no-untyped-def]
    db.execute(update(Certificate).values(proven_until=None))
