"""A GST e-invoice fills a draft: read within bounds, shown first, taken part by part."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.errors import Invalid, Missing
from portal.filing import actions as filing
from portal.filing.actions import einvoices as actions
from portal.filing.einvoice import read, read_back, written
from portal.filing.models import Application, ShippingBill, Typed
from portal.filing.queries import application_facts, application_for, last_savers
from portal.filing.rules.gst import scaled, shares, unit_of
from portal.filing.rules.gst_json import Unreadable
from portal.identity import actions as identity
from portal.reference.models import NationalLine
from tests.build import LINE, Stage, form_fields

GSTIN = "06ZZZCS0001A1ZQ"


def item(**changes: Any) -> dict[str, Any]:
    return {
        "SlNo": "1",
        "PrdDesc": "Stainless steel thali sets",
        "IsServc": "N",
        "HsnCd": "73239390",
        "Qty": 200,
        "Unit": "SET",
        "UnitPrice": 375.0,
        "TotAmt": 75000.0,
        "AssAmt": 75000.0,
        "GstRt": 0,
        "TotItemVal": 75000.0,
        **changes,
    }


def invoice(items: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """An invented e-invoice by schema 1.1, with the parts that a test changes."""
    made = {
        "Version": "1.1",
        "Irn": "0" * 64,
        "TranDtls": {"TaxSch": "GST", "SupTyp": "EXPWOP"},
        "DocDtls": {"Typ": "INV", "No": "INV/26-27/7", "Dt": "24/11/2026"},
        "SellerDtls": {"Gstin": GSTIN, "LglNm": "Specimen Rice Mill", "Stcd": "06"},
        "BuyerDtls": {
            "Gstin": "URP",
            "LglNm": "Invented Importer GmbH",
            "Addr1": "9 Invented Pier",
            "Loc": "Hamburg",
            "Pin": 999999,
            "Stcd": "96",
            "Ph": "9999999999",
        },
        "ItemList": items if items is not None else [item()],
        "ValDtls": {"AssVal": 75000.0, "TotInvVal": 75000.0, "TotInvValFc": 900.0},
        "ExpDtls": {
            "ShipBNo": "1234567",
            "ShipBDt": "25/11/2026",
            "Port": "INNSA1",
            "ForCur": "USD",
            "CntCode": "DE",
        },
    }
    for name, part in changes.items():
        made[name] = {**made[name], **part} if isinstance(part, dict) else part  # type: ignore[dict-item]
    return made


def raw(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def token(value: Any) -> str:
    body = base64.urlsafe_b64encode(raw(value)).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{body}.c2ln"


def test_what_an_e_invoice_says_is_read() -> None:
    found = read(raw(invoice()))
    assert (found.number, found.dated) == ("INV/26-27/7", date(2026, 11, 24))
    assert (found.buyer_name, found.buyer_address) == (
        "Invented Importer GmbH",
        "9 Invented Pier\nHamburg",
    )
    assert (found.currency, found.total, found.country) == ("USD", Decimal("900.0"), "DE")
    assert (found.port, found.bill_number, found.bill_dated) == (
        "INNSA1",
        "1234567",
        date(2026, 11, 25),
    )
    line = found.items[0]
    assert (line.hsn, line.quantity, line.unit, line.amount) == (
        "73239390",
        200_000,
        "SET",
        7_500_000,
    )
    assert read_back(json.loads(json.dumps(written(found)))) == found
    assert "9999999999" not in json.dumps(written(found))


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: raw([one]),
        lambda one: raw({"Data": one}),
        lambda one: raw({"Success": "Y", "Data": json.dumps(one)}),
        lambda one: raw({"AckNo": 1, "SignedInvoice": token({"data": json.dumps(one)})}),
        lambda one: token({"data": json.dumps(one), "iss": "NIC"}).encode(),
        lambda one: raw([{"Data": {"SignedInvoice": token(one)}}]),
        lambda one: b"\xef\xbb\xbf" + raw(one),
        lambda one: json.dumps(one).encode("utf-16"),
        lambda one: raw({**one, "ItemList": {"Item": one["ItemList"]}}),
    ],
)
def test_wrapped_and_signed_forms_are_read_alike(wrapped: Any) -> None:
    assert read(wrapped(invoice())) == read(raw(invoice()))


def test_of_several_invoices_one_is_chosen_by_its_number() -> None:
    several = [invoice(), invoice(DocDtls={"No": "INV/26-27/8"})]
    with pytest.raises(Unreadable, match="2 invoices: INV/26-27/7, INV/26-27/8"):
        read(raw(several))
    assert read(raw(several), "inv/26-27/8 ").number == "INV/26-27/8"
    with pytest.raises(Unreadable, match="no invoice with this number"):
        read(raw(several), "9")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "Choose the JSON file"),
        (b'{"a": 1,\n "b": }', "line 2, column 7"),
        (b'{"a": NaN}', "NaN"),
        (b"%PDF-1.7 \xff\xfe", "no text"),
        (b"[" * 50_000, "nested deeper"),
        (b"[" * 30 + b"]" * 30, "nested deeper"),
        (raw([7] * 200_000), "far more than an invoice"),
        (b'"' + b"x" * 1024 * 1024 + b'"', "larger than 1 MB"),
        (b'{"a": "\\ud800"}', "can't be kept"),
        (b'{"a": "\\u0000"}', "can't be kept"),
        (b'{"\\udfff": 1}', "can't be kept"),
        (b"aa.!!.cc", "right JSON"),
        (b"aa.bbbbb.cc", "unpacked"),
        (raw({"hello": "world"}), "DocDtls and ItemList"),
        (raw("text"), "right JSON"),
        (raw([]), "DocDtls and ItemList"),
        (raw(invoice(DocDtls={"Typ": "CRN"})), "credit or debit note"),
        (raw({**invoice(), "ItemList": 7}), "list of lines"),
        (raw(invoice([item()] * 1001)), "1001 lines"),
        (b"1" * 100_000, "DocDtls and ItemList"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(sent: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(sent)
    assert said in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
PARTS = ("DocDtls", "ExpDtls", "BuyerDtls", "ValDtls", "SellerDtls", "TranDtls", "ItemList", "Irn")


@given(st.dictionaries(st.sampled_from(PARTS), JSON), st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(parts: dict[str, Any], junk: bytes) -> None:
    for sent in (json.dumps({**invoice(), **parts}).encode("utf-8", "surrogatepass"), junk):
        try:
            found = read(sent)
        except Unreadable:
            continue
        else:
            assert read_back(json.loads(json.dumps(written(found)))) == found


@given(st.integers(0, 10**14), st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_shares_make_up_the_whole(total: int, weights: list[int]) -> None:
    found = shares(total, weights)
    assert sum(found) == (total if sum(weights) else 0)
    assert all(part >= 0 for part in found)


@pytest.mark.parametrize(
    ("uqc", "unit"),
    [
        ("SET", "SET"),
        ("ggr", "GGK"),
        ("KG", "KGS"),
        ("Pairs", "PRS"),
        ("m2", "SQM"),
        ("", ""),
        ("WHATEVER", ""),
    ],
)
def test_units_of_gst_are_those_of_customs(uqc: str, unit: str) -> None:
    assert unit_of(uqc) == unit


@pytest.mark.parametrize(
    ("value", "found"),
    [("200.5", 200_500), ("0.0001", None), ("-1", None), ("1e999999", None), ("1e11", 10**14)],
)
def test_figures_that_do_not_fit_are_left_to_the_person(value: str, found: int | None) -> None:
    assert scaled(Decimal(value), 3) == found


def send(stage: Stage, client: FlaskClient, sent: Any, ref: str = "", **typed: Any) -> Any:
    address = f"/applications/{ref}/e-invoice" if ref else "/applications/e-invoice"
    file = {"file": (io.BytesIO(sent), "e-invoice.json")} if sent is not None else {}
    office = {} if ref else {"office": str(stage.office_id())}
    fields = form_fields(client.get(address).text, **office, **file, **typed)
    return client.post(address, data=fields)


def begun(stage: Stage, client: FlaskClient, sent: Any = None) -> str:
    answer = send(stage, client, raw(invoice()) if sent is None else sent)
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/applications/(\w+)/e-invoice", answer.headers["Location"])
    assert found
    return found[1]


def facts_of(stage: Stage, ref: str) -> Any:
    with stage.db() as db:
        return application_facts(db, application_for(db, stage.actor("owner"), ref))


BODIES = re.compile(r'<(textarea|select)[^>]*name="(line[^"]+)"[^>]*>(.*?)</\1>', re.DOTALL)


def defaults(page: str) -> dict[str, str]:
    """What the fields of lines hold as they are shown."""
    found = {}
    for tag in re.findall(r'<input[^>]*name="line[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        found[name[1]] = html.unescape(value[1]) if value else ""
    for kind, name_, body in BODIES.findall(page):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        text = html.unescape(body).strip()
        found[name_] = text if kind == "textarea" else chosen[1] if chosen else ""
    return found


def test_a_draft_is_filled_only_by_what_was_confirmed(stage: Stage) -> None:
    client = stage.client("preparer")
    ref = begun(stage, client)
    assert facts_of(stage, ref).invoice_number == ""
    page = html.unescape(client.get(f"/applications/{ref}/e-invoice").text)
    for words in ("INV/26-27/7", "24 Nov 2026", "Invented Importer GmbH", "Germany", "(INNSA1)"):
        assert words in page, words
    assert "signature was not checked" in page
    ticked = re.findall(r'<input checked[^>]*name="parts"[^>]*value="(\w+)"', page)
    assert ticked == ["invoice", "consignee", "route", "shipping_bill"]
    answer = client.post(
        f"/applications/{ref}/e-invoice/particulars", data=form_fields(page, parts=ticked)
    )
    assert answer.status_code == 303
    a = facts_of(stage, ref)
    assert (a.invoice_number, a.invoice_date, a.currency, a.invoice_total) == (
        "INV/26-27/7",
        date(2026, 11, 24),
        "USD",
        90_000,
    )
    assert (a.consignee_name, a.consignee_country, a.destination_country) == (
        "Invented Importer GmbH",
        "DE",
        "DE",
    )
    bill = a.shipping_bill
    assert (bill.number, bill.port, bill.invoices) == ("1234567", "INNSA1", ("INV/26-27/7",))
    assert a.lines == ()


def test_lines_wait_until_packages_and_weights_are_typed(stage: Stage) -> None:
    client = stage.client("owner")
    items = [item(), item(PrdDesc="Steel bowls", AssAmt=25000.0)]
    ref = begun(stage, client, raw(invoice(items)))
    page = client.get(f"/applications/{ref}/e-invoice").text
    typed = defaults(page)
    assert (typed["line0-fob"], typed["line1-fob"]) == ("675.00", "225.00")
    assert (typed["line0-unit"], typed["line0-gross_weight"]) == ("SET", "")
    address = f"/applications/{ref}/e-invoice/lines"
    assert client.post(address, data=form_fields(page, **typed)).status_code == 422
    typed |= {"line0-packages": "10", "line0-package_kind": "cartons", "line0-net_weight": "140"}
    typed["line0-criterion"] = "made_from_indian_inputs"
    wrong = client.post(address, data=form_fields(page, **{**typed, "line0-gross_weight": "99"}))
    assert wrong.status_code == 422 and "below the net weight" in wrong.text
    assert 'value="cartons"' in wrong.text
    right = form_fields(page, **{**typed, "line0-gross_weight": "150"})
    assert client.post(address, data=right).status_code == 303
    lines = facts_of(stage, ref).lines
    assert [(x.position, x.hs_code, x.quantity, x.gross_weight, x.fob_minor) for x in lines] == [
        (1, "73239390", 200_000, 150_000, 67_500)
    ]
    assert client.post(address, data=right).status_code == 422
    assert len(facts_of(stage, ref).lines) == 1
    assert "1 line of the e-invoice" in html.unescape(client.get(f"/applications/{ref}").text)


def test_six_digits_ask_for_the_missing_two_with_the_choices(stage: Stage) -> None:
    facts = {"description": "Sets of steel", "source": "invented", "certainty": "S"}
    with stage.db() as db:
        since = date(2020, 1, 1)
        for code in ("73239390", "73239310"):
            db.add(NationalLine(code=code, valid_from=since, successors="", **facts))
        db.commit()
    client = stage.client("owner")
    ref = begun(stage, client, raw(invoice([item(HsnCd="732393")])))
    page = html.unescape(client.get(f"/applications/{ref}/e-invoice").text)
    assert "has 6 digits only: choose or type all eight" in page
    assert "7323 93 10 Sets of steel" in page and "7323 93 90 Sets of steel" in page
    typed = {
        **defaults(page),
        "line0-packages": "1",
        "line0-package_kind": "box",
        "line0-gross_weight": "2",
        "line0-net_weight": "1",
        "line0-criterion": "wholly_obtained",
    }
    address = f"/applications/{ref}/e-invoice/lines"
    for choice, status in (("", 422), ("732393", 422), ("73239310", 303)):
        sent = form_fields(page, **{**typed, "line0-hs_choice": choice})
        assert client.post(address, data=sent).status_code == status, choice
    assert [x.hs_code for x in facts_of(stage, ref).lines] == ["73239310"]


def test_a_product_of_the_book_completes_its_line(stage: Stage) -> None:
    fields = {
        "name": "Thali",
        "hs_code": "73239390",
        "description": "STAINLESS STEEL THALI SETS",
        "unit": "SET",
        "package_kind": "jute bags",
        "criterion": "made_from_indian_inputs",
        "processing": "",
        "producer": "other",
        "producer_name": "Invented Maker",
        "producer_address": "Karnal",
    }
    stage.do(identity.add_entry, stage.actor("owner"), "products", **fields)
    client = stage.client("owner")
    ref = begun(stage, client, raw(invoice([item(HsnCd="732393")])))
    page = client.get(f"/applications/{ref}/e-invoice").text
    typed = defaults(page)
    assert (typed["line0-hs_code"], typed["line0-package_kind"]) == ("73239390", "jute bags")
    typed |= {"line0-packages": "1", "line0-gross_weight": "2", "line0-net_weight": "1"}
    address = f"/applications/{ref}/e-invoice/lines"
    assert client.post(address, data=form_fields(page, **typed)).status_code == 303
    line = facts_of(stage, ref).lines[0]
    assert (line.hs_code, line.producer, line.producer_name) == (
        "73239390",
        "other",
        "Invented Maker",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SellerDtls": {"Gstin": "09ZZZFS0002B1ZB"}}, "is not one of"),
        ({"SellerDtls": {"Gstin": "06ZZZCS0001A1ZZ"}}, "is not one of"),
        ({"SellerDtls": {"Gstin": None}}, "names no seller"),
    ],
)
def test_an_invoice_of_another_seller_is_refused(
    stage: Stage, changes: dict[str, Any], said: str
) -> None:
    client = stage.client("owner")
    answer = send(stage, client, raw(invoice(**changes)))
    assert answer.status_code == 422 and said in html.unescape(answer.text)
    ref = stage.draft()
    assert send(stage, client, raw(invoice(**changes)), ref).status_code == 422
    with stage.db() as db:
        assert db.scalars(select(Application.ref)).all() == [ref]
        assert db.scalars(select(Typed.id)).all() == []


def test_bad_text_comes_back_as_it_was_pasted(stage: Stage) -> None:
    client = stage.client("owner")
    answer = send(stage, client, None, text='{"DocDtls": oops}')
    assert answer.status_code == 422
    assert "line 1, column 13" in answer.text and "oops}" in answer.text
    pasted = send(stage, client, None, text=json.dumps(invoice()))
    assert pasted.status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"DocDtls": {"Dt": "24/11/2999"}}, "which is after today"),
        ({"DocDtls": {"No": "234567890124"}}, "could be an Aadhaar number"),
        ({"BuyerDtls": {"LglNm": "आयातक"}}, "can't print"),
        ({"ExpDtls": {"ShipBNo": "none"}}, "number of the Shipping Bill, such as"),
        ({"ExpDtls": {"Port": "INXXX9"}}, "INXXX9 is not a code that is known"),
        ({"ExpDtls": {"CntCode": "XX"}}, "XX is not a code that is known"),
        ({"ExpDtls": {"ForCur": "HRK"}}, "HRK ended on"),
        ({"ExpDtls": None, "TranDtls": {"SupTyp": "B2B"}}, "not marked as an export"),
    ],
)
def test_what_is_wrong_in_it_is_told_and_not_taken(
    stage: Stage, changes: dict[str, Any], said: str
) -> None:
    client = stage.client("owner")
    ref = begun(stage, client, raw(invoice(**changes)))
    page = html.unescape(client.get(f"/applications/{ref}/e-invoice").text)
    assert said in page
    parts = re.findall(r'name="parts"[^>]*value="(\w+)"', page)
    answer = client.post(
        f"/applications/{ref}/e-invoice/particulars", data=form_fields(page, parts=parts)
    )
    assert answer.status_code == 303
    a = facts_of(stage, ref)
    for wrong in ("XX", "HRK", "INXXX9", "234567890124", "आयातक", date(2999, 11, 24)):
        assert wrong not in (
            a.consignee_country, a.currency, a.port_of_loading, a.invoice_number,
            a.consignee_name, a.invoice_date,
        )  # fmt: skip


def test_what_differs_in_a_draft_is_shown_and_not_ticked(stage: Stage) -> None:
    client, ref = stage.client("owner"), stage.draft()
    assert send(stage, client, raw(invoice()), ref).status_code == 303
    page = html.unescape(client.get(f"/applications/{ref}/e-invoice").text)
    assert "Specimen Consignee Limited" in page and "differs" in page
    assert "Kenya" in page
    ticked = re.findall(r'<input checked[^>]*name="parts"[^>]*value="(\w+)"', page)
    assert ticked == ["shipping_bill"]
    sent = form_fields(page, parts=ticked)
    client.post(f"/applications/{ref}/e-invoice/particulars", data=sent)
    assert facts_of(stage, ref).invoice_number == "SPECIMEN-1"
    with stage.db() as db:
        assert len(db.scalars(select(ShippingBill.id)).all()) == 1
    put_away = f"/applications/{ref}/e-invoice/disposal"
    assert client.post(put_away, data=form_fields(page)).status_code == 303
    assert client.post(put_away, data=form_fields(page)).status_code == 404


def completed(page: str) -> dict[str, str]:
    """The first line of an e-invoice with what it doesn't say."""
    return {
        **defaults(page),
        "line0-packages": "1",
        "line0-package_kind": "box",
        "line0-gross_weight": "2",
        "line0-net_weight": "1",
    }


