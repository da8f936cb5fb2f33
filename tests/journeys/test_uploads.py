"""Uploads in the browser: photos, several at once, a line that breaks, a button pressed twice."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.documents.pictures import encoded
from tests.documents.test_photos import photo, with_exif
from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER = "owner@rice.example"


def chosen(person: Person, name: str, files: Sequence[tuple[str, str, bytes]]) -> Locator:
    """Choose files (name, type, content) for a kind; its form."""
    payloads = [FilePayload(name=n, mimeType=kind, buffer=content) for n, kind, content in files]
    person.page.locator(f"[id='file-{name}']").set_input_files(payloads)
    return person.page.locator("form", has=person.page.locator(f"[id='file-{name}']"))


def at_documents(walk: Walk) -> tuple[Person, str]:
    exporter = walk.someone(EXPORTER)
    ref = laid.stage(walk.portal).draft()
    exporter.open(f"/applications/{ref}/documents", "documents")
    return exporter, ref


def test_photos_of_a_phone_become_one_document(walk: Walk) -> None:
    exporter, _ref = at_documents(walk)
    shots = [
        ("IMG_1.jpg", "image/jpeg", with_exif(photo(), 6)),
        ("IMG_2.png", "image/png", encoded(photo(900, 1200))),
    ]
    form = chosen(exporter, "invoice", shots)
    form.get_by_role("button", name="Upload").click()
    expect(form.get_by_text("2 pages")).to_be_visible(timeout=20_000)
    expect(form.get_by_role("link", name="IMG_1.pdf")).to_be_visible()
    exporter.reads("Earlier versions and removed documents: 1")
    exporter.page.locator("details summary").first.click()
    exporter.reads("replaced").look("documents-earlier")


def test_what_can_not_be_taken_is_said_and_what_can_is_kept(walk: Walk) -> None:
    exporter, _ref = at_documents(walk)
    exporter.type(**{"kind-another": "other", "title-another": "Fumigation certificate"})
    files = [
        ("good.pdf", "application/pdf", acts.a_pdf("fumigation")),
        ("bad.heic", "image/heic", b"\x00\x00\x00\x18ftypheic" + bytes(64)),
    ]
    chosen(exporter, "another", files).get_by_role("button", name="Upload").click()
    exporter.reads("bad.heic: This is a HEIC photo", "Fumigation certificate.pdf")
    expect(exporter.page.locator(".errors")).to_be_focused()
    expect(exporter.page.locator("[id='title-another']")).to_have_value("Fumigation certificate")
    exporter.look("documents-half-taken")


def test_a_document_is_removed_and_listed_as_removed(walk: Walk) -> None:
    exporter, _ref = at_documents(walk)
    exporter.page.get_by_role("button", name="Remove").first.click()
    exporter.reads("Earlier versions and removed documents: 1")
    exporter.page.locator("details summary").first.click()
    exporter.reads("removed")


def test_a_line_that_breaks_leaves_nothing_half_and_says_so(walk: Walk) -> None:
    if not walk.mode.script:
        return  # the browser's own page says it then; the raw sockets prove that nothing is kept
    exporter, ref = at_documents(walk)
    page, broken = exporter.page, [True]

    def cut(route: Route) -> None:
        if broken and route.request.method == "POST":
            broken.pop()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**/applications/{ref}/documents", cut)
    form = chosen(exporter, "invoice", [("new.pdf", "application/pdf", acts.a_pdf("new"))])
    form.get_by_role("button", name="Upload").click()
    expect(page.locator("#trouble")).not_to_be_empty()
    exporter.complaints.clear()  # the browser notes the broken line, as it should
    kept = page.locator("[id='file-invoice']").evaluate("e => e.files.length")
    assert kept == 1, "what was chosen is still chosen"
    form.get_by_role("button", name="Upload").click()
    expect(form.get_by_role("link", name="new.pdf")).to_be_visible()
    exporter.reads("Earlier versions and removed documents: 1")


def test_a_button_pressed_twice_uploads_once(walk: Walk) -> None:
    exporter, _ref = at_documents(walk)
    form = chosen(exporter, "invoice", [("twice.pdf", "application/pdf", acts.a_pdf("twice"))])
    form.get_by_role("button", name="Upload").dblclick()
    expect(form.get_by_role("link", name="twice.pdf")).to_be_visible()
    exporter.page.reload()
    exporter.reads("Earlier versions and removed documents: 1")
