"""Documents of a draft: uploaded one by one, replaced, removed, kept; seen by who may."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.core.audit import AuditRow
from portal.core.errors import Missing
from portal.documents.rules import KIND_LABELS, DocumentKind
from portal.filing import actions as filing
from portal.filing.actions.exporter import missing
from portal.filing.actions.papers import MOST_OTHERS
from portal.filing.models import Application, Attachment
from portal.filing.particulars import written_down
from portal.filing.queries import ApplicationFacts, application_facts, application_for
from portal.filing.rules.kinds import Kind
from portal.sandbox.papers import plain_pdf
from tests.build import Stage, form_fields
from tests.documents.pictures import encoded
from tests.documents.test_photos import photo, with_exif

PDF = plain_pdf("SPECIMEN", "a document")
Sent = tuple[str, bytes]


def send(
    client: FlaskClient, ref: str, kind: str, *files: Sent, headers: Any = None, **fields: str
) -> TestResponse:
    """Upload files in one request, as the page's form does."""
    address = f"/applications/{ref}/documents"
    page = client.get(address).text
    data = form_fields(page, kind=kind, **fields)
    data["file"] = [FileStorage(io.BytesIO(content), name) for name, content in files]
    boundary, body = encode_multipart(data)
    kind_of_body = f"multipart/form-data; boundary={boundary}"
    return client.post(address, data=body, content_type=kind_of_body, headers=headers)


def facts_of(stage: Stage, ref: str, who: str = "owner") -> ApplicationFacts:
    with stage.db() as db:
        return application_facts(db, application_for(db, stage.actor(who), ref))


def held(stage: Stage, ref: str) -> list[tuple[str, str, int]]:
    """What is attached now: kind, name, pages."""
    return [(one.kind, one.name, one.pages) for one in facts_of(stage, ref).attachments]


def errors_of(answer: TestResponse) -> str:
    """The list on top of a form that was refused."""
    assert answer.status_code == 422
    found = re.search(r'<div class="errors".*?</div>', answer.text, re.DOTALL)
    assert found
    return found.group(0)


def acts(stage: Stage, ref: str) -> list[str]:
    with stage.db() as db:
        query = select(AuditRow.act).where(AuditRow.stream == f"file:{ref}").order_by(AuditRow.id)
        return [act for act in db.scalars(query) if "document" in act]