def test_values_are_those_of_the_drafts_currency(stage: Stage) -> None:
    client, ref = stage.client("owner"), stage.draft(lines=0, currency="JPY")
    send(stage, client, raw(invoice()), ref)
    page = client.get(f"/applications/{ref}/e-invoice").text
    assert "The draft is in JPY, the e-invoice in USD" in html.unescape(page)
    typed = completed(page)
    assert typed["line0-fob"] == ""
    address = f"/applications/{ref}/e-invoice/lines"
    for value, status in (("900.50", 422), ("900", 303)):
        sent = form_fields(page, **{**typed, "line0-fob": value})
        assert client.post(address, data=sent).status_code == status, value
    assert [x.fob_minor for x in facts_of(stage, ref).lines] == [900]


def test_lines_that_are_taken_before_the_currency_keep_their_values(stage: Stage) -> None:
    client = stage.client("owner")
    yen = invoice(ExpDtls={"ForCur": "JPY"}, ValDtls={"TotInvValFc": 900})
    ref = begun(stage, client, raw(yen))
    page = client.get(f"/applications/{ref}/e-invoice").text
    typed = completed(page)
    assert typed["line0-fob"] == "900"
    address = f"/applications/{ref}/e-invoice"
    assert client.post(f"{address}/lines", data=form_fields(page, **typed)).status_code == 303
    fields = form_fields(page, parts=["invoice"])
    assert client.post(f"{address}/particulars", data=fields).status_code == 303
    a = facts_of(stage, ref)
    assert (a.currency, a.invoice_total, [x.fob_minor for x in a.lines]) == ("JPY", 900, [900])


