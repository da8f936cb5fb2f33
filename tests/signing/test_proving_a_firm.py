"""A signing credential proves an IEC: who gets in by it, who doesn't, and what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.core import audit
from portal.core.permissions import Role
from portal.identity.lifecycle import ClaimStatus, Proof
from portal.identity.models import Firm, IecClaim, Membership
from portal.sandbox.registry import Fault
from tests.build import Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.identity.newcomers import SPICE, SPICE_EMAIL, Newcomer
from tests.signing.token_holder import TokenHolder

SPICE_FACTS = {
    "organisation": "SPECIMEN SPICE NEWCOMERS PVT. LTD.",
    "state": "Kerala",
    "pin": "682001",
}
OM, OM_PAN = "ZZZPN1002B", "ZZZPN1002B"
PATH = f"/account/firms/{SPICE}/credential"


@pytest.fixture
def uma(stage: Stage, outside: Outside) -> TokenHolder:
    """Somebody new, with an account and no firm."""
    outside.world.reset()
    newcomer = Newcomer(stage, outside, "uma@nowhere.example", "Invented Owner Uma")
    newcomer.register()
    return TokenHolder(stage, newcomer.email, newcomer.client)


def link(holder: TokenHolder, iec: str = SPICE) -> Any:
    """Press the button for the present token's credential, shown or not."""
    page = holder.client.get(f"/account/firms/{iec}/credential").text
    fields = form_fields(page, credential=holder.row().ref)
    return holder.client.post(f"/account/firms/{iec}/credential", data=fields)


def owners(stage: Stage, iec: str) -> list[int]:
    with stage.db() as db:
        query = select(Membership.person_id).join(Firm, Firm.id == Membership.firm_id)
        query = query.where(Firm.iec == iec, Membership.role == Role.OWNER)
        return list(db.scalars(query))


def claims(stage: Stage) -> list[IecClaim]:
    with stage.db() as db:
        return list(db.scalars(select(IecClaim)))


@pytest.mark.parametrize(
    ("iec", "facts", "said"),
    [
        (SPICE, SPICE_FACTS, "names the organisation as the registry does"),
        (SPICE, {**SPICE_FACTS, "iec": SPICE}, "holds this IEC"),
        (OM, {"pan": OM_PAN}, "of the PAN of the firm's owner"),
    ],
)
def test_a_matching_credential_makes_an_owner_and_keeps_the_reason(
    uma: TokenHolder, outside: Outside, iec: str, facts: dict[str, str], said: str
) -> None:
    uma.get_token(**facts)
    row = uma.registered()
    assert "By a signing credential" in uma.client.get(f"/account/firms/{iec}").text
    assert "Link this firm" in uma.client.get(f"/account/firms/{iec}/credential").text
    answer = link(uma, iec)
    assert (answer.status_code, answer.location) == (303, "/dashboard")
    assert owners(uma.stage, iec) == [uma.person.id]
    (claim,) = claims(uma.stage)
    assert (claim.status, claim.proof) == (ClaimStatus.LINKED, Proof.CREDENTIAL)
    assert said in claim.reason and row.sha256[:16] in claim.reason
    with uma.stage.db() as db:
        proved = select(audit.AuditRow).where(audit.AuditRow.act == "signing.credential_proved")
        (kept,) = db.scalars(proved)
        assert iec in kept.facts and claim.ref in kept.facts and row.ref in kept.facts
        assert list(audit.faults(db)) == []
    uma.work()
    if iec == SPICE:
        (letter,) = outside.world.mailbox.to(SPICE_EMAIL)
        assert "signed with a token" in letter.text and "/iec-disputes/" in letter.text


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {**SPICE_FACTS, "organisation": "Specimen Spice Newcomers LLP"},
        {**SPICE_FACTS, "state": "Goa"},
        {**SPICE_FACTS, "iec": "ZZZCS0001A"},
        {"pan": SPICE},
    ],
)
def test_another_credential_proves_nothing_and_says_why(
    uma: TokenHolder, facts: dict[str, str]
) -> None:
    uma.get_token(**facts)
    uma.registered()
    page = uma.client.get(PATH).text
    assert "does not prove this firm" in page and "Link this firm" not in page
    assert link(uma).status_code == 409
    assert owners(uma.stage, SPICE) == [] and claims(uma.stage) == []


def test_only_a_credential_in_use_proves(uma: TokenHolder) -> None:
    uma.get_token(**SPICE_FACTS)
    uma.sign_test()
    assert "no signing credential in use" in uma.client.get(PATH).text
    assert link(uma).status_code == 409
    assert uma.press("use").status_code == 303
    assert uma.press("withdrawal").status_code == 303
    assert link(uma).status_code == 409
    assert owners(uma.stage, SPICE) == []


def test_a_revoked_or_long_unchecked_one_proves_nothing(
    uma: TokenHolder, moved_clock: MovedClock
) -> None:
    uma.get_token(**SPICE_FACTS)
    uma.registered()
    uma.revoke()
    moved_clock.by(minutes=30)
    uma.pass_night()
    assert link(uma).status_code == 409
    assert owners(uma.stage, SPICE) == []


def test_after_two_days_without_lists_it_proves_nothing_until_it_is_checked(
    stage: Stage, moved_clock: MovedClock, outside: Outside
) -> None:
    outside.world.reset()
    stranger = TokenHolder.of_cast(stage, "stranger", **SPICE_FACTS)
    stranger.registered()
    moved_clock.by(days=2, minutes=1)
    stranger.client = stage.client("stranger")
    refused = link(stranger)
    assert refused.status_code == 409 and "not read lately" in refused.text
    stranger.pass_night()
    assert link(stranger).status_code == 303


def test_somebody_else_s_credential_is_not_found(uma: TokenHolder) -> None:
    uma.get_token(**SPICE_FACTS)
    uma.registered()
    other = uma.stage.client("stranger")
    fields = form_fields(other.get(PATH).text, credential=uma.row().ref)
    assert other.post(PATH, data=fields).status_code == 404
    assert owners(uma.stage, SPICE) == []


def test_what_the_registry_says_now_counts(uma: TokenHolder, outside: Outside) -> None:
    uma.get_token(**SPICE_FACTS)
    uma.registered()
    outside.world.changes[SPICE] = {"name": "Specimen Renamed Private Limited"}
    assert link(uma).status_code == 409
    outside.world.changes.clear()
    outside.world.fault = Fault.OUTAGE
    fields = form_fields(uma.client.get("/signatures").text, credential=uma.row().ref)
    assert uma.client.post(PATH, data=fields).status_code == 503
    outside.world.fault = Fault.NONE
    assert uma.client.get("/account/firms/ZZZCZ9999Z/credential").status_code == 422
    assert owners(uma.stage, SPICE) == []
