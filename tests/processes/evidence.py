"""What came of a file, as its exporter, the public and the database tell."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.sweeps import NAMED_BY
from portal.agencies.models import Series
from portal.certificates.lifecycle import Level, Status
from portal.certificates.models import Certificate, CertificateFile
from portal.core.outbox import OutboxRow
from portal.filing.models import Application
from portal.kit import Kit
from portal.proof import all_faults
from portal.sandbox import demo
from portal.sandbox.shipments import Shipment
from portal.sandbox.visitor import Visitor
from portal.signing.proving import lasting_facts
from portal.signing.sealing import read_seals
from portal.wallet import ledger
from portal.wallet.models import Posting, Transfer, TransferKind
from tests.processes.filed import Office
from tests.processes.running import until

ISSUE = "jobs.certificates.issue_certificate"
LAST = "jobs.certificates.make_lasting"
FEE_PAISE = 20_000


def prove_issued(office: Office, shipment: Shipment, number: str) -> None:
    """The certificate can be downloaded, it verifies, and everything about it happened once."""
    exporter = office.visitor(shipment.exporter)
    pdf = demo.await_certificate(exporter, number)
    certificate, code = demo.read_certificate(exporter, number)
    public = Visitor(office.base)
    page = public.get("/verify")
    typed = public.send(page, "/verify", {"number": certificate, "code": code})
    uploaded = public.send(page, "/verify/file", files={"file": ("c.pdf", pdf)})
    assert "Valid:" in typed.text and "Valid:" in uploaded.text
    roots = [file.read_bytes() for file in office.running.settings.trust_dir.glob("*.pem")]
    (seal,) = read_seals(pdf, roots, datetime.now(UTC) + timedelta(days=1))
    assert seal.intact and seal.trusted and seal.covers_whole_file
    with office.sessions() as db:
        _prove_once(db, number, certificate)
    until(lambda: is_done(office, number), 10, "the row of the job done")
    prove_lasting(office, exporter, number, pdf)
    prove_sound(office)


def prove_lasting(office: Office, exporter: Visitor, number: str, before: bytes) -> None:
    """The file gets long-term data once; what was downloaded before is its beginning."""
    until(lambda: is_done(office, number, LAST), 30, "the row of the lasting job done")
    after = demo.await_certificate(exporter, number)
    assert after.startswith(before)
    roots = [file.read_bytes() for file in office.running.settings.trust_dir.glob("*.pem")]
    at = datetime.now(UTC) + clock_offset(office)
    (found,) = lasting_facts(after, trust_roots=roots, crls=(), at=at)
    assert found.good
    with office.sessions() as db:
        levels = select(CertificateFile.level).join(Certificate).join(Application)
        found_levels = db.scalars(levels.where(Application.number == number)).all()
    assert sorted(found_levels) == [Level.LASTING, Level.SEALED]


def clock_offset(office: Office) -> timedelta:
    """How far the portal's clock is moved."""
    file = office.running.data_dir / "clock"
    return timedelta(seconds=float(file.read_text()) if file.exists() else 0.0)


def prove_sound(office: Office) -> None:
    """What `flask verify-all` proves, and that the numbers of certificates have no gap."""
    with office.sessions() as db:
        assert list(all_faults(db, Kit(office.running.settings))) == []
        assert ledger.total_paise(db) == 0
        given = db.scalar(select(func.sum(Series.last)).where(Series.kind == "CoO"))
        assert db.scalar(select(func.count(Certificate.id))) == (given or 0)


def application(office: Office, ref: str) -> Application:
    """An application by its first reference or its number."""
    with office.sessions() as db:
        both = (Application.ref == ref) | (Application.number == ref)
        return db.scalars(select(Application).where(both)).one()


def seal_of(office: Office, number: str) -> Status | None:
    """The status of the newest certificate of a file, None before a number was allotted."""
    query = (
        select(Certificate.status)
        .join(Application, Application.id == Certificate.application_id)
        .where(Application.number == number)
        .order_by(Certificate.id.desc())
    )
    with office.sessions() as db:
        return db.scalar(query.limit(1))


def task_of(office: Office, number: str, job: str = ISSUE) -> OutboxRow | None:
    """The row of a job about the file's newest number, once the fact was expanded."""
    query = (
        select(OutboxRow)
        .join(Certificate, Certificate.number == OutboxRow.ref)
        .join(Application, Application.id == Certificate.application_id)
        .where(OutboxRow.job == job, Application.number == number)
        .order_by(OutboxRow.id.desc())
    )
    with office.sessions() as db:
        return db.scalars(query.limit(1)).first()


def is_done(office: Office, number: str, job: str = ISSUE) -> bool:
    """Whether the row of the job is done."""
    row = task_of(office, number, job)
    return row is not None and row.done_at is not None


def waits(office: Office, number: str) -> bool:
    """Whether the job stands in the queue, among whatever else stands there."""
    row, queue = task_of(office, number), Kit(office.running.settings).queue
    told = [job.description for job in queue._queue.jobs]
    return row is not None and f"{ISSUE} {row.ref}" in told


def has_failed(office: Office, number: str, tries: int) -> bool:
    """Whether the job failed `tries` times and nobody holds it now."""
    row = task_of(office, number)
    return row is not None and row.tries == tries and row.leased_until is None


def was_said(office: Office, event: str, number: str) -> bool:
    """Whether the portal's own worker logged `event` about the file's certificate."""
    row = task_of(office, number)
    lines = [line for line in office.running.said.splitlines() if f"event={event}" in line]
    return row is not None and any(row.ref in line for line in lines)


def orphans(office: Office) -> frozenset[str]:
    """The files that no row names; one that is just being written is among them for a moment."""
    with office.sessions() as db:
        named = {key for column in NAMED_BY.values() for key in db.scalars(select(column))}
    stored = Kit(office.running.settings).store.keys()
    return frozenset(key for key, _age in stored if key not in named)


def age_files(office: Office, hours: float) -> None:
    """Let every file of the store look `hours` old."""
    then = time.time() - 3600 * hours
    for key, _age in list(Kit(office.running.settings).store.keys()):
        os.utime(office.running.data_dir / "files" / key, (then, then))


def _prove_once(db: Session, number: str, certificate: str) -> None:
    file = db.scalars(select(Application).where(Application.number == number)).one()
    rows = db.scalars(select(Certificate).where(Certificate.application_id == file.id))
    live = [row for row in rows if row.status is not Status.VOID]
    assert [(row.number, row.status) for row in live] == [(certificate, Status.ISSUED)]
    files = select(func.count(CertificateFile.id)).where(CertificateFile.level == Level.SEALED)
    assert db.scalar(files.where(CertificateFile.certificate_id == live[0].id)) == 1
    moved = select(Transfer.kind, Posting.amount_paise).join(
        Posting, Posting.transfer_id == Transfer.id
    )
    assert sorted(db.execute(moved.where(Transfer.ref == number)).all()) == [
        (TransferKind.CAPTURE, FEE_PAISE),
        (TransferKind.HOLD, FEE_PAISE),
    ]
