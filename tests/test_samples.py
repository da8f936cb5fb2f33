"""The sandbox's people and firms keep the rules and say that they are invented."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal import samples
from portal.agencies.models import Agency
from portal.identity.models import Person
from portal.identity.rules import check_gstin, check_iec, check_password, check_person_name
from portal.samples import FIRMS, SampleFirm
from portal.setup import load_reference, load_sandbox
from portal.wallet import ledger
from tests.build import Stage


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: firm.name)
def test_a_sample_firm_keeps_the_rules_of_its_codes(firm: SampleFirm) -> None:
    assert check_iec(firm.iec) is None
    assert check_gstin(firm.gstin, pan=firm.iec) is None
    assert firm.name.startswith("Specimen")
    for email, name, _role in firm.people:
        assert email.endswith(".example")
        assert name.startswith("Invented")
        assert check_person_name(name) is None


def test_the_sample_password_keeps_the_rule_for_passwords() -> None:
    assert check_password(samples.PASSWORD) is None


def test_loading_everything_again_changes_nothing(stage: Stage) -> None:
    def counts() -> tuple[int, int, int]:
        with stage.db() as db:
            people = db.scalar(select(func.count(Person.id)))
            agencies = db.scalar(select(func.count(Agency.id)))
            return people, agencies, ledger.total_paise(db)

    before = counts()
    load_reference(stage.portal)
    load_sandbox(stage.portal)
    assert counts() == before
    assert before[2] == 0


def test_every_role_of_the_readme_has_a_sample_sign_in() -> None:
    roles = {role.split(",")[0] for role, _email in samples.sign_ins()} | {
        role.split(", ")[1] for role, _email in samples.sign_ins() if role.startswith("exporter")
    }
    named = {"owner", "signatory", "preparer", "finance", "viewer"}
    assert named | {"officer", "supervisor", "administrator", "directorate"} <= roles
