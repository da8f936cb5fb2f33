"""Ways into an application besides typing: lists, e-invoices, the last shipment's copy."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from playwright.sync_api import FilePayload

from tests.build import yesterday
from tests.filing.test_batches import HEAD, begun, goods
from tests.filing.test_einvoice import invoice, item
from tests.filing.test_sheaves import ROW, listed
from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER = "owner@rice.example"
# A repeat shipment: at most so many typed fields, and seconds to type them.
MOST_FIELDS, MOST_SECONDS = 8, 60


def sent(exporter: Person, name: str, kind: str, content: bytes) -> Person:
    """Choose a file for the field `file`."""
    return exporter.choose("file", [FilePayload(name=name, mimeType=kind, buffer=content)])


def table(exporter: Person) -> str:
    return re.sub(r"\s+", " ", exporter.page.locator("main").inner_text())


def test_lines_come_by_a_list_and_a_wrong_cell_is_corrected_in_its_place(walk: Walk) -> None:
    ref, exporter = laid.stage(walk.portal).draft(lines=0), walk.someone(EXPORTER)
    exporter.open(f"/applications/{ref}/goods", "goods-empty").follow("Bring in lines")
    exporter.at("/lists$").look("lists")
    wrong = ROW.replace(";10;cartons", ";ten;cartons").replace("thali sets", "tiffin boxes")
    sent(exporter, "lines.csv", "text/csv", listed(ROW, wrong, ROW)).press("Look through the rows")
    exporter.reads("2 rows can be taken", "1 waits for corrections").look("list-wrong")
    exporter.type(c3_packages="10")
    exporter.page.locator("#c3_packages").press("Enter")
    exporter.reads("3 rows can be taken").look("list-sound")
    exporter.press("Take 3 lines into the draft").at(f"/applications/{ref}/goods")
    exporter.reads("Steel thali sets", "Steel tiffin boxes", "30 packages").look("goods-taken")
    exporter.page.go_back()
    exporter.page.reload()
    exporter.reads("3 were taken", "Nothing can be changed in this list any more")


def test_applications_come_by_a_list_with_the_firms_references(walk: Walk) -> None:
    laid.stage(walk.portal)
    exporter, mark = walk.someone(EXPORTER), f"J-{walk.mode}"
    exporter.open("/applications/lists", "batch-send")
    first = begun(f"{mark}-1", f"{mark}/1")
    rows = (HEAD, first, goods(f"{mark}-1"), begun(f"{mark}-2", f"{mark}/2", country="Nowhere"))
    acts.choose_office(exporter)
    sent(exporter, "november.csv", "text/csv", "\r\n".join(rows).encode())
    exporter.press("Look through the rows").reads("waits for corrections", "Nowhere")
    exporter.look("batch-wrong").press("Begin 1 application")
    exporter.reads("Drafts made from this list", f"{mark}-1").look("batch-begun")
    exporter.reads("waits for corrections")
    with exporter.page.expect_download() as waiting:
        exporter.follow("These references with their files and certificates (CSV)")
    assert f"{mark}-1" in Path(waiting.value.path()).read_text("utf-8-sig")
    exporter.follow(f"{mark}-1", inside="main").reads("Steel thali sets", "Spoons")


def test_an_e_invoice_fills_a_draft(walk: Walk) -> None:
    laid.stage(walk.portal)
    exporter = walk.someone(EXPORTER).open("/applications/new", "start")
    exporter.follow("Begin from a GST e-invoice (JSON)").look("einvoice-send")
    acts.choose_office(exporter)
    made = json.dumps(invoice([item(), item(HsnCd="732393", PrdDesc="Steel jugs")]))
    sent(exporter, "e-invoice.json", "application/json", made.encode())
    exporter.press("Show what it says").reads("INV/26-27/7", "Invented Importer GmbH", "Hamburg")
    exporter.look("einvoice").press("Take what is ticked").reads("the same")
    first = {"packages": "10", "package_kind": "cartons", "gross_weight": "150"}
    first |= {"net_weight": "140", "criterion": "made_from_indian_inputs"}
    exporter.type(**{f"line0-{name}": value for name, value in first.items()})
    exporter.press("Add the completed lines to the draft").reads("1 line waits")
    exporter.look("einvoice-rest").follow("Go on with the draft")
    exporter.reads("INV/26-27/7", "Stainless steel thali sets", "isn't in the draft yet")


def test_the_next_shipment_is_typed_in_few_fields(walk: Walk) -> None:
    last, exporter = laid.stage(walk.portal).submitted(), walk.someone(EXPORTER)
    exporter.open(f"/applications/{last}", "submitted")
    began = time.monotonic()
    exporter.follow("Use again for another shipment, or keep as a template").look("again")
    new = {"invoice_number": f"AGAIN-{walk.mode}", "invoice_date": yesterday().isoformat()}
    new |= {"vessel": "MV Invented Return", "departs_on": yesterday().isoformat()}
    exporter.type(**new).press("Begin the new draft").at(r"/applications/\w{10}$")
    exporter.reads("Specimen Consignee Limited", "MV Invented Return", "Stainless steel thali sets")
    ref = exporter.page.url.rsplit("/", 1)[1]
    exporter.open(f"/applications/{ref}/documents", "documents")
    for kind in ("invoice", "packing_list"):
        acts.upload(exporter, kind)
    exporter.open(f"/applications/{ref}", "review").reads_not("Still missing").type(declared="y")
    seconds, typed = time.monotonic() - began, len(new) + 3
    print(f"a repeat shipment, {walk.mode}: {typed} fields in {seconds:.0f} s of scripted typing")
    assert typed <= MOST_FIELDS
    assert seconds < MOST_SECONDS
