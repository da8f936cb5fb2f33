"""One's own account: corrected, its sessions ended, its data handed out."""

from __future__ import annotations

import json
import re

from portal import samples
from portal.identity.rules import masked, normal_mobile
from tests.build import CAST, Stage, form_fields
from tests.conftest import Outside
from tests.identity.newcomers import PASSWORD


def test_name_and_mobile_are_corrected_or_refused_at_their_field(stage: Stage) -> None:
    client = stage.client("owner")
    fields = form_fields(client.get("/account").text, name="Invented Owner Asha II", mobile="12")
    refused = client.post("/account", data=fields)
    assert refused.status_code == 422
    assert "ten digits" in refused.text and "Asha II" in refused.text
    assert client.post("/account", data={**fields, "mobile": "98765 00009"}).status_code == 303
    page = client.get("/account").text
    assert "+919876500009" in page and "Invented Owner Asha II" in page


def test_another_password_needs_the_present_one_and_ends_other_sessions(stage: Stage) -> None:
    client, other = stage.client("owner"), stage.client("owner")
    page = client.get("/account")
    wrong = form_fields(page.text, present="wrong", password=PASSWORD)
    refused = client.post("/account/password", data=wrong)
    assert refused.status_code == 422
    assert "not your password" in refused.text
    right = {**wrong, "present": samples.PASSWORD}
    assert client.post("/account/password", data=right).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


def test_one_ends_one_s_own_sessions_only(stage: Stage) -> None:
    mine, also_mine, anothers = (stage.client(who) for who in ("owner", "owner", "viewer"))
    page = mine.get("/account").text
    rows = re.findall(r"/account/sessions/(\d+)/end", page)
    assert len(rows) == 1
    fields = form_fields(page)
    assert mine.post(f"/account/sessions/{rows[0]}/end", data=fields).status_code == 303
    assert also_mine.get("/account").status_code == 303
    foreign = re.findall(
        r"/account/sessions/(\d+)/end", stage.client("viewer").get("/account").text
    )
    assert mine.post(f"/account/sessions/{foreign[0]}/end", data=fields).status_code == 404
    assert anothers.get("/account").status_code == 200


def test_what_is_kept_is_shown_and_saved_without_secrets(stage: Stage) -> None:
    client = stage.client("officer")
    stage.in_scrutiny()
    page = client.get("/account/data")
    assert CAST["officer"] in page.text
    saved = client.get("/account/data?as=json")
    assert "attachment" in saved.headers["Content-Disposition"]
    found = json.loads(saved.text)
    assert found["identity_person"][0]["email"] == CAST["officer"]
    assert "agencies_officer" in found
    assert not re.search("password_hash|token_hash|totp_secret|code_hash", saved.text)


def test_the_inbox_tells_of_questions_and_respects_the_wish_about_mail(
    stage: Stage, outside: Outside
) -> None:
    stage.questioned()
    for _ in range(3):
        stage.run_jobs()
    client = stage.client("owner")
    page = client.get("/inbox")
    assert "The officer has a question" in page.text
    assert "has a question" in outside.world.mailbox.to(CAST["owner"])[0].subject
    fields = form_fields(page.text, by_mail="no")
    assert client.post("/inbox/preference", data=fields).status_code == 303
    assert client.post("/inbox/reading", data=fields).status_code == 303
    before = len(outside.world.mailbox.to(CAST["owner"]))
    stage.questioned()
    for _ in range(3):
        stage.run_jobs()
    assert len(outside.world.mailbox.to(CAST["owner"])) == before
    assert client.get("/inbox").text.count("has a question") == 2
    assert "question" not in stage.client("viewer").get("/inbox").text


def test_an_issued_certificate_is_told_to_those_who_worked_on_it(
    stage: Stage, outside: Outside
) -> None:
    stage.issued()
    for _ in range(3):
        stage.run_jobs()
    assert "The certificate is issued" in stage.client("owner").get("/inbox").text
    assert outside.world.mailbox.to(CAST["owner"])[0].text.count("SPECIMEN") == 1


def test_addresses_are_masked_and_numbers_made_alike() -> None:
    assert masked("office@spice.example") == "o***@s***.example"
    assert masked("+919990001001") == "••••••001"
    for typed in ("98765 00001", "098765-00001", "+91 98765 00001", "0091 9876500001"):
        assert normal_mobile(typed) == "+919876500001"
