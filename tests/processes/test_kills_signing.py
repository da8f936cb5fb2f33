"""Whatever is killed while somebody signs: one signed request and whole files, or a new try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from portal.core.failpoints import POINTS
from portal.core.outbox import OutboxRow
from portal.sandbox.esign.pages import CODE
from portal.sandbox.esign.people import people
from portal.sandbox.visitor import Answer, Visitor
from portal.signing.lifecycle import FileKind, Status
from portal.signing.models import SignFile, SignRequest
from portal.signing.proving import lasting_facts
from portal.signing.rules.outcomes import Outcome
from tests.processes.evidence import clock_offset, prove_sound
from tests.processes.filed import Office
from tests.processes.running import until
from tests.processes.test_kills import CUT_OFF, databases_for, everywhere, once
from tests.tools import is_full

POINTS_OF_ANSWERS = tuple(
    point for point in POINTS if point.startswith("signing.") and point != "signing.after_render"
)
# All points on both databases with MATRIX=full; else the two that hurt most.
EVERY_RUN = ("signing.after_store", "signing.after_commit")

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


def cases() -> list[tuple[str, str]]:
    """Which point is tried on which database."""
    points = POINTS_OF_ANSWERS if is_full() else EVERY_RUN
    return [(kind, p) for p in points for kind in databases_for(p == "signing.after_commit")]


@dataclass(frozen=True)
class Signing:
    """One request of the sample exporter, with the provider's pages beside."""

    office: Office
    person: Visitor
    path: str

    @property
    def ref(self) -> str:
        """The request's reference."""
        return self.path.rsplit("/", 1)[1]

    def row(self) -> SignRequest:
        """The request as the database has it."""
        with self.office.sessions() as db:
            return db.scalars(select(SignRequest).where(SignRequest.ref == self.ref)).one()

    def answered(self) -> Answer:
        """Consent here and there; the provider's last page, whose form brings the answer back."""
        until(lambda: self.row().status is Status.READY, 30, "the file is made ready")
        left = self.person.send(self.person.get(self.path), f"{self.path}/consent")
        browser = Visitor(self.office.base)
        who = next(one.id for one in people().values() if one.name == self.row().expected_name)
        page = browser.send(left, "/esign/2.1/signdoc")
        page = browser.send(page, "/esign/2.1/consent", {"person": who, "action": "send"})
        return browser.send(page, "/esign/2.1/otp", {"otp": CODE, "action": "sign"})

    def bring_back(self, page: Answer) -> Answer:
        """The browser brings the answer, without any cookie of the portal's."""
        return Visitor(self.office.base).send(page, "/e-sign/answer")

    def prove_signed(self) -> None:
        """One signature; its file and the lasting version are whole, each there once."""
        until(lambda: self.kinds()[-1:] == [FileKind.LASTING], 40, "the lasting version")
        assert self.row().status is Status.SIGNED
        assert self.kinds() == [FileKind.PREPARED, FileKind.SIGNED, FileKind.LASTING]
        until(lambda: self.open_jobs() == 0, 10, "the job is done")
        pdf = self.person.get(f"{self.path}/file").body
        roots = [one.read_bytes() for one in self.office.running.settings.trust_dir.glob("*.pem")]
        at = datetime.now(UTC) + clock_offset(self.office)
        (found,) = lasting_facts(pdf, trust_roots=roots, crls=(), at=at)
        assert found.good
        prove_sound(self.office)

    def kinds(self) -> list[FileKind]:
        """The files of the request, oldest first."""
        query = select(SignFile.kind).join(SignRequest, SignRequest.id == SignFile.request_id)
        with self.office.sessions() as db:
            rows = query.where(SignRequest.ref == self.ref).order_by(SignFile.id)
            return list(db.scalars(rows))

    def open_jobs(self) -> int:
        """How many jobs about the answer are not done."""
        query = select(func.count(OutboxRow.id)).where(
            OutboxRow.ref == self.ref, OutboxRow.job == "jobs.signing.finish"
        )
        with self.office.sessions() as db:
            return db.scalar(query.where(OutboxRow.done_at.is_(None))) or 0


def begun(office: Office) -> Signing:
    """Somebody tries signing out."""
    person = office.visitor(office.shipment().exporter)
    page = person.send(person.get("/signatures"), "/signatures")
    return Signing(office, person, urlsplit(page.url).path)


@once
def test_a_worker_that_dies_making_the_file_ready_loses_nothing(office: Office) -> None:
    found: list[Signing] = []
    office.strike("signing.after_render", lambda: found.append(begun(office)))
    (signing,) = found
    assert (signing.row().status, signing.kinds()) == (Status.PREPARING, [])
    office.let_leases_end()
    signing.bring_back(signing.answered())
    signing.prove_signed()


@pytest.mark.parametrize(("office", "point"), cases(), indirect=["office"])
def test_an_answer_is_signed_once_though_its_job_dies(office: Office, point: str) -> None:
    signing = begun(office)
    page = signing.answered()
    office.strike(point, lambda: signing.bring_back(page))
    early = point in ("signing.after_embed", "signing.after_store")
    assert signing.row().status is (Status.RESPONDED if early else Status.SIGNED)
    office.let_leases_end()
    signing.prove_signed()


@once
def test_an_answer_that_dies_before_its_commit_is_fetched_from_the_provider(
    office: Office,
) -> None:
    signing = begun(office)
    page = signing.answered()
    office.strike("web.before_commit", cut_off(lambda: signing.bring_back(page)))
    assert signing.row().status is Status.SENT
    office.freshen()
    office.pass_time(300)
    signing.prove_signed()


@everywhere
def test_an_answer_that_dies_after_its_commit_counts_once(office: Office) -> None:
    signing = begun(office)
    page = signing.answered()
    office.strike("web.after_commit", cut_off(lambda: signing.bring_back(page)))
    office.freshen()
    again = signing.bring_back(page)
    assert again.status == 200  # without a session the portal asks to sign in
    signing.prove_signed()


@once
def test_a_worker_killed_until_the_certificate_ended_fails_cleanly(office: Office) -> None:
    signing = begun(office)
    page = signing.answered()
    office.strike("signing.after_embed", lambda: signing.bring_back(page), "freeze")
    office.kill("jobs.worker")
    assert signing.row().status is Status.RESPONDED
    office.pass_time(31 * 60)
    until(lambda: signing.row().status is Status.FAILED, 30, "the request ends")
    assert signing.row().outcome == Outcome.NOT_TRUSTED
    assert signing.kinds() == [FileKind.PREPARED]
    office.visitors.clear()
    second = begun(office)
    second.bring_back(second.answered())
    second.prove_signed()


def cut_off(act: Callable[[], object]) -> Callable[[], None]:
    """Does something that gets no answer."""

    def run() -> None:
        with pytest.raises(CUT_OFF):
            act()

    return run
