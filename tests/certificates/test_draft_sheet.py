"""The sheet of a draft for the buyer: as it would be issued, and unmistakably no certificate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobs.nightly import NIGHTLY
from jobs.sweeps import forget_drafts
from portal.adapters.pdf import SheetPdf
from portal.certificates import actions, queries
from portal.certificates.models import DraftSheet
from portal.certificates.sheet import Sheet, from_json, to_json
from portal.certificates.wording import draft_of, sheet_of
from portal.core import clock
from portal.core.errors import NotOpen
from portal.core.outbox import OutboxRow
from portal.filing import actions as filing
from portal.filing.queries import application_for
from tests.apart import apart
from tests.build import Stage, form_fields
from tests.certificates.sheets import TEMPLATES
from tests.certificates.test_kinds import APPROVAL, TRADE
from tests.certificates.test_sheet import ask, words
from tests.filing.papers import facts

EMPTY: dict[str, Any] = {
    "consignee_name": "",
    "consignee_address": "",
    "consignee_country": "",
    "consignee_country_name": "",
    "transport_mode": "",
    "vessel": "",
    "departs_on": None,
    "port_of_loading": "",
    "port_of_loading_name": "",
    "port_of_discharge": "",
    "destination_country": "",
    "destination_country_name": "",
    "invoice_number": "",
    "invoice_date": None,
    "signatory": "",
    "signatory_designation": "",
    "declaration_place": "",
}


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> SheetPdf:
    return SheetPdf(tmp_path_factory.mktemp("fonts"), TEMPLATES)


def draft(lines: int = 1, *, specimen: bool = True, **other: Any) -> Sheet:
    return draft_of(facts(lines, **other), specimen=specimen)


def test_every_page_says_draft_and_that_it_is_no_certificate(
    maker: SheetPdf, tmp_path: Path
) -> None:
    pages = ask("pdftotext", maker.render(draft(60)), tmp_path, "-layout").rstrip("\f").split("\f")
    assert len(pages) > 2
    assert all("DRAFT, NO CERTIFICATE" in page and "SPECIMEN" in page for page in pages)
    assert all("no certificate of origin" in page for page in pages)


@pytest.mark.parametrize("specimen", [True, False])
def test_it_has_no_number_code_officer_or_seal(
    maker: SheetPdf, tmp_path: Path, specimen: bool
) -> None:
    plain = facts().office
    made = draft(specimen=specimen, office=replace(plain, agency_name="Invented Chamber"))
    pdf = maker.render(made)
    printed = words(pdf, tmp_path)
    assert (made.number, made.check_code, made.qr_url, made.images) == ("", "", "", ())
    for said in ("Notsealed:thisisadraft", "nosealcoversthisdraft", "Copy Draft".replace(" ", "")):
        assert said in printed
    for never in (
        "Verify:scan",
        "electronicsealcovers",
        "Electroniccopy",
        "Declaredelectronically",
    ):
        assert never not in printed
    assert b"/IM true" not in pdf
    listed = ask("pdfimages", pdf, tmp_path, "-list").splitlines()
    assert len(listed) == 2, "only the captions: no code, no picture"


def test_what_is_missing_is_a_dash(maker: SheetPdf, tmp_path: Path) -> None:
    pdf = maker.render(draft(0, **EMPTY))
    text = ask("pdftotext", pdf, tmp_path, "-layout")
    assert text.count("–") >= 12
    assert "end of list, 0 items" in text


def test_the_goods_stand_where_the_certificate_will_have_them(
    maker: SheetPdf, tmp_path: Path
) -> None:
    found = facts(12, **TRADE)
    places = [
        [line for line in ask("pdftotext", maker.render(s), tmp_path, "-bbox").splitlines()]
        for s in (sheet_of(found, APPROVAL), draft_of(found, specimen=True))
    ]
    goods = [[x for x in one if ">SPECIMEN/COTTON/" in x or ">design<" in x] for one in places]
    assert goods[0] == goods[1] and len(goods[0]) > 12


def test_a_draft_survives_json_and_the_same_gives_the_same(maker: SheetPdf) -> None:
    made = draft(2)
    assert from_json(to_json(made)) == made
    assert maker.render(made) == maker.render(draft(2))


def test_one_tap_makes_it_and_the_page_follows(stage: Stage, tmp_path: Path) -> None:
    ref = stage.draft()
    client, url = stage.client("owner"), f"/applications/{ref}/draft-sheet"
    review = client.get(f"/applications/{ref}").text
    assert f'action="{url}"' in review
    assert client.get(f"{url}.pdf").status_code == 404
    assert client.post(url, data=form_fields(review)).status_code == 303
    page = client.get(url).text
    assert "being made" in page and 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    stage.run_jobs()
    page = client.get(url).text
    assert "Download the draft" in page and "every 2s" not in page and "refresh" not in page
    printed = words(client.get(f"{url}.pdf").data, tmp_path)
    assert "DRAFT,NOCERTIFICATE" in printed and "SpecimenConsigneeLimited" in printed


def test_the_same_is_served_at_once_and_a_change_asks_anew(stage: Stage) -> None:
    ref, owner = stage.draft(), stage.actor("owner")
    for _ in range(2):
        stage.do(actions.ask_for_draft, owner, ref, specimen=True)
    assert asked(stage) == 1
    stage.run_jobs()
    stage.do(actions.ask_for_draft, owner, ref, specimen=True)
    assert asked(stage) == 1
    stage.do(filing.save, owner, ref, "consignee", consignee_name="Another Consignee")
    assert state(stage, ref).made is None
    assert stage.client("owner").get(f"/applications/{ref}/draft-sheet.pdf").status_code == 404
    stage.do(actions.ask_for_draft, owner, ref, specimen=True)
    stage.run_jobs()
    assert state(stage, ref).made is not None and asked(stage) == 2


def asked(stage: Stage) -> int:
    with stage.db() as db:
        query = select(OutboxRow).where(OutboxRow.fact == "certificates.draft_asked")
        return len(db.scalars(query.where(OutboxRow.job == "")).all())


def state(stage: Stage, ref: str) -> queries.DraftState:
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        return queries.draft_state(db, row, specimen=True)


def test_two_who_ask_at_once_get_one(stage: Stage) -> None:
    ref, owner, other = stage.draft(), stage.actor("owner"), stage.actor("preparer")
    apart(
        stage,
        lambda db: actions.ask_for_draft(db, owner, ref, specimen=True),
        lambda db: actions.ask_for_draft(db, other, ref, specimen=True),
    )
    assert asked(stage) == 1
    stage.run_jobs()
    with stage.db() as db:
        assert len(db.scalars(select(DraftSheet)).all()) == 1


def test_a_changed_drafts_sheet_goes_at_night_with_its_file(stage: Stage) -> None:
    kept, changed = stage.draft(), stage.draft(invoice_number="SPECIMEN-2")
    owner = stage.actor("owner")
    for ref in (kept, changed):
        stage.do(actions.ask_for_draft, owner, ref, specimen=True)
    stage.run_jobs()
    old = state(stage, changed).made
    stage.do(filing.save, owner, changed, "consignee", consignee_name="Another Consignee")
    assert old is not None and forget_drafts in NIGHTLY
    assert forget_drafts(stage.portal, clock.today()) == 1
    assert forget_drafts(stage.portal, clock.today()) == 0
    keys = list(stage.portal.kit.store.keys())
    assert old.storage_key not in [key for key, _age in keys]
    still = state(stage, kept).made
    assert still is not None and stage.portal.kit.store.get(still.storage_key)[:5] == b"%PDF-"


def test_what_was_handed_in_has_no_draft(stage: Stage) -> None:
    number = stage.submitted()
    with pytest.raises(NotOpen):
        stage.do(actions.ask_for_draft, stage.actor("owner"), number, specimen=True)
    page = stage.client("owner").get(f"/applications/{number}/draft-sheet").text
    assert "its certificate follows" in page and "Make the draft" not in page


def test_an_incomplete_draft_is_made_too(stage: Stage) -> None:
    owner = stage.actor("owner")
    ref = stage.do(filing.create, owner, stage.office_id())
    stage.do(actions.ask_for_draft, owner, ref, specimen=True)
    stage.run_jobs()
    assert state(stage, ref).made is not None