def test_a_currency_that_the_lines_do_not_fit_is_not_taken(stage: Stage) -> None:
    client, ref, owner = stage.client("owner"), stage.draft(), stage.actor("owner")
    stage.do(filing.change_line, owner, ref, 1, **{**LINE, "fob_minor": 90_050})
    send(stage, client, raw(invoice(ExpDtls={"ForCur": "JPY"}, ValDtls={"TotInvValFc": 900})), ref)
    address = f"/applications/{ref}/e-invoice"
    fields = form_fields(client.get(address).text, parts=["invoice"])
    answer = client.post(f"{address}/particulars", data=fields)
    assert answer.status_code == 422 and "JPY has 0 decimals" in answer.text
    assert facts_of(stage, ref).currency == "USD"


def test_whoever_takes_a_part_has_saved_its_fields(stage: Stage) -> None:
    client = stage.client("preparer")
    ref = begun(stage, client)
    page = client.get(f"/applications/{ref}/e-invoice").text
    address = f"/applications/{ref}/e-invoice/particulars"
    client.post(address, data=form_fields(page, parts=["consignee"]))
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        saver = last_savers(db, row, ["consignee_name"])["consignee_name"]
    assert saver.person_id == stage.actor("preparer").person_id


@pytest.mark.parametrize("who", ["stranger", "viewer", "officer", "agent"])
def test_others_reach_nothing_of_it(stage: Stage, who: str) -> None:
    ref = begun(stage, stage.client("owner"))
    client = stage.client(who)
    fields = form_fields(client.get("/seat").text, parts="invoice")
    address = f"/applications/{ref}/e-invoice"
    assert client.get(address).status_code == 404
    for act in ("", "/particulars", "/lines", "/disposal"):
        assert client.post(address + act, data=fields).status_code == 404
    with pytest.raises(Missing):
        stage.do(actions.take_parts, stage.actor("stranger"), ref, ["invoice"])


def test_a_colleague_goes_on_where_another_began(stage: Stage) -> None:
    ref = begun(stage, stage.client("owner"))
    page = stage.client("preparer").get(f"/applications/{ref}/e-invoice").text
    assert "Invented Importer GmbH" in page


def test_lines_that_are_sent_twice_at_once_are_added_once(stage: Stage) -> None:
    ref, owner = begun(stage, stage.client("owner")), stage.actor("owner")
    facts = {
        "hs_code": "73239390", "description": "Sets", "marks": "", "packages": 1,
        "package_kind": "box", "quantity": 1000, "unit": "SET", "gross_weight": 2,
        "net_weight": 1, "fob_minor": 1, "criterion": "wholly_obtained",
    }  # fmt: skip
    added: list[int] = []

    def act() -> None:
        added.append(stage.do(actions.take_lines, owner, ref, {0: facts}))

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [0, 1] and len(facts_of(stage, ref).lines) == 1


def test_a_code_that_ended_meanwhile_is_not_taken(stage: Stage) -> None:
    ref = begun(stage, stage.client("owner"))
    facts = {"hs_code": "10063020"}
    with pytest.raises(Invalid, match="ended"):
        stage.do(actions.take_lines, stage.actor("owner"), ref, {0: facts})
