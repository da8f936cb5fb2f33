"""Help on signing says what the pages say, and the privacy statement what really goes out."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from portal.identity.models import Person
from portal.signing.models import SignRequest
from portal.signing.rules.outcomes import REMEDIES, WORDS, Outcome
from tests.build import Stage
from tests.conftest import Outside
from tests.signing.esigner import Esigner


@pytest.mark.parametrize("outcome", Outcome)
def test_each_failure_is_listed_in_its_own_words_with_what_to_do(
    client: FlaskClient, outcome: Outcome
) -> None:
    page = unescape(client.get("/how-to-sign").text)
    assert f"<strong>{WORDS[outcome]}</strong><br>{REMEDIES[outcome]}</p>" in page


def test_whoever_signs_finds_the_help(stage: Stage) -> None:
    owner, ref = stage.client("owner"), stage.draft()
    for address in ("/signatures", f"/applications/{ref}"):
        assert 'href="/how-to-sign"' in owner.get(address).text
    page = owner.get("/how-to-sign").text
    for link in ("/signatures", "/signatures/companion", "/notices/in-force", "/privacy"):
        assert f'href="{link}"' in page
        assert owner.get(link).status_code == 200


def test_a_failed_try_leads_to_what_to_do(stage: Stage, outside: Outside) -> None:
    outside.world.reset()
    esigner = Esigner(stage, outside, stage.client("owner"))
    page = esigner.sign(esigner.begin(stage.draft()), "specimen-3")
    assert "Not signed." in page and 'href="/how-to-sign#failed"' in page


def test_no_more_goes_to_the_provider_than_the_privacy_statement_says(
    stage: Stage, outside: Outside
) -> None:
    outside.world.reset()
    esigner = Esigner(stage, outside, stage.client("owner"))
    ref = stage.draft()
    fields = esigner.consent(esigner.begin(ref))
    assert fields.keys() == {"eSignRequest", "aspTxnID", "Content-Type"}
    with stage.db() as db:
        row = db.scalars(select(SignRequest)).one()
        person = db.get_one(Person, row.person_id)
        known = (row.expected_name, person.name, person.email, person.mobile)
    asked = etree.fromstring(fields["eSignRequest"].encode())
    assert asked.get("ekycId") == ""
    hashed = asked.find("Docs/InputHash")
    assert hashed is not None and hashed.text == row.digest
    assert hashed.get("docInfo") == f"{row.title}: {ref}"
    assert [word for word in known if word and word in fields["eSignRequest"]] == []


def test_the_privacy_statement_names_both_ways_and_what_is_never_kept(client: FlaskClient) -> None:
    page = unescape(client.get("/privacy").text)
    for words in (
        "fingerprint (SHA-256), title and number",
        "from which network address",
        "its name, serial number and fingerprint",
        "PIN and private key stay there",
        "a digest of your PAN, never the PAN",
        "Aadhaar numbers, the codes that come to your mobile for an e-sign, and PINs",
    ):
        assert words in page
