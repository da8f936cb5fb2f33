"""What each kind of certificate prints; older sheets print as they always did."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.adapters.fonts import REGULAR
from portal.adapters.pdf import SheetPdf
from portal.adapters.pdf.setting import Part, cut
from portal.certificates import actions as certificates
from portal.certificates.sheet import Party, Sheet, from_json, to_json
from portal.certificates.wording import Approval, sheet_of
from portal.filing import actions as filing
from portal.filing.models import ForeignEvidence
from portal.filing.queries import ApplicationFacts, application_for
from portal.filing.queries.shapes import EvidenceFacts, InvoiceFacts
from portal.filing.rules.kinds import Evidence, Kind, Trade
from portal.verification.queries import Verdict, by_number
from tests.build import Stage, form_fields
from tests.certificates.sheets import TEMPLATES, a_sheet
from tests.certificates.test_sheet import ask, words
from tests.filing.papers import facts, line

APPROVAL = Approval(
    number="SPC-DEL-2627-0000123-K",
    check_code="7F4K-92QX",
    at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    officer="Ravi Sample",
    designation="Deputy Director",
    verify_url="https://ecoo.example/verify",
    qr_url="https://ecoo.example/q/" + "Ab3dEf6hIj" * 3,
    specimen=True,
)
# What pages and their forms drew at revision NP-1, when it was the only one.
FIRST = {
    "one": "3b4149afe8a1282433be3573fb0dee8a24d12bce4d92dfae1b8b793b6541f298",
    "sixty": "c6ec01438bf489e6648dbdb64293c8f7448e41fcb4712d33d09ef7b6cd2ad390",
    "real": "234de4eeffbbee42c5355e33648f1ba71ff32be2299f42d9c3490237a9f89ecb",
    "long": "499fb276a4f308940814b812fc840d4c3b913e0e173c5ab824e44b28bd3982bf",
}
UGANDA: dict[str, Any] = {
    "kind": Kind.BACK_TO_BACK,
    "trade": Trade.RE_EXPORT.value,
    "origin_country": "UG",
    "origin_country_name": "Uganda",
    "destination_country": "KE",
    "destination_country_name": "Kenya",
    "evidence": (
        EvidenceFacts(
            Evidence.CERTIFICATE_OF_ORIGIN, "UG/CO/0042", date(2026, 9, 1), "Invented Chamber"
        ),
        EvidenceFacts(Evidence.BILL_OF_ENTRY, "7788990", date(2026, 9, 20), "Invented Customs"),
    ),
}
TRADE: dict[str, Any] = {
    "number": "NP-SPC-DEL-2627-0000456-3",
    "consignee_name": "TO ORDER OF INVENTED BANK OF KENYA",
    "notify_name": "Invented Forwarders Limited",
    "notify_address": "9 Invented Street\nMombasa 80100",
    "notify_country": "KE",
    "notify_country_name": "Kenya",
    "invoicing_name": "Invented Traders FZE",
    "invoicing_country": "AE",
    "invoicing_country_name": "United Arab Emirates",
    "final_destination": "Kampala",
    "transport_document": "INVBL/2026/778",
    "transport_document_date": date(2026, 11, 28),
    "credit_number": "LC-2026-0007",
    "credit_date": date(2026, 10, 1),
    "clause": "WE CERTIFY THAT NO OTHER MARK IS ON THE GOODS.\nP/O 77-B: 100% cotton",
    "branch_name": "Panipat Works",
    "branch_address": "Plot 3, Invented Estate\nPanipat 132103, Haryana",
    "more_invoices": (
        InvoiceFacts("SPECIMEN/COTTON/2026-27/0002", date(2026, 11, 21)),
        InvoiceFacts("SPECIMEN/COTTON/2026-27/0003", date(2026, 11, 22)),
    ),
}


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> SheetPdf:
    return SheetPdf(tmp_path_factory.mktemp("fonts"), TEMPLATES)


def sheet(**other: Any) -> Sheet:
    return sheet_of(facts(1, **other), APPROVAL)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def first_sheets() -> dict[str, Sheet]:
    """Sheets as they were frozen at revision NP-1."""
    rows = tuple(f"Address row {n} of many, Invented Quarter" for n in range(18))
    party = Party("Ten Names " * 8, rows, "KENYA")
    made = {
        "one": a_sheet(1),
        "sixty": a_sheet(60),
        "real": a_sheet(3, specimen=False),
        "long": a_sheet(2, consignee=party, official_use="Seen.\n" * 12),
    }
    return {name: replace(one, revision="NP-1") for name, one in made.items()}


def drawn(pdf: bytes) -> str:
    """SHA-256 of all drawing operators, whatever packs them."""
    digest = hashlib.sha256()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            digest.update(page.Contents.read_bytes())
            for _name, form in sorted(page.Resources.XObject.items()):
                digest.update(form.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize("name", FIRST)
def test_a_sheet_of_the_first_revision_is_drawn_as_ever(maker: SheetPdf, name: str) -> None:
    frozen = json.dumps(to_json(first_sheets()[name]))
    assert (
        not {"branch", "notify", "declares", "notes", "draft", "images"} & json.loads(frozen).keys()
    )
    assert drawn(maker.render(from_json(json.loads(frozen)))) == FIRST[name]


def test_what_came_later_survives_json() -> None:
    made = sheet(**TRADE, **UGANDA)
    assert made.revision == "NP-2"
    assert from_json(json.loads(json.dumps(to_json(made)))) == made


def test_indian_goods_bear_the_usual_title_and_declaration(maker: SheetPdf, tmp_path: Path) -> None:
    made = sheet()
    printed = words(maker.render(made), tmp_path)
    assert made.title == "CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)"
    assert (made.official_use, made.declares, made.origin_country) == ("", (), "INDIA")
    assert "producedinINDIA" in printed and "RETROSPECTIVELY" not in printed


def test_a_back_to_back_certificate_names_country_purpose_and_evidence(
    maker: SheetPdf, tmp_path: Path
) -> None:
    printed = words(maker.render(sheet(**UGANDA)), tmp_path)
    for said in (
        "BACK-TO-BACK CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)",
        "RE-EXPORT OF GOODS ORIGINATING IN UGANDA",
        "Certificate of origin No. UG/CO/0042 dated 01.09.2026, Invented Chamber",
        "Bill of entry No. 7788990 dated 20.09.2026, Invented Customs",
        "they originate in UGANDA as the evidence named in box 4 proves",
        "Origin Uganda",
    ):
        assert bare(said) in printed, said


@pytest.mark.parametrize("trade", Trade)
def test_foreign_goods_are_never_said_to_be_produced_in_india(
    maker: SheetPdf, tmp_path: Path, trade: Trade
) -> None:
    made = sheet(**{**UGANDA, "trade": trade.value})
    printed = words(maker.render(made), tmp_path)
    assert "produced" not in printed and made.origin_country == "UGANDA"
    assert trade.value.replace("_", "-").split("-")[0].upper() in printed
    # The place of issue and the exporter's own address alone name India.
    assert printed.upper().count("INDIA") == len(["Issued in", "box 1", "port of loading"])


def test_the_back_to_back_title_stands_on_one_row(maker: SheetPdf, tmp_path: Path) -> None:
    page = ask("pdftotext", maker.render(sheet(**UGANDA)), tmp_path, "-layout")
    assert "BACK-TO-BACK CERTIFICATE OF ORIGIN (NON-PREFERENTIAL)" in page


def test_in_lieu_and_retrospective_stand_in_box_4(maker: SheetPdf, tmp_path: Path) -> None:
    made = sheet(
        replaces_number="SPC-DEL-2627-0000099-X",
        replaces_date=date(2026, 11, 1),
        retrospective_reason="The papers came late.",
    )
    assert made.official_use.splitlines() == [
        "ISSUED IN LIEU OF CERTIFICATE No. SPC-DEL-2627-0000099-X DATED 01.11.2026",
        "ISSUED RETROSPECTIVELY",
    ]
    printed = words(maker.render(made), tmp_path)
    assert bare(made.official_use) in printed
    assert "camelate" not in printed


def test_all_that_trade_asks_for_is_printed_as_typed(maker: SheetPdf, tmp_path: Path) -> None:
    printed = words(maker.render(sheet(**TRADE)), tmp_path)
    for said in (
        "TO ORDER OF INVENTED BANK OF KENYA",
        "Notify party: Invented Forwarders Limited 9 Invented Street Mombasa 80100 Kenya",
        "Branch: Panipat Works Plot 3, Invented Estate Panipat 132103, Haryana",
        "Third-country invoicing by Invented Traders FZE, United Arab Emirates",
        "Bill of lading No. INVBL/2026/778 dated 28.11.2026",
        "Final destination Kampala, Uganda",
        "Letter of credit No. LC-2026-0007 dated 01.10.2026",
        TRADE["clause"],
    ):
        assert bare(said) in printed, said


def test_box_10_names_the_lines_own_invoice_or_all() -> None:
    lines = (line(1, invoice=2), line(2), line(3), line(4, invoice=9))
    made = sheet_of(replace(facts(1, **TRADE), lines=lines), APPROVAL)
    own, everything, again, lost = (one.invoice for one in made.lines)
    assert own == "SPECIMEN/COTTON/2026-27/0002\n21.11.2026"
    assert everything.count("2026-27/000") == 3
    assert again == lost == "All those of item 2"


def test_two_invoices_are_named_on_every_line() -> None:
    two = {**TRADE, "more_invoices": TRADE["more_invoices"][:1]}
    made = sheet_of(facts(2, **two), APPROVAL)
    assert [one.invoice.count("SPECIMEN/COTTON") for one in made.lines] == [2, 2]


def test_a_producer_is_named_unless_confidential() -> None:
    other = {"producer_name": "Invented Weavers", "producer_address": "Lane 2\nPanipat"}
    lines = (line(1), line(2, producer="other", **other), line(3, producer="confidential", **other))
    same, named, hidden = sheet_of(replace(facts(1), lines=lines), APPROVAL).lines
    assert "Producer" not in same.description
    assert named.description.endswith("\nProducer: Invented Weavers, Lane 2, Panipat")
    assert hidden.description.endswith("\nProducer: available to the authorities on request")
    assert "Weavers" not in hidden.description


def test_long_boxes_go_on_beneath_the_goods_and_nothing_is_lost(
    maker: SheetPdf, tmp_path: Path
) -> None:
    proofs = tuple(
        EvidenceFacts(Evidence.OTHER, f"BE/{n:05d}", date(2026, 9, 1), "Invented Customs House")
        for n in range(60)
    )
    rows = "\n".join(f"Row {n} of an address that is long" for n in range(30))
    made = sheet(
        **{**TRADE, **UGANDA, "evidence": proofs, "notify_address": rows, "clause": "Said. " * 400}
    )
    pdf = maker.render(made)
    printed = words(pdf, tmp_path)
    assert "Box2,continued:" in printed and "Box4,continued:" in printed
    assert [n for n in range(60) if f"BE/{n:05d}" not in printed] == []
    assert [n for n in range(30) if bare(f"Row {n} of an address") not in printed] == []
    assert printed.count("Said.") == 400
    assert smallest_size(pdf) > 6.5
    boxes = ask("pdftotext", pdf, tmp_path, "-bbox")
    lows = [float(y) for y in re.findall(r'yMax="([\d.]+)"', boxes)]
    assert max(lows) <= 293 * 72 / 25.4


def smallest_size(pdf: bytes) -> float:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [page.Contents.read_bytes() for page in document.pages]
    return min(float(n) for s in streams for n in re.findall(rb"/\S+ ([\d.]+) Tf", s))


@given(
    st.lists(st.text(st.sampled_from("ab /-,"), min_size=1, max_size=60), min_size=1, max_size=40),
    st.floats(20, 200),
)
def test_a_cut_box_loses_no_letter(rows: list[str], height: float) -> None:
    text = "\n".join(rows)
    parts = [Part(((REGULAR, text),), 8.0)]
    kept, rest = cut(parts, 160.0, height, lambda _face, said: len(said) * 0.5, 6.6, "MORE")
    printed = "".join(words for part in kept for _, words in part.runs)
    assert bare(printed.removesuffix("MORE") + rest) == bare(text)
    assert bool(rest) == printed.endswith("MORE")


TEXT = st.text(st.sampled_from("ABCxyz 0-/.,&<>'’é"), min_size=1, max_size=80).map(
    lambda text: "x" + text.strip()
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(Kind),
    texts=st.fixed_dictionaries(
        {
            name: TEXT
            for name in (
                "consignee_name",
                "notify_name",
                "invoicing_name",
                "final_destination",
                "transport_document",
                "credit_number",
                "clause",
                "branch_name",
                "vessel",
                "port_of_discharge",
                "invoice_number",
                "signatory",
                "declaration_place",
            )
        }
    ),
    count=st.integers(1, 12),
)
def test_every_value_of_a_random_application_is_on_its_sheet(
    maker: SheetPdf, tmp_path: Path, kind: Kind, texts: dict[str, str], count: int
) -> None:
    more = UGANDA if kind is Kind.BACK_TO_BACK else {}
    found: ApplicationFacts = facts(count, **{**TRADE, **more, **texts})
    printed = words(maker.render(sheet_of(found, APPROVAL)), tmp_path)
    assert [name for name, text in texts.items() if bare(text) not in printed] == []


def test_the_start_page_offers_four_kinds_and_begins_each(stage: Stage) -> None:
    client = stage.client("owner")
    page = client.get("/applications/new").text
    assert page.count('type="radio"') == 4
    office = stage.office_id()
    for kind, stored in (("non_preferential", "np"), ("back_to_back", "b2b"), ("", "np")):
        fields = form_fields(page, office=office, **({"kind": kind} if kind else {}))
        answer = client.post("/applications", data=fields)
        assert answer.status_code == 303
        ref = answer.location.split("/")[2]
        assert (
            kind_of(stage, ref) is {"np": Kind.NON_PREFERENTIAL, "b2b": Kind.BACK_TO_BACK}[stored]
        )
    late = client.post("/applications", data=form_fields(page, office=office, kind="retrospective"))
    assert late.status_code == 303 and late.location.endswith("#retrospective_reason")
    opened = client.get(late.location).text.split("<summary>The goods have left")[0]
    assert opened.rstrip().endswith("<details open>")
    lieu = client.post("/applications", data=form_fields(page, kind="in_lieu"))
    assert lieu.location.endswith("/applications/new/in-lieu")
    wrong = client.post("/applications", data=form_fields(page, office=office, kind="other"))
    assert wrong.status_code == 422 and "Choose what you need from the list." in wrong.text


def kind_of(stage: Stage, ref: str) -> Kind:
    with stage.db() as db:
        return application_for(db, stage.actor("owner"), ref).kind


def foreign_draft(stage: Stage) -> str:
    """A complete draft of a back-to-back certificate with a proof of origin."""
    ref = stage.draft(
        kind=Kind.BACK_TO_BACK,
        trade="merchanting",
        origin_country="VN",
        loading_abroad="Haiphong, Viet Nam",
    )
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        proof = ForeignEvidence(application_id=row.id, position=1, number="VN/CO/7")
        proof.kind, proof.issuer = Evidence.CERTIFICATE_OF_ORIGIN, "Invented Chamber"
        proof.dated = date(2026, 10, 1)
        db.add(proof)
        db.commit()
    return ref


def test_a_back_to_back_certificate_is_issued_and_verified(stage: Stage, tmp_path: Path) -> None:
    owner, officer = stage.actor("owner"), stage.actor("officer")
    ref = foreign_draft(stage)
    client = stage.client("owner")
    assert "not of Indian origin" in client.get(f"/applications/{ref}").text
    stage.attach(owner, ref, "foreign_certificate")
    number = stage.hand_in(owner, ref)
    stage.do(filing.claim, officer, number)
    certificate = stage.do(certificates.approve, officer, number, stage.addresses())
    stage.run_jobs()
    printed = words(client.get(f"/applications/{number}/certificate.pdf").data, tmp_path)
    assert "MERCHANTINGTRADEOFGOODSORIGINATINGIN" in printed and "producedin" not in printed
    assert "CertificateoforiginNo.VN/CO/7dated01.10.2026,InventedChamber" in printed
    assert "FromHaiphong,VietNam" in printed and "INNSA1" not in printed
    with stage.db() as db:
        assert by_number(db, certificate).verdict is Verdict.VALID
