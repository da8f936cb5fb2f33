"""The form's other kinds, its checks and its Shipping Bill, each from the page to the outcome."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from portal.certificates import actions as certificates
from portal.core import clock
from portal.filing import actions as filing
from tests.build import LINE, PARTICULARS, Stage
from tests.certificates.test_sheet import words
from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER, OFFICER = "owner@rice.example", "officer@chamber.example"


def for_the_buyer(exporter: Person, ref: str, folder: Path) -> str:
    """What the sheet marked DRAFT says, without blanks."""
    exporter.open(f"/applications/{ref}", "review-foreign")
    exporter.press("Draft of the certificate for the buyer (PDF)").at("/draft-sheet$")
    exporter.reads("Download the draft", within=acts.SEAL_SECONDS).look("draft-sheet")
    with exporter.page.expect_download() as waiting:
        exporter.follow("Download the draft (PDF)")
    return words(Path(waiting.value.path()).read_bytes(), folder)


def begun(exporter: Person, kind: str) -> str:
    """A draft of a kind, begun on the page; its reference."""
    exporter.open("/applications/new", "start")
    acts.choose_office(exporter.type(kind=kind)).press("Begin").at("/sections/certificate$")
    return exporter.page.url.split("/applications/")[1].split("/")[0]


def filled(stage: Stage, ref: str) -> None:
    """What every kind asks for besides its own section."""
    facts = {"invoice_date": clock.today() - timedelta(days=1)}
    owner = stage.actor("owner")
    stage.do(filing.save, owner, ref, "consignee", **{**PARTICULARS, **facts})
    stage.do(filing.add_line, owner, ref, **LINE)
    for kind in ("invoice", "packing_list"):
        stage.attach(owner, ref, kind)


def test_goods_of_another_country_go_out_back_to_back(walk: Walk, tmp_path: Path) -> None:
    stage, exporter = laid.stage(walk.portal), walk.someone(EXPORTER)
    ref = begun(exporter, "back_to_back")
    exporter.look("certificate-foreign").type(trade="re_export", origin_country="IN")
    exporter.press("Save and go on").reads(
        "Goods of Indian origin get the ordinary certificate"
    ).look("certificate-india")
    paper = {"kind": "certificate_of_origin", "number": "VN-2026/118", "issuer": "Invented Chamber"}
    paper |= {"dated": (clock.today() - timedelta(days=9)).isoformat()}
    exporter.type(origin_country="VN", **{f"evidence-0-{k}": v for k, v in paper.items()})
    exporter.press("Save and go on").at("/sections/consignee$")
    filled(stage, ref)
    exporter.open(f"/applications/{ref}/goods", "goods-foreign")
    exporter.reads("Indian origin isn't claimed")
    exporter.open(f"/applications/{ref}/documents", "documents-foreign")
    acts.upload(exporter, "foreign_certificate")
    printed = for_the_buyer(exporter, ref, tmp_path)
    for said in ("DRAFT", "BACK-TO-BACK", "VietNam", "VN-2026/118", "InventedChamber"):
        assert said in printed, said
    number = acts.hand_in(exporter, ref)
    exporter.reads("Re-export", "VN-2026/118")
    officer = walk.someone(OFFICER).open(f"/queue/{number}", "scrutiny-foreign")
    officer.reads("Back-to-back", "Viet Nam", "VN-2026/118", "Invented Chamber")


def test_a_certificate_is_replaced_by_one_in_lieu(walk: Walk) -> None:
    stage, exporter = laid.stage(walk.portal), walk.someone(EXPORTER)
    file = stage.in_scrutiny()
    old = stage.do(certificates.approve, stage.actor("officer"), file, stage.addresses())
    exporter.open(f"/applications/{file}", "approved")
    exporter.reads("issued and sealed", within=acts.SEAL_SECONDS).follow("Number and check code")
    exporter.press("Correct: apply in lieu").at("/sections/certificate$").look("in-lieu")
    exporter.reads(f"In place of the certificate {old}")
    exporter.type(replacement_reason="The consignee's name was misspelt.")
    exporter.press("Save and go on").at("/sections/consignee$")
    ref = exporter.page.url.split("/applications/")[1].split("/")[0]
    exporter.type(consignee_name="Corrected Consignee Limited").press("Save and go on")
    exporter.at("/sections/transport$").open(f"/applications/{ref}/documents", "documents")
    for kind in ("invoice", "packing_list"):
        acts.upload(exporter, kind)
    exporter.open(f"/applications/{ref}", "in-lieu-review")
    both = ("Specimen Consignee Limited", "Corrected Consignee Limited")
    exporter.reads(f"In lieu of certificate {old}", *both)
    number, officer = acts.hand_in(exporter, ref), walk.someone(OFFICER)
    officer.open(f"/queue/{number}", "in-lieu-untaken").press("Take this file").reads(*both)
    officer.look("in-lieu-scrutiny").press("Approve and issue").reads("Approved")
    if not walk.mode.script:
        exporter.page.reload()
    exporter.reads("issued and sealed", within=acts.SEAL_SECONDS)
    anybody = walk.person().open(f"/verify/{old}", "verify-superseded")
    anybody.reads("was issued in lieu of this one").reads_not(*both)
    exporter.open(f"/applications/{file}/certificate", "certificate-superseded")
    exporter.reads("this one doesn't count any more")


def test_what_an_officer_would_send_back_is_told_and_leads_to_its_field(walk: Walk) -> None:
    ref = laid.stage(walk.portal).draft(invoice_total=95_000)
    exporter = walk.someone(EXPORTER).open(f"/applications/{ref}", "review-checks")
    found = exporter.page.locator("#preflight")
    expect(found).to_contain_text("950")
    found.get_by_role("link", name="950").first.click()
    exporter.at("/sections/invoice#invoice_total$").type(invoice_total="900")
    exporter.press("Save and go on").at("/goods")
    exporter.open(f"/applications/{ref}", "review")
    expect(exporter.page.locator("#preflight")).not_to_contain_text("950")


def test_a_shipping_bill_that_names_another_invoice_is_told_and_put_right(walk: Walk) -> None:
    file = laid.stage(walk.portal).submitted(invoice_number=f"BILL-{walk.mode}")
    exporter = walk.someone(EXPORTER).open(f"/applications/{file}", "submitted")
    exporter.follow("Enter the Shipping Bill").look("shipping-bill")
    bill = {"number": "5518820", "dated": clock.today().isoformat(), "port": "INNSA1"}
    exporter.type(**bill, invoices="BILL-OTHER").press("Save the Shipping Bill")
    exporter.reads("The invoice numbers differ", "Notification 05/2026-27")
    exporter.look("shipping-bill-differs")
    officer = walk.someone(OFFICER).open("/queue/shipping-bills", "mismatches").reads(file)
    exporter.type(**bill, invoices=f"BILL-{walk.mode}").press("Save the Shipping Bill")
    exporter.reads("identical", "Entered before").look("shipping-bill-identical")
    officer.page.reload()
    officer.reads_not(file)
