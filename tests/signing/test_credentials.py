"""Registering a signing credential: offered, used, withdrawn, refused, revoked, ending."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.agencies import queries as agencies
from portal.core import audit, clock
from portal.core.errors import NotOpen
from portal.core.outbox import OutboxRow
from portal.notifications.models import Message
from portal.proof import all_faults
from portal.sandbox.authority import Flaw
from portal.sandbox.trust import CrlFault
from portal.signing import actions, queries
from portal.signing.lifecycle import CredentialStatus, Means
from portal.signing.models import SigningCredential, SigningCredentialEvent
from portal.signing.rules.credentials import Binding
from tests.build import CAST, Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.signing.token_holder import TokenHolder

S = CredentialStatus


@pytest.fixture
def officer(stage: Stage, outside: Outside) -> TokenHolder:
    """The officer at Delhi, with a personal token."""
    outside.world.reset()
    return TokenHolder.of_cast(stage, "officer")


def messages(stage: Stage, who: str, words: str) -> list[str]:
    """Subjects of somebody's inbox that hold some words."""
    person = stage.actor(who).person_id
    with stage.db() as db:
        found = db.scalars(select(Message.subject).where(Message.person_id == person))
        return [subject for subject in found if words in subject]


def steps(stage: Stage) -> list[tuple[str, str]]:
    with stage.db() as db:
        rows = db.scalars(select(SigningCredentialEvent).order_by(SigningCredentialEvent.id))
        return [(row.before, row.after) for row in rows]


def test_a_signed_test_page_offers_the_token_and_one_button_takes_it(officer: TokenHolder) -> None:
    assert "None yet" in officer.client.get("/signatures").text
    officer.sign_test()
    row = officer.row()
    assert (row.status, row.faults, row.registered_at) == (S.CANDIDATE, "", None)
    assert (row.binding, row.grade) == (Binding.PAN, 3)
    assert "ZZZPX0009X" not in repr(vars(row))
    page = officer.client.get("/signatures").text
    assert "Use this credential" in page and "SPECIMEN Token CA" in page
    assert row.bound_to[:8] in page and row.bound_to not in page
    with officer.stage.db() as db:
        assert queries.active_credential(db, officer.person.id, row.sha256) is None
    assert officer.press("use").status_code == 303
    officer.work()
    assert officer.row().status is S.ACTIVE and officer.row().registered_at is not None
    page = officer.client.get("/signatures").text
    assert "in use" in page and "Withdraw it" in page and "Use this credential" not in page
    with officer.stage.db() as db:
        found = queries.active_credential(db, officer.person.id, row.sha256)
        assert found is not None and found.ref == row.ref
        assert queries.active_credential(db, officer.person.id + 1, row.sha256) is None
        assert list(audit.faults(db)) == []
    assert messages(officer.stage, "officer", "Your account was changed")
    assert officer.press("use").status_code == 409


def test_a_withdrawn_one_counts_no_more_and_a_new_test_page_offers_it_again(
    officer: TokenHolder,
) -> None:
    officer.registered()
    assert officer.press("withdrawal").status_code == 303
    row = officer.row()
    assert row.status is S.WITHDRAWN
    with officer.stage.db() as db:
        assert queries.active_credential(db, officer.person.id, row.sha256) is None
    assert officer.press("use").status_code == 409
    officer.sign_test()
    assert officer.row().status is S.CANDIDATE and officer.count() == 1
    assert officer.press("use").status_code == 303
    moves = [("candidate", "active"), ("active", "withdrawn")]
    moves += [("withdrawn", "candidate"), ("candidate", "active")]
    assert steps(officer.stage) == moves


def test_a_candidate_may_be_turned_down(officer: TokenHolder) -> None:
    officer.sign_test()
    assert officer.press("withdrawal").status_code == 303
    assert officer.row().status is S.WITHDRAWN


