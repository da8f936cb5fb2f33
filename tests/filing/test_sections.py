"""The sections of the form: everything an application holds, for its kind, without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.core import clock
from portal.filing import actions
from portal.filing.models import Application, ForeignEvidence, GoodsLine, Invoice
from portal.filing.particulars import EVIDENCE_FIELDS, FIELDS, INVOICE_FIELDS, MORE_FIELDS
from portal.filing.queries import application_facts, application_for
from portal.filing.rules.completeness import SECTIONS, gaps
from portal.filing.rules.kinds import Kind
from portal.filing.rules.sections import BRANCH, LISTS, SECTION_FIELDS
from portal.identity import actions as identity
from tests.build import Stage, form_fields, yesterday
from tests.filing.browsing import Draft, filled, refused_at

pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing SelectField choices as tuples:DeprecationWarning"
)


@pytest.fixture
def draft(stage: Stage) -> Draft:
    return Draft.of(stage)


def row_of(draft: Draft) -> Application:
    with draft.stage.db() as db:
        found = db.scalars(select(Application).where(Application.ref == draft.ref)).one()
        db.expunge(found)
        row: Application = found
        return row


def section(draft: Draft, name: str) -> str:
    answer = draft.client.get(f"/applications/{draft.ref}/sections/{name}")
    assert answer.status_code == 200
    return answer.text


def become(draft: Draft, **columns: Any) -> None:
    """Begin anew as another kind: what the start page does."""
    with draft.stage.db() as db:
        row = db.scalars(select(Application).where(Application.ref == draft.ref)).one()
        for name, value in columns.items():
            setattr(row, name, value)
        db.commit()


def gaps_of(draft: Draft) -> list[tuple[str, str]]:
    with draft.stage.db() as db:
        row = application_for(db, draft.stage.actor("owner"), draft.ref)
        return [(gap.section, gap.field) for gap in gaps(application_facts(db, row), ())]


def test_everything_a_trader_writes_is_stored_as_typed(draft: Draft) -> None:
    day = yesterday()
    typed: dict[str, dict[str, str]] = {
        "certificate": {"own_reference": "ERP 4711/26", "branch": ""},
        "consignee": {
            "consignee_name": "TO ORDER OF INVENTED BANK, NAIROBI",
            "consignee_country": "KE",
            "notify_name": "Invented Importer",
            "notify_address": "9 Invented Pier\r\nMombasa",
            "notify_country": "KE",
            "invoicing_name": "Invented Trading FZE",
            "invoicing_country": "AE",
        },
        "transport": {
            "final_destination": "Kampala",
            "transport_document": "SPECIMEN/BL-77",
            "transport_document_date": day.isoformat(),
        },
        "invoice": {
            "invoice_total": "1,00,000.50",
            "credit_number": "LC 2026/0815",
            "credit_date": day.isoformat(),
            "clause": "WE CERTIFY THAT THE GOODS\r\n  ARE OF INDIAN ORIGIN.",
        },
    }
    for name, fields in typed.items():
        assert draft.send(f"sections/{name}", **fields).status_code == 303, name
    row = row_of(draft)
    assert row.own_reference == "ERP 4711/26"
    assert row.consignee_name == "TO ORDER OF INVENTED BANK, NAIROBI"
    assert (row.notify_name, row.notify_country) == ("Invented Importer", "KE")
    assert row.notify_address == "9 Invented Pier\nMombasa"
    assert (row.invoicing_name, row.invoicing_country) == ("Invented Trading FZE", "AE")
    assert (row.final_destination, row.transport_document) == ("Kampala", "SPECIMEN/BL-77")
    assert row.transport_document_date == row.credit_date == day
    assert row.invoice_total == 10_000_050
    assert row.clause == "WE CERTIFY THAT THE GOODS\n  ARE OF INDIAN ORIGIN."
    assert "1,00,000.50" in section(draft, "invoice")


def test_goods_to_order_need_no_address(draft: Draft) -> None:
    fields = {"consignee_name": "To the order of Invented Bank", "consignee_address": ""}
    assert draft.send("sections/consignee", **fields).status_code == 303
    assert ("consignee", "consignee_address") not in gaps_of(draft)
    answer = draft.send("sections/consignee", consignee_name="Invented Ltd", consignee_address="")
    assert "Type the address" in refused_at(answer, "consignee_address")
    assert ("consignee", "consignee_address") in gaps_of(draft)


def test_invoices_are_added_and_removed_without_script(draft: Draft) -> None:
    day = yesterday().isoformat()
    assert 'name="more_invoices-0-number"' in section(draft, "invoice")
    rows = {"more_invoices-0-number": "SPECIMEN-2", "more_invoices-0-dated": day}
    answer = draft.send("sections/invoice", add="more_invoices", **rows)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/sections/invoice#more_invoices")
    assert 'name="more_invoices-1-number"' in section(draft, "invoice")
    rows |= {"more_invoices-1-number": "SPECIMEN-3", "more_invoices-1-dated": day}
    assert draft.send("sections/invoice", **rows).status_code == 303
    assert invoices(draft) == [(2, "SPECIMEN-2"), (3, "SPECIMEN-3")]
    answer = draft.send("sections/invoice", remove="more_invoices-0", **rows)
    assert answer.status_code == 303
    assert invoices(draft) == [(2, "SPECIMEN-3")]
    answer = draft.send(
        "sections/invoice",
        remove="more_invoices-0",
        **{"more_invoices-0-number": "SPECIMEN-3", "more_invoices-0-dated": day},
    )
    assert invoices(draft) == []


def invoices(draft: Draft) -> list[tuple[int, str]]:
    with draft.stage.db() as db:
        found = db.execute(select(Invoice.position, Invoice.number).order_by(Invoice.position))
        return [(row.position, row.number) for row in found]


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"more_invoices-0-number": "SPECIMEN-2"}, "more_invoices-0-dated", "Give the invoice"),
        (
            {"more_invoices-0-number": "SPECIMEN-1", "more_invoices-0-dated": "2026-01-01"},
            "more_invoices-0-number",
            "stands here already",
        ),
        ({"invoice_total": "12,3"}, "invoice_total", "Write the figure like"),
        ({"invoice_total": "1.005"}, "invoice_total", "At most 2 decimals"),
        ({"credit_date": "2999-01-01"}, "credit_date", "between 2000 and today"),
        ({"clause": "x" * 601}, "clause", "1 characters too long"),
        ({"clause": "\n".join("abcdefghi")}, "clause", "9 lines; at most 8"),
    ],
)
def test_a_slip_in_the_invoices_is_named_at_its_place(
    draft: Draft, changes: dict[str, str], place: str, words: str
) -> None:
    answer = draft.send("sections/invoice", **changes)
    assert words in refused_at(answer, place)


def test_another_currency_means_the_same_amounts(draft: Draft) -> None:
    assert draft.send("sections/invoice", invoice_total="900.00").status_code == 303
    assert draft.send("sections/invoice", invoice_total="900", currency="JPY").status_code == 303
    assert (fob_of(draft), row_of(draft).invoice_total) == (900, 900)
    assert draft.send("sections/invoice", currency="KWD").status_code == 303
    assert fob_of(draft) == 900_000


def test_a_currency_without_the_decimals_of_a_line_is_refused(draft: Draft) -> None:
    with draft.stage.db() as db:
        db.execute(update(GoodsLine).values(fob_minor=90_050))
        db.commit()
    answer = draft.send("sections/invoice", invoice_total="900", currency="JPY", incoterm="CIF")
    assert "JPY has 0 decimals" in refused_at(answer, "currency")
    row = row_of(draft)
    assert (row.currency, row.incoterm, row.invoice_total) == ("USD", "CIF", None)
    assert fob_of(draft) == 90_050


def fob_of(draft: Draft) -> int:
    with draft.stage.db() as db:
        found: int = db.scalars(select(GoodsLine.fob_minor)).one()
        return found


def test_more_rows_than_fit_and_strange_row_numbers_break_nothing(draft: Draft) -> None:
    day = yesterday().isoformat()
    rows = {f"more_invoices-{n}-number": f"N-{n}" for n in range(40)}
    rows |= {f"more_invoices-{n}-dated": day for n in range(40)}
    rows |= {"more_invoices-²-number": "x", f"more_invoices-{'9' * 500}-number": "x"}
    assert draft.send("sections/invoice", **rows).status_code == 303
    assert len(invoices(draft)) == 30
    assert "more_invoices-30-number" not in section(draft, "invoice")


def test_only_what_belongs_to_the_kind_is_asked(draft: Draft) -> None:
    page = section(draft, "certificate")
    for name in ("trade", "origin_country", "evidence", "replacement_reason"):
        assert f'name="{name}' not in page
    become(draft, kind=Kind.BACK_TO_BACK)
    page = section(draft, "certificate")
    for name in ("trade", "origin_country", "evidence-0-kind", "evidence-0-issuer"):
        assert f'name="{name}"' in page
    assert "Public Notice 43/2024-25" in page
    become(draft, kind=Kind.NON_PREFERENTIAL, replaces_number="SPCC-DEL-2627-0000001-1")
    page = section(draft, "certificate")
    assert 'name="replacement_reason"' in page
    assert "SPCC-DEL-2627-0000001-1" in page
    assert ("certificate", "replacement_reason") in gaps_of(draft)


def test_goods_of_another_country_need_trade_country_and_proof(draft: Draft) -> None:
    become(draft, kind=Kind.BACK_TO_BACK)
    wanted = [("certificate", n) for n in ("trade", "origin_country", "evidence")]
    assert gaps_of(draft)[:3] == wanted
    answer = draft.send("sections/certificate", trade="re_export", origin_country="IN")
    assert "back-to-back one is for goods of another country" in refused_at(
        answer, "origin_country"
    )
    assert row_of(draft).trade == "re_export"
    proof = {
        "evidence-0-kind": "certificate_of_origin",
        "evidence-0-number": "CN/44-1",
        "evidence-0-dated": yesterday().isoformat(),
        "evidence-0-issuer": "CCPIT Shanghai",
    }
    sent = {"trade": "re_export", "origin_country": "CN", **proof}
    assert draft.send("sections/certificate", **sent).status_code == 303
    assert row_of(draft).origin_country == "CN"
    with draft.stage.db() as db:
        found = db.scalars(select(ForeignEvidence)).one()
        assert (found.position, found.number, found.issuer) == (1, "CN/44-1", "CCPIT Shanghai")
    assert gaps_of(draft) == [("documents", "foreign_certificate")]


def test_a_retrospective_certificate_has_its_reason(draft: Draft) -> None:
    answer = draft.send("sections/certificate", retrospective="y", retrospective_reason="")
    assert "Say why" in refused_at(answer, "retrospective_reason")
    answer = draft.send("sections/certificate", retrospective_reason="Buyer asked later")
    assert "Tick the box" in refused_at(answer, "retrospective_reason")
    fields = {"retrospective": "y", "retrospective_reason": "Buyer asked later"}
    assert draft.send("sections/certificate", **fields).status_code == 303
    assert row_of(draft).retrospective_reason == "Buyer asked later"
    page = section(draft, "certificate")
    assert re.search(r'<input checked[^>]* name="retrospective"', page)
    assert "<details open>" in page
    assert draft.send("sections/certificate", retrospective_reason="").status_code == 303
    assert row_of(draft).retrospective_reason == ""


def test_a_branch_comes_from_the_book_and_stays_when_the_book_changes(draft: Draft) -> None:
    owner = draft.stage.actor("owner")
    fields = {
        "name": "Invented Factory",
        "address": "Plot 9",
        "city": "Panipat",
        "state": "06",
        "pin": "132103",
        "gstin": "",
    }
    ref = draft.stage.do(identity.add_entry, owner, "branches", **fields)
    assert "Invented Factory" in section(draft, "certificate")
    assert draft.send("sections/certificate", branch=ref).status_code == 303
    row = row_of(draft)
    assert (row.branch_name, row.branch_address) == (
        "Invented Factory",
        "Plot 9\nPanipat 132103, Haryana",
    )
    draft.stage.do(identity.archive_entry, owner, "branches", ref)
    page = section(draft, "certificate")
    assert re.search(r'<option selected value="as-it-stands">Invented Factory', page)
    assert draft.send("sections/certificate", branch="as-it-stands").status_code == 303
    assert row_of(draft).branch_name == "Invented Factory"
    assert draft.send("sections/certificate", branch="").status_code == 303
    assert row_of(draft).branch_name == ""


def test_optional_parts_are_folded_until_something_stands_in_them(draft: Draft) -> None:
    assert "<details open>" not in section(draft, "consignee").split('id="panel"')[1]
    draft.send("sections/consignee", notify_name="Invented Importer")
    assert section(draft, "consignee").split('id="panel"')[1].count("<details open>") == 1
    assert "<details open>" not in section(draft, "invoice").split('id="panel"')[1]


def test_a_day_is_taken_as_people_in_india_write_it(draft: Draft) -> None:
    for written in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        draft.send("sections/invoice", invoice_date="2026-01-02")
        typed = yesterday().strftime(written)
        assert draft.send("sections/invoice", invoice_date=typed).status_code == 303
        assert row_of(draft).invoice_date == yesterday()


def test_what_is_missing_leads_straight_to_its_field(stage: Stage) -> None:
    actor = stage.actor("owner")
    ref = stage.do(actions.create, actor, stage.office_id())
    client = stage.client("owner")
    stage.do(actions.save, actor, ref, "invoice", credit_date=clock.today())
    page = client.get(f"/applications/{ref}/sections/declaration").text
    for address in re.findall(rf'href="(/applications/{ref}/[^"]+#[^"]+)"', page):
        path, _hash, place = address.partition("#")
        assert f'id="{place}"' in client.get(path).text, address
    for words in ("Name of the consignee", "Mode of transport", "Number of the letter of credit"):
        assert f">{words}</a>" in page
    assert "At least one goods line" in page
    review = client.get(f"/applications/{ref}").text
    assert f'href="/applications/{ref}/sections/consignee#consignee_name"' in review


def test_the_certificate_comes_first_and_leads_on_to_the_consignee(draft: Draft) -> None:
    assert SECTIONS[0] == "certificate"
    answer = draft.send("sections/certificate", own_reference="A1")
    assert answer.headers["Location"].endswith("/sections/consignee")


def test_the_signatory_of_an_agent_is_refused_and_the_rest_is_kept(stage: Stage) -> None:
    mandate = stage.mandate()
    acting = stage.acting(mandate)
    ref, client = stage.draft(acting), stage.acting_client(mandate)
    page = client.get(f"/applications/{ref}/sections/declaration").text
    fields = {
        **filled()["sections/declaration"],
        "signatory": acting.name,
        "declaration_place": "Kochi",
    }
    answer = client.post(
        f"/applications/{ref}/sections/declaration", data={**fields, **form_fields(page)}
    )
    assert "never bears the agent" in refused_at(answer, "signatory")
    with stage.db() as db:
        assert db.scalars(select(Application.declaration_place)).one() == "Kochi"


def test_every_particular_has_its_place_in_a_section() -> None:
    """What is declared can be typed, and what is typed is declared; a reference is the firm's."""
    begun = {"kind", "replaces_number", "replaces_date"}
    typed = {name for names in SECTION_FIELDS.values() for name in names}
    columns = (typed - {"branch", "own_reference", *LISTS}) | {*BRANCH}
    assert columns == {*FIELDS, *MORE_FIELDS} - begun
    assert dict(LISTS) == {"more_invoices": INVOICE_FIELDS, "evidence": EVIDENCE_FIELDS}


