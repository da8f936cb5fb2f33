"""What a reader finds out about agreements, and what is never shown as law."""

from __future__ import annotations

import csv
import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.tx import write
from portal.trade_agreements.actions import SEED, seed
from portal.trade_agreements.models import Agreement, Member


def rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


AGREEMENTS = rows("agreements.csv")
UNCONFIRMED = [row["slug"] for row in AGREEMENTS if row["certainty"] == "K"]
UNCONFIRMED_RULES = [r["agreement"] for r in rows("origin_rules.csv") if r["certainty"] == "K"]
DOUBTFUL_FIELDS = {
    row["slug"]: [name for name in row["unconfirmed"].split() if row[name]] for row in AGREEMENTS
}


@pytest.fixture(autouse=True)
def seeded(db: Session) -> None:
    write(db, seed)


def text_of(client: FlaskClient, address: str) -> str:
    """A page's text as a reader sees it, in one line."""
    answer = client.get(address)
    assert answer.status_code == 200
    body = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def line_of(client: FlaskClient, slug: str) -> str:
    """The line of one agreement in the list."""
    page = client.get("/agreements").text
    line = next(part for part in page.split("<li>") if f'/agreements/{slug}"' in part)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", line)).split())


def test_the_list_names_partner_day_kind_and_certainty(client: FlaskClient) -> None:
    line = line_of(client, "india-uae-cepa")
    for words in ("India-UAE CEPA", "United Arab Emirates", "in force", "1 May 2022", "CEPA"):
        assert words in line
    assert "seen in the source named" in line


def test_the_list_is_complete(client: FlaskClient) -> None:
    page = client.get("/agreements").text
    assert all(f'/agreements/{row["slug"]}"' in page for row in AGREEMENTS)


@pytest.mark.parametrize(
    ("wanted", "found", "not_found"),
    [
        ("japan", "india-japan-cepa", "india-uae-cepa"),
        ("UY", "india-mercosur-pta", "india-japan-cepa"),
        ("viet", "aifta", "safta"),
        ("south asian", "safta", "aifta"),
    ],
)
def test_the_list_is_filtered_by_country_code_or_name(
    client: FlaskClient, wanted: str, found: str, not_found: str
) -> None:
    page = client.get("/agreements", query_string={"q": wanted}).text
    assert f'/agreements/{found}"' in page
    assert f'/agreements/{not_found}"' not in page


def test_a_search_for_a_wildcard_finds_nothing_and_says_so(client: FlaskClient) -> None:
    assert "No agreement has a name or partner like that" in text_of(client, "/agreements?q=%25")


def test_what_was_searched_is_shown_escaped(client: FlaskClient) -> None:
    page = client.get("/agreements", query_string={"q": '"><script>alert(1)'}).text
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_one_agreement_shows_facts_rule_proof_examples_and_sources(client: FlaskClient) -> None:
    text = text_of(client, "/agreements/india-uae-cepa")
    for words in (
        "18 Feb 2022",
        "1 May 2022",
        "39/2022-Customs (N.T.)",
        "Certificate of origin from an agency",
        "VA ≥ 40% FOB",
        "12 months",
        "Gold jewellery",
        "from a secondary source",
        "Last verified 23 Nov 2026",
    ):
        assert words in text
    assert 'href="https://edit.wti.org/' in client.get("/agreements/india-uae-cepa").text


def test_self_declaration_is_shown_where_it_is_settled(client: FlaskClient) -> None:
    assert "Self-declaration of origin" in text_of(client, "/agreements/india-efta-tepa")


def test_safta_is_in_force_since_2006_01_01(client: FlaskClient) -> None:
    text = text_of(client, "/agreements/safta")
    assert "1 Jan 2006" in text
    assert "tariff concessions since 1 July 2006" in text


@pytest.mark.parametrize("slug", ["india-new-zealand-fta", "india-eu-fta"])
def test_an_unsettled_agreement_has_no_date_and_says_why(client: FlaskClient, slug: str) -> None:
    text = text_of(client, f"/agreements/{slug}")
    assert "Not settled." in text
    assert "In force since" not in text
    assert "no text of the rule was found" in text
    assert "not settled" in line_of(client, slug)
    assert "in force" not in line_of(client, slug)


def test_self_declaration_under_the_uk_agreement_is_not_settled(client: FlaskClient) -> None:
    text = text_of(client, "/agreements/india-uk-ceta")
    assert "Not settled. Whether and how an exporter in India may declare origin itself" in text
    assert "Proof of origin Certificate of origin from an agency" in text


@pytest.mark.parametrize("slug", UNCONFIRMED)
def test_an_unconfirmed_agreement_is_never_called_in_force(client: FlaskClient, slug: str) -> None:
    line = line_of(client, slug)
    assert "unconfirmed" in line
    assert "in force" not in line
    assert "Do not rely on them as law" in text_of(client, f"/agreements/{slug}")


@pytest.mark.parametrize("slug", UNCONFIRMED_RULES)
def test_an_unconfirmed_rule_is_labelled(client: FlaskClient, slug: str) -> None:
    assert "This rule was not found in a source." in text_of(client, f"/agreements/{slug}")


@pytest.mark.parametrize("slug", [slug for slug, fields in DOUBTFUL_FIELDS.items() if fields])
def test_each_unconfirmed_field_carries_its_label(client: FlaskClient, slug: str) -> None:
    facts = client.get(f"/agreements/{slug}").text.partition('<dl class="facts">')[2]
    labels = facts.partition("</dl>")[0].count('<span class="pill wait">unconfirmed</span>')
    assert labels == len(DOUBTFUL_FIELDS[slug])


def test_thresholds_that_no_source_confirms_are_labelled(client: FlaskClient) -> None:
    assert "(VA ≥ 30); Sri Lanka ≤ 65% unconfirmed" in text_of(client, "/agreements/safta")
    assert "12 months unconfirmed" in text_of(client, "/agreements/aifta")


def test_a_member_that_no_source_confirms_is_labelled(client: FlaskClient) -> None:
    text = text_of(client, "/agreements/safta")
    assert "Afghanistan (unconfirmed)" in text
    assert "Bangladesh (unconfirmed)" not in text


def test_an_unknown_agreement_is_not_found(client: FlaskClient) -> None:
    assert client.get("/agreements/atlantis").status_code == 404


def test_facts_are_escaped(client: FlaskClient, db: Session) -> None:
    def spoil(session: Session) -> None:
        session.scalars(select(Agreement).where(Agreement.slug == "safta")).one().remark = "<b>x"

    write(db, spoil)
    assert "&lt;b&gt;x" in client.get("/agreements/safta").text


def test_loading_again_changes_nothing_and_keeps_what_was_edited(db: Session) -> None:
    def edit(session: Session) -> None:
        session.scalars(select(Agreement).where(Agreement.slug == "safta")).one().remark = "edited"

    write(db, edit)
    counts = [db.scalar(select(func.count()).select_from(table)) for table in (Agreement, Member)]
    write(db, seed)
    assert counts == [
        db.scalar(select(func.count()).select_from(table)) for table in (Agreement, Member)
    ]
    assert db.scalar(select(Agreement.remark).where(Agreement.slug == "safta")) == "edited"