@pytest.mark.parametrize(
    ("flaw", "facts", "fault", "said"),
    [
        (Flaw.EXPIRED, {}, "validity", "has ended"),
        (Flaw.NO_NON_REPUDIATION, {}, "usage", "non-repudiation"),
        (Flaw.OTHER_CLASS, {}, "class", "not one of class 3"),
        (Flaw.NONE, {"common_name": "Invented Somebody Else"}, "name", "names somebody else"),
        (Flaw.NONE, {"pan": ""}, "binding", "neither a PAN"),
    ],
)
def test_an_unfit_token_is_refused_with_the_reason_and_never_counts(
    officer: TokenHolder, flaw: Flaw, facts: dict[str, str], fault: str, said: str
) -> None:
    officer.get_token(flaw, **facts)
    officer.sign_test()
    row = officer.row()
    assert (row.status, row.faults) == (S.REFUSED, fault)
    page = officer.client.get("/signatures").text
    # The words of the page with its line ends and entities as they are.
    assert said in page and "Use this credential" not in page
    assert officer.press("use").status_code == 409
    assert officer.row().status is S.REFUSED


def test_a_revoked_token_is_refused(officer: TokenHolder) -> None:
    officer.revoke()
    officer.sign_test()
    assert (officer.row().status, officer.row().faults) == (S.REFUSED, "revocation")
    assert "has revoked this certificate" in officer.client.get("/signatures").text


def test_without_lists_a_token_waits_and_a_second_try_works(
    officer: TokenHolder, outside: Outside
) -> None:
    outside.world.trust.crl_fault = CrlFault.OUTAGE
    officer.sign_test()
    assert (officer.row().status, officer.row().faults) == (S.REFUSED, "lists")
    assert "could not be read just now" in officer.client.get("/signatures").text
    outside.world.trust.crl_fault = CrlFault.NONE
    officer.sign_test()
    assert (officer.row().status, officer.row().faults) == (S.CANDIDATE, "")
    assert officer.count() == 1


def test_what_was_signed_in_another_way_offers_nothing(officer: TokenHolder) -> None:
    officer.sign_test(Means.ESIGN)
    assert officer.count() == 0
    with officer.stage.db() as db:
        waiting = select(func.count(OutboxRow.id)).where(OutboxRow.done_at.is_(None))
        assert db.scalar(waiting.where(OutboxRow.job.contains("offer_credential"))) == 0


def test_the_job_may_run_twice(officer: TokenHolder) -> None:
    from portal.signing import enrolling

    ref = officer.sign_test()
    with officer.stage.db() as db:
        enrolling.offer(db, officer.stage.portal.kit, 0, ref)
    assert officer.count() == 1 and officer.row().status is S.CANDIDATE


def test_only_the_certificate_that_signed_is_kept(officer: TokenHolder) -> None:
    from portal.signing.binding import Trust, judge

    ref = officer.sign_test()
    first = officer.token
    officer.get_token()
    found = judge(officer.token.der, (), Trust([], [], []), name="x", at=clock.now())
    shown = actions.Shown(officer.token.der, (), found)
    with pytest.raises(NotOpen, match="did not sign"):
        officer.stage.do(actions.register_credential, 0, ref, shown)
    assert officer.count() == 1
    officer.token = first
    assert officer.row().status is S.CANDIDATE


def test_another_person_s_credential_is_not_found(officer: TokenHolder) -> None:
    officer.sign_test()
    other = officer.stage.client("stranger")
    fields = form_fields(other.get("/signatures").text)
    for act in ("use", "withdrawal"):
        path = f"/signatures/credentials/{officer.row().ref}/{act}"
        assert other.post(path, data=fields).status_code == 404
    assert officer.row().status is S.CANDIDATE


def test_a_candidate_must_be_taken_within_a_day(
    officer: TokenHolder, moved_clock: MovedClock
) -> None:
    officer.sign_test()
    moved_clock.by(days=1, minutes=1)
    officer.client = officer.stage.client("officer")
    refused = officer.press("use")
    assert refused.status_code == 409 and "Sign the test page again" in refused.text
    officer.sign_test()
    assert officer.press("use").status_code == 303


