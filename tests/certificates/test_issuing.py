"""From approval to the issued certificate, and the way back when the seal does not come."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobs.task import JobFailed
from portal.certificates import actions, queries
from portal.certificates.lifecycle import Status
from portal.core import outbox
from portal.core.errors import Forbidden, NotOpen
from portal.core.refs import is_well_formed
from portal.filing.models import Application
from portal.filing.queries import application_for
from portal.proof import all_faults
from portal.wallet import queries as wallet
from tests.build import Stage


def test_an_approved_file_is_issued_sealed_and_paid(stage: Stage) -> None:
    number, certificate = stage.issued()
    with stage.db() as db:
        file = application_for(db, stage.actor("owner"), number)
        found = queries.live_certificate(db, file.id)
        assert found is not None
        assert (found.number, found.status) == (certificate, Status.ISSUED)
        assert stage.portal.kit.store.get(queries.file_of(db, found.id).storage_key)[:5] == b"%PDF-"
        balances = wallet.balances(db, stage.actor("owner"))
        assert (balances.available, balances.held) == (180_000, 0)
        assert list(all_faults(db, stage.portal.kit)) == []
    assert is_well_formed(certificate)


def test_a_job_that_runs_twice_issues_once(stage: Stage) -> None:
    number, certificate = stage.approved()
    from portal.certificates.issuing import issue_certificate

    for _ in range(2):
        with stage.db() as db:
            issue_certificate(db, stage.portal.kit, 1, certificate)
    with stage.db() as db:
        file = application_for(db, stage.actor("owner"), number)
        assert len(queries.certificates_of(db, file.id)) == 1
        assert list(all_faults(db, stage.portal.kit)) == []


def test_a_voided_number_stays_and_the_file_gets_the_next_one(stage: Stage) -> None:
    number, first = stage.approved()
    with pytest.raises(Forbidden):
        stage.do(actions.void, stage.actor("officer"), number, "The key is lost")
    stage.do(actions.void, stage.actor("supervisor"), number, "The key is lost")
    assert stage.run_jobs() == 1
    second = stage.do(actions.approve, stage.actor("officer"), number, stage.addresses())
    stage.run_jobs()
    assert first != second
    with stage.db() as db:
        states = {c.number: c.status for c in queries.certificates_of(db, 1)}
        assert states == {first: Status.VOID, second: Status.ISSUED}
        assert list(all_faults(db, stage.portal.kit)) == []


def test_an_issued_certificate_cannot_be_voided(stage: Stage) -> None:
    number, _certificate = stage.issued()
    with pytest.raises(NotOpen):
        stage.do(actions.void, stage.actor("supervisor"), number, "Too late")


def test_a_seal_that_fails_keeps_number_and_hold_and_is_tried_again(stage: Stage) -> None:
    _number, certificate = stage.approved()
    key = next((stage.portal.settings.data_dir / "seal-keys").glob("spcc-del-1.p12"))
    hidden = key.rename(key.with_suffix(".away"))
    with pytest.raises(JobFailed):
        stage.run_jobs()
    with stage.db() as db:
        waiting = outbox.waiting(db)
        assert [row.ref for row in waiting] == [certificate]
        assert waiting[0].last_error
        assert db.scalars(select(Application.status)).one().value == "approved"
    hidden.rename(key)