def test_goods_of_merchanting_trade_are_loaded_abroad(draft: Draft) -> None:
    become(draft, kind=Kind.BACK_TO_BACK)
    assert row_of(draft).port_of_loading == "INNSA1"
    owner = draft.stage.actor("owner")
    draft.stage.do(actions.save, owner, draft.ref, "certificate", trade="merchanting")
    assert row_of(draft).port_of_loading == ""
    assert ("transport", "loading_abroad") in gaps_of(draft)
    page = section(draft, "transport")
    assert 'name="port_of_loading"' not in page and "the goods never come to India" in page
    typed = filled()["sections/transport"]
    path, place = f"/applications/{draft.ref}/sections/transport", "Haiphong, Viet Nam"
    refused_at(draft.client.post(path, data=form_fields(page, **typed)), "loading_abroad")
    answer = draft.client.post(path, data=form_fields(page, **typed, loading_abroad=place))
    assert answer.status_code == 303
    assert "transport" not in {name for name, _field in gaps_of(draft)}
    assert place in draft.client.get(f"/applications/{draft.ref}").text
    draft.stage.do(actions.save, owner, draft.ref, "certificate", trade="re_export")
    assert row_of(draft).loading_abroad == ""
    assert ("transport", "port_of_loading") in gaps_of(draft)
    assert 'name="port_of_loading"' in section(draft, "transport")