def test_the_night_finds_a_revocation_and_tells_holder_and_administrator(
    officer: TokenHolder, moved_clock: MovedClock
) -> None:
    officer.registered()
    officer.revoke()
    moved_clock.by(hours=1)
    officer.pass_night()
    row = officer.row()
    assert row.status is S.REVOKED and row.revoked_at is not None
    assert messages(officer.stage, "officer", "signing credential was revoked")
    assert messages(officer.stage, "administrator", "Invented Officer")
    assert not messages(officer.stage, "directorate", "revoked")
    moved_clock.by(hours=25)
    officer.pass_night()
    assert len(messages(officer.stage, "officer", "was revoked")) == 1
    with officer.stage.db() as db:
        assert queries.active_credential(db, officer.person.id, row.sha256) is None
    officer.sign_test()
    assert officer.row().status is S.REVOKED


def test_a_night_without_lists_changes_nothing(
    officer: TokenHolder, outside: Outside, moved_clock: MovedClock
) -> None:
    judged = officer.registered().judged_at
    officer.revoke()
    outside.world.trust.crl_fault = CrlFault.OUTAGE
    moved_clock.by(days=1)
    officer.pass_night()
    assert (officer.row().status, officer.row().judged_at) == (S.ACTIVE, judged)
    outside.world.trust.crl_fault = CrlFault.NONE
    officer.pass_night()
    assert officer.row().status is S.REVOKED


def test_it_is_told_once_at_thirty_days_once_at_seven_and_at_the_end(
    officer: TokenHolder, moved_clock: MovedClock, outside: Outside
) -> None:
    stage, row = officer.stage, officer.registered()
    told = []
    for days in (31, 30, 29, 8, 7, 6, 1):
        moved_clock.to(row.valid_to - timedelta(days=days) + timedelta(minutes=5))
        officer.pass_night()
        told.append(len(messages(stage, "officer", "signing credential ends on")))
    assert told == [0, 1, 1, 1, 2, 2, 2]
    assert len(messages(stage, "administrator", "ends on")) == 2
    letters = outside.world.mailbox.to(CAST["officer"])
    assert len([one for one in letters if "ends on" in one.subject]) == 2
    desk = stage.client("officer").get("/dashboard").text
    assert "Your signing credential ends on" in desk
    moved_clock.to(row.valid_to + timedelta(minutes=5))
    officer.pass_night()
    assert officer.row().status is S.EXPIRED
    assert len(messages(stage, "officer", "has ended")) == 1
    officer.pass_night()
    assert len(messages(stage, "officer", "has ended")) == 1


def test_an_exporter_is_told_on_the_firm_s_desk_and_nobody_else(
    stage: Stage, outside: Outside, moved_clock: MovedClock
) -> None:
    outside.world.reset()
    owner = TokenHolder.of_cast(stage, "owner")
    row = owner.registered()
    moved_clock.to(row.valid_to - timedelta(days=20))
    owner.pass_night()
    assert "Your signing credential ends on" in stage.client("owner").get("/dashboard").text
    assert "signing credential" not in stage.client("signatory").get("/dashboard").text
    assert messages(stage, "owner", "ends on") and not messages(stage, "administrator", "ends on")


@pytest.mark.parametrize("who", ["manager", "administrator", "agent"])
def test_everybody_s_first_page_says_that_a_credential_ends(
    stage: Stage, outside: Outside, moved_clock: MovedClock, who: str
) -> None:
    outside.world.reset()
    row = TokenHolder.of_cast(stage, who).registered()
    client = stage.client(who)
    first = client.get("/dashboard", follow_redirects=True).text
    assert "Your signing credential ends on" not in first
    moved_clock.to(row.valid_to - timedelta(days=20))
    first = stage.client(who).get("/dashboard", follow_redirects=True).text
    assert "Your signing credential ends on" in first


