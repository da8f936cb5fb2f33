"""The fee of a file from the exporter's side: held, released, taken, never twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.core.money import Paise
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.proof import all_faults
from portal.wallet import ledger, queries
from portal.wallet.models import Hold, Transfer
from tests.build import Stage, form_fields

APPEND_ONLY = ("core_audit", "filing_event", "filing_version", "wallet_posting", "wallet_transfer")


def balances(stage: Stage) -> tuple[int, int]:
    """Available and held credit of the rice mill, in rupees."""
    with stage.db() as db:
        found = queries.balances(db, stage.actor("owner"))
        assert list(all_faults(db, stage.portal.kit)) == []
    return found.available // 100, found.held // 100


def leave(stage: Stage, rupees: int) -> None:
    """Hold so much for another file that only `rupees` are left."""
    owner = stage.actor("owner")

    def spend(db: Session) -> None:
        amount = queries.balances(db, owner).available - rupees * 100
        ledger.hold(db, "elsewhere", owner.firm_id or 0, Paise(amount), None)

    stage.do(spend)


def test_the_fee_is_held_at_submission_and_released_when_withdrawn(stage: Stage) -> None:
    number = stage.submitted()
    assert balances(stage) == (1800, 200)
    stage.do(filing.withdraw, stage.actor("owner"), number)
    assert balances(stage) == (2000, 0)


def test_a_rejection_releases_the_fee(stage: Stage) -> None:
    number = stage.in_scrutiny()
    stage.do(filing.reject, stage.actor("officer"), number, "Not made in India")
    assert balances(stage) == (2000, 0)


def test_an_answer_costs_nothing(stage: Stage) -> None:
    number = stage.questioned()
    stage.do(filing.answer, stage.actor("owner"), number, "Steel 304", declared=True)
    assert balances(stage) == (1800, 200)
    with stage.db() as db:
        assert db.scalar(select(func.count(Hold.id))) == 1


def test_too_little_credit_names_the_amount_short_and_leaves_the_draft(stage: Stage) -> None:
    draft = stage.draft()
    leave(stage, 150)
    client = stage.client("owner")
    page = client.get(f"/applications/{draft}").text
    answer = client.post(f"/applications/{draft}/submission", data=form_fields(page, declared="y"))
    assert answer.status_code == 422
    assert "The wallet holds ₹150.00, the fee is ₹200.00: ₹50.00 short." in answer.text
    with stage.db() as db:
        row = db.scalars(select(Application)).one()
        assert (row.status.value, row.number) == ("draft", None)
        assert db.scalar(text("SELECT count(*) FROM filing_event")) == 0
    # The number that was rolled back is given to the next one: no gap.
    assert stage.submitted("stranger").split("-")[4] == "0000001"


def test_specimen_credit_counts_once_for_a_double_click(stage: Stage) -> None:
    client = stage.client("owner")
    page = client.get("/wallet").text
    fields = form_fields(page, key="ONE")
    for _ in range(2):
        assert client.post("/wallet/specimen-credits", data=fields).status_code == 303
    assert balances(stage) == (3000, 0)
    for key in ("", "x" * 65):
        answer = client.post("/wallet/specimen-credits", data={**fields, "key": key})
        assert answer.status_code == 422
    assert balances(stage) == (3000, 0)


def test_the_wallet_of_one_firm_never_shows_another(stage: Stage) -> None:
    number = stage.submitted()
    assert number in stage.client("owner").get("/wallet").text
    assert number not in stage.client("stranger").get("/wallet").text


def test_an_address_with_an_impossible_place_in_the_list_is_no_failure(stage: Stage) -> None:
    client = stage.client("owner")
    for before in ("0", "-1", "x", "9" * 30, "9" * 5000, "1e9", "٣"):
        for page in ("/wallet", "/applications"):
            assert client.get(page, query_string={"before": before}).status_code == 200, before


def test_the_trail_only_grows(stage: Stage) -> None:
    stage.submitted()
    for table in APPEND_ONLY:
        with stage.db() as db:
            rows = db.scalar(text(f"SELECT count(*) FROM {table}"))
            statements = [f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"]
            if stage.portal.settings.database_url.startswith("postgresql"):
                statements.append(f"TRUNCATE {table} CASCADE")
            for statement in statements:
                with pytest.raises(DatabaseError, match="append-only"):
                    db.execute(text(statement))
                db.rollback()
            assert db.scalar(text(f"SELECT count(*) FROM {table}")) == rows
            assert rows, table


def test_repeats_of_a_transfer_are_the_same_transfer(stage: Stage) -> None:
    number = stage.submitted()
    with stage.db() as db:
        keys = db.scalars(select(Transfer.key).where(Transfer.ref == number)).all()
    assert keys == [f"hold:{number}"]


@pytest.mark.parametrize(
    "back",
    [
        "https://example.com/applications/ABCD",
        "//example.com",
        "/applications/ABCD/../../x",
        "/applications/ABCD\n",
        "/wallet",
    ],
)
def test_credit_leads_back_to_applications_alone(stage: Stage, back: str) -> None:
    client, ref = stage.client("owner"), stage.draft()
    page = client.get(f"/wallet?back=/applications/{ref}").text
    assert f'href="/applications/{ref}"' in page
    fields = form_fields(page, key="A", back=f"/applications/{ref}")
    answer = client.post("/wallet/specimen-credits", data=fields)
    assert answer.location.endswith(f"/applications/{ref}")
    strange = client.get("/wallet", query_string={"back": back}).text
    assert "Back to the application" not in strange
    fields = form_fields(strange, key="B", back=back)
    assert client.post("/wallet/specimen-credits", data=fields).location.endswith("/wallet")