def test_every_kind_is_taken_and_officers_see_all_beside_the_particulars(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    for kind in DocumentKind:
        content = plain_pdf("SPECIMEN", kind.value)
        answer = send(client, ref, kind.value, (f"{kind.value}.pdf", content), title=f"A {kind}")
        assert answer.status_code == 303, kind
    number = stage.hand_in(stage.actor("owner"), ref)
    page = stage.client("officer").get(f"/queue/{number}").text
    found = facts_of(stage, number)
    assert [one.kind for one in found.attachments] == [kind.value for kind in DocumentKind]
    for one in found.attachments:
        assert f"/queue/{number}/documents/{one.ref}" in page
        assert KIND_LABELS[DocumentKind(one.kind)] in page
    assert found.attachments[-1].name == "A other.pdf"


def test_no_page_of_documents_promises_attestation(stage: Stage) -> None:
    page = stage.client("owner").get(f"/applications/{stage.draft()}/documents").text
    assert "Invoice" in page and "Packing list" in page
    assert not re.search("attest", page, re.IGNORECASE)


def test_another_paper_needs_a_title_and_there_may_be_several(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    refused = send(client, ref, "other", ("x.pdf", PDF), title="")
    assert "Type what it is" in errors_of(refused)
    for title in ("Fumigation certificate", "Health/plant certificate"):
        content = plain_pdf("SPECIMEN", title)
        assert send(client, ref, "other", ("x.pdf", content), title=title).status_code == 303
    names = [name for kind, name, _ in held(stage, ref) if kind == "other"]
    assert names == ["Fumigation certificate.pdf", "Health-plant certificate.pdf"]
    facts = facts_of(stage, ref)
    assert "Fumigation certificate.pdf" in written_down(facts)
    assert "Health-plant certificate.pdf" in written_down(facts)


def test_a_kind_that_there_is_not_is_refused_and_nothing_is_kept(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    before = held(stage, ref)
    for kind in ("passport", "", "x" * 4096, "invoice\u202e"):
        assert send(client, ref, kind, ("x.pdf", PDF)).status_code == 422
        assert send(client, ref, kind, ("x.pdf", PDF), title="t").status_code == 422
    assert held(stage, ref) == before


def test_a_file_has_room_for_thirty_other_papers(stage: Stage) -> None:
    ref, actor = stage.draft(), stage.actor("owner")
    for n in range(MOST_OTHERS):
        stage.do(filing.attach, actor, ref, "other", **stored(stage, f"paper {n}"))
    refused = send(stage.client("owner"), ref, "other", ("x.pdf", PDF), title="One more")
    assert "which is all that a file may have" in errors_of(refused)
    assert len(held(stage, ref)) == MOST_OTHERS + 2


def stored(stage: Stage, words: str) -> dict[str, Any]:
    content = plain_pdf("SPECIMEN", words)
    key = stage.portal.kit.store.put("documents", content)
    return {"key": key, "name": f"{words}.pdf", "content": content, "pages": 1}


def test_a_replaced_version_is_kept_listed_and_opened_by_its_people(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    (first,) = [one for one in facts_of(stage, ref).attachments if one.kind == "invoice"]
    content = plain_pdf("SPECIMEN", "a corrected invoice")
    preparer = stage.client("preparer")
    assert send(preparer, ref, "invoice", ("corrected.pdf", content)).status_code == 303
    (earlier,) = facts_of(stage, ref).earlier
    assert (earlier.ref, earlier.was_removed, earlier.by) == (
        first.ref, False, stage.actor("owner").name,
    )  # fmt: skip
    page = client.get(f"/applications/{ref}/documents").text
    assert first.name in page and "corrected.pdf" in page and "replaced" in page
    address = f"/applications/{ref}/documents/{first.ref}"
    assert client.get(address).data.startswith(b"%PDF")
    assert stage.client("viewer").get(address).status_code == 200
    assert stage.client("stranger").get(address).status_code == 404


def test_a_removed_document_is_kept_among_the_earlier_ones_and_is_missing_again(
    stage: Stage,
) -> None:
    ref, client = stage.draft(), stage.client("owner")
    (invoice,) = [one for one in facts_of(stage, ref).attachments if one.kind == "invoice"]
    page = client.get(f"/applications/{ref}/documents").text
    address = f"/applications/{ref}/documents/{invoice.ref}/removal"
    assert client.post(address, data=form_fields(page)).status_code == 303
    facts = facts_of(stage, ref)
    assert [(one.ref, one.was_removed) for one in facts.earlier] == [(invoice.ref, True)]
    with stage.db() as db:
        assert [gap.field for gap in missing(db, facts)] == ["invoice"]
    assert acts(stage, ref)[-1] == "filing.document_removed"
    assert client.post(address, data=form_fields(page)).status_code == 404, "twice"


def test_nothing_is_removed_from_a_file_that_was_handed_in_or_is_anothers(stage: Stage) -> None:
    number = stage.submitted()
    (invoice, _) = facts_of(stage, number).attachments
    with pytest.raises(Missing):
        stage.do(filing.remove_document, stage.actor("stranger"), number, invoice.ref)
    client = stage.client("owner")
    fields = form_fields(client.get("/seat").text)
    address = f"/applications/{number}/documents/{invoice.ref}/removal"
    assert client.post(address, data=fields).status_code == 409
    other = stage.draft(), stage.draft()
    (mine, _) = facts_of(stage, other[0]).attachments
    address = f"/applications/{other[1]}/documents/{mine.ref}/removal"
    assert client.post(address, data=fields).status_code == 404
    assert len(held(stage, other[0])) == 2


def test_an_officer_opens_what_was_replaced_after_but_not_before_the_file_came(
    stage: Stage,
) -> None:
    ref, actor = stage.draft(), stage.actor("owner")
    (never, *_) = facts_of(stage, ref).attachments
    stage.do(filing.attach, actor, ref, "invoice", **stored(stage, "the invoice handed in"))
    number = stage.hand_in(actor, ref)
    stage.do(filing.claim, stage.actor("officer"), number)
    stage.do(filing.ask, stage.actor("officer"), number, "Which invoice?")
    (seen, *_) = facts_of(stage, number).attachments
    stage.do(filing.attach, actor, number, "invoice", **stored(stage, "the answer"))
    client = stage.client("officer")
    page = client.get(f"/queue/{number}").text
    assert seen.ref in page and never.ref not in page
    assert client.get(f"/queue/{number}/documents/{seen.ref}").status_code == 200
    assert client.get(f"/queue/{number}/documents/{never.ref}").status_code == 404


def test_a_form_that_is_sent_twice_attaches_once(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    for _ in range(2):
        assert send(client, ref, "invoice", ("invoice.pdf", PDF)).status_code == 303
        assert send(client, ref, "other", ("x.pdf", PDF), title="Twice").status_code == 303
        photos = ("a.jpg", encoded(photo(), "JPEG"))
        assert send(client, ref, "letter_of_credit", photos).status_code == 303
    assert len(facts_of(stage, ref).earlier) == 1, "the builder's invoice alone"
    assert len(held(stage, ref)) == 4
    assert acts(stage, ref).count("filing.document_attached") == 5


def test_photos_chosen_together_become_one_pdf_without_their_place(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    shots = [("IMG_1.JPG", with_exif(photo(), 6)), ("IMG_2.png", encoded(photo(900, 1200)))]
    assert send(client, ref, "invoice", *shots).status_code == 303
    (invoice,) = [one for one in facts_of(stage, ref).attachments if one.kind == "invoice"]
    assert (invoice.name, invoice.pages) == ("IMG_1.pdf", 2)
    content = client.get(f"/applications/{ref}/documents/{invoice.ref}").data
    assert content.startswith(b"%PDF") and b"Exif" not in content and b"Asha" not in content


def test_one_bad_photo_of_several_is_named_and_half_a_document_is_not_kept(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    before = held(stage, ref)
    shots = [("one.jpg", encoded(photo(), "JPEG")), ("two.jpg", b"\xff\xd8\xff rubbish")]
    said = errors_of(send(client, ref, "invoice", *shots))
    assert "two.jpg: The photo is damaged" in said
    many = [(f"{n}.jpg", encoded(photo(), "JPEG")) for n in range(11)]
    assert "These are 11 photos" in errors_of(send(client, ref, "invoice", *many))
    assert held(stage, ref) == before


def test_what_can_be_kept_is_kept_whatever_became_of_the_rest(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    files = [
        ("good.pdf", PDF),
        ("bad.docm", b"PK\x03\x04[Content_Types].xml word/vbaProject.bin"),
        ("photo.jpg", encoded(photo(), "JPEG")),
    ]
    answer = send(client, ref, "other", *files, title="Papers")
    said = errors_of(answer)
    assert "bad.docm: This is a document of an office program" in said
    names = [name for kind, name, _ in held(stage, ref) if kind == "other"]
    assert names == ["Papers (1).pdf", "Papers (2).pdf"]
    assert "Papers (1).pdf" in answer.text, "the page shows what was kept"


def test_a_kind_of_which_there_is_one_takes_one_pdf(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    before = held(stage, ref)
    two = [("a.pdf", PDF), ("b.pdf", plain_pdf("SPECIMEN", "b"))]
    assert "Choose one PDF" in errors_of(send(client, ref, "invoice", *two))
    assert "Choose a PDF file or photos first" in errors_of(send(client, ref, "invoice"))
    assert held(stage, ref) == before


def test_goods_of_another_country_need_its_certificate(stage: Stage) -> None:
    ref = stage.draft()
    with stage.db() as db:
        row = db.scalars(select(Application).where(Application.ref == ref)).one()
        row.kind = Kind.BACK_TO_BACK
        db.commit()
    client = stage.client("owner")
    page = client.get(f"/applications/{ref}/documents").text
    assert 'id="file-foreign_certificate"' in page and "para 2.93(f)" in page
    assert gaps_at_documents(stage, ref) == ["foreign_certificate"]
    send(client, ref, "foreign_certificate", ("origin.pdf", PDF))
    assert gaps_at_documents(stage, ref) == []


def gaps_at_documents(stage: Stage, ref: str) -> Sequence[str]:
    facts = facts_of(stage, ref)
    with stage.db() as db:
        return [gap.field for gap in missing(db, facts) if gap.section == "documents"]


def test_with_script_the_refused_part_comes_back_and_success_sends_on(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    part = {"HX-Request": "true"}
    refused = send(client, ref, "invoice", ("x.pdf", b"rubbish"), headers=part)
    assert refused.status_code == 422 and refused.text.lstrip().startswith('<div id="panel"')
    taken = send(client, ref, "invoice", ("x.pdf", PDF), headers=part)
    assert taken.status_code == 204
    assert taken.headers["HX-Redirect"].endswith(f"/{ref}/documents")


def test_an_upload_of_several_may_be_larger_than_other_requests(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    bulk = PDF + b"\n%" + b" " * (4 * 1024 * 1024)
    files = [(f"{n}.pdf", bulk + str(n).encode()) for n in range(3)]
    assert send(client, ref, "other", *files, title="Large").status_code == 303
    elsewhere = form_fields(client.get("/seat").text, bulk="x" * 7 * 1024 * 1024)
    assert client.post("/seat", data=elsewhere).status_code == 413
    too_much = [(f"{n}.pdf", bulk) for n in range(7)]
    assert send(client, ref, "other", *too_much, title="Too large").status_code == 413
    assert len(held(stage, ref)) == 5


def test_one_file_above_five_megabytes_is_named_and_the_others_are_kept(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    large = PDF + b" " * (5 * 1024 * 1024)
    said = errors_of(
        send(client, ref, "other", ("large.pdf", large), ("small.pdf", PDF), title="Both")
    )
    assert "large.pdf: The file is larger than 5 MB" in said
    assert len(held(stage, ref)) == 3


def test_the_database_keeps_one_of_a_kind_and_several_others(stage: Stage) -> None:
    ref = stage.draft()
    stage.do(filing.attach, stage.actor("owner"), ref, "other", **stored(stage, "one"))
    stage.do(filing.attach, stage.actor("owner"), ref, "other", **stored(stage, "two"))
    with stage.db() as db:
        kinds = list(db.scalars(select(Attachment.kind).where(Attachment.replaced_at.is_(None))))
    assert sorted(kinds) == ["invoice", "other", "other", "packing_list"]