def test_a_certificate_that_was_changed_in_the_database_is_found(officer: TokenHolder) -> None:
    row = officer.registered()
    kit = officer.stage.portal.kit
    with officer.stage.db() as db:
        assert list(all_faults(db, kit)) == []
        held = db.get_one(SigningCredential, row.id)
        held.certificate = "AAAA" + held.certificate[4:]
        db.flush()
        (fault,) = all_faults(db, kit)
        assert row.ref in fault
        db.rollback()


def test_a_candidate_that_ends_is_told_to_nobody(
    officer: TokenHolder, moved_clock: MovedClock
) -> None:
    officer.sign_test()
    moved_clock.to(officer.row().valid_to + timedelta(minutes=1))
    officer.pass_night()
    assert officer.row().status is S.EXPIRED
    assert not messages(officer.stage, "officer", "signing credential")


def test_an_office_of_tokens_is_ready_with_the_first_credential_and_not_before(
    officer: TokenHolder, moved_clock: MovedClock
) -> None:
    stage = officer.stage
    client = stage.client("administrator")
    assert "only needed where decisions are signed by tokens" in client.get("/agency").text
    page = client.get("/agency/offices/DEL").text
    fields = form_fields(page, seals_with="officer_token")
    assert client.post("/agency/offices/DEL/seals-with", data=fields).status_code == 303
    assert "no officer has a signing credential in use" in client.get("/agency").text
    assert not is_offered(stage)
    officer.sign_test()
    assert not is_offered(stage)
    assert officer.press("use").status_code == 303
    assert is_offered(stage)
    page = client.get("/agency").text
    assert "no officer has a signing credential in use" not in page
    assert officer.press("withdrawal").status_code == 303
    assert not is_offered(stage)
    fields = form_fields(client.get("/agency").text, seals_with="office_key")
    assert client.post("/agency/offices/DEL/seals-with", data=fields).status_code == 303
    assert is_offered(stage)


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        ({"organisation": "Specimen Chamber of Commerce"}, True),
        ({"organisation": "Specimen Rice Mills Private Limited"}, False),
        ({"iec": "ZZZCS0001A"}, False),
    ],
)
def test_an_exporter_s_credential_does_not_arm_an_office(
    officer: TokenHolder, facts: dict[str, str], offered: bool
) -> None:
    client = officer.stage.client("administrator")
    fields = form_fields(client.get("/agency").text, seals_with="officer_token")
    assert client.post("/agency/offices/DEL/seals-with", data=fields).status_code == 303
    officer.get_token(**facts)
    officer.registered()
    assert is_offered(officer.stage) is offered


def test_an_officer_who_left_arms_nothing(officer: TokenHolder) -> None:
    stage = officer.stage
    client = stage.client("administrator")
    fields = form_fields(client.get("/agency").text, seals_with="officer_token")
    assert client.post("/agency/offices/DEL/seals-with", data=fields).status_code == 303
    officer.registered()
    assert is_offered(stage)
    assert client.post("/agency/officers/1/removal", data=fields).status_code == 303
    assert not is_offered(stage)


def test_how_an_office_signs_is_the_administrator_s_to_say(stage: Stage) -> None:
    for who, expected in (("manager", 404), ("officer", 404), ("owner", 404)):
        client = stage.client(who)
        fields = form_fields(client.get("/seat").text, seals_with="officer_token")
        answer = client.post("/agency/offices/DEL/seals-with", data=fields)
        assert answer.status_code == expected, who
    client = stage.client("administrator")
    fields = form_fields(client.get("/agency").text, seals_with="nonsense")
    assert client.post("/agency/offices/DEL/seals-with", data=fields).status_code == 422
    assert is_offered(stage)


def is_offered(stage: Stage) -> bool:
    with stage.db() as db:
        return "DEL" in {office.code for office in agencies.offered(db)}


def test_what_is_kept_about_a_person_names_the_credential(officer: TokenHolder) -> None:
    officer.registered()
    with officer.stage.db() as db:
        told = queries.personal_data_of(db, officer.person.id)
        (row,) = told["signing_credential"]
        assert row["name"] == officer.person.name
        assert db.scalars(select(SigningCredential.id)).one()
