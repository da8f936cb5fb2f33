"""Stamps and signatures: uploaded by the agency, versioned, frozen on what was approved."""

from __future__ import annotations

import base64
import io
import json
import re
from typing import Any

import pikepdf
import pytest
from sqlalchemy import select

from jobs.task import JobFailed
from portal.adapters.pdf import SheetPdf
from portal.agencies import actions
from portal.agencies.models import Image, Officer
from portal.agencies.queries import images
from portal.agencies.rules import Use
from portal.certificates import queries as certificates
from portal.certificates.models import Certificate
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Forbidden, Invalid
from portal.documents.images import redraw
from portal.documents.rules import MAX_IMAGE_BYTES
from portal.filing.queries import application_for
from portal.proof import all_faults
from tests.build import Stage, form_fields
from tests.documents.pictures import encoded, signature, stamp, with_chunk

DARK_RED = (120, 10, 20)
PAGE = "/agency/images"


def office(stage: Stage, code: str = "DEL") -> str:
    return f"office-{stage.office_id(code)}"


def officer(stage: Stage, who: str = "officer") -> str:
    with stage.db() as db:
        query = select(Officer.id).where(Officer.person_id == stage.actor(who).person_id)
        return f"officer-{db.scalars(query).one()}"


def upload(stage: Stage, what: str, content: bytes | None, name: str = "stamp.png") -> Any:
    client = stage.client("administrator")
    fields = form_fields(client.get(PAGE).text, what=what)
    if content is not None:
        fields["file"] = (io.BytesIO(content), name)
    answer = client.post(PAGE, data=fields, content_type="multipart/form-data")
    # Werkzeug's client sends what is large from a file that it leaves open.
    answer.request.environ["wsgi.input"].close()
    return answer


def add(stage: Stage, what: str, content: bytes) -> str:
    """Give an image as the page does; returns its SHA-256."""
    drawn = redraw(content)
    assert drawn.ok
    key = stage.portal.kit.store.put("images", drawn.png)
    facts: dict[str, Any] = {"png": drawn.png, "width": drawn.width, "height": drawn.height}
    stage.do(actions.add_image, stage.actor("administrator"), what, key=key, **facts)
    with stage.db() as db:
        return str(db.scalars(select(Image.sha256).where(Image.storage_key == key)).one())


def both(stage: Stage) -> list[str]:
    return [
        add(stage, office(stage), encoded(stamp())),
        add(stage, officer(stage), encoded(signature())),
    ]


def frozen(stage: Stage, number: str) -> dict[str, str]:
    """What the sheet of a certificate says about its images: SHA-256 by use."""
    with stage.db() as db:
        text = db.scalars(select(Certificate.sheet).where(Certificate.number == number)).one()
        return {one["use"]: one["sha256"] for one in json.loads(text).get("images", [])}


def sealed(stage: Stage, ref: str) -> bytes:
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        found = certificates.live_certificate(db, row.id)
        assert found is not None
        key = certificates.file_of(db, found.id).storage_key
    return bytes(stage.portal.kit.store.get(key))


def colours(pdf: bytes) -> set[tuple[int, ...]]:
    """The colours of the pictures in a certificate that have a shape, without white."""
    found: set[tuple[int, ...]] = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Stream) and "/SMask" in one:
                data = one.read_bytes()
                found |= {tuple(data[at : at + 3]) for at in range(0, len(data), 3)}
    return found - {(255, 255, 255)}


def test_an_uploaded_stamp_is_shown_as_it_will_be_printed(stage: Stage) -> None:
    what, client = office(stage), stage.client("administrator")
    assert "Nothing is printed for it now" in client.get(f"{PAGE}?what={what}").text
    answer = upload(stage, what, encoded(stamp(), "JPEG", comment=b"Invented Photographer"))
    assert answer.location.endswith(f"{PAGE}?what={what}")
    shown = client.get(answer.location)
    (address,) = re.findall(r'<img src="data:image/png;base64,([^"]+)"', shown.text)
    assert re.search(r'width="104" height="10[34]" alt="stamp"', shown.text), "27.4 mm"
    with stage.db() as db:
        row = db.scalars(select(Image)).one()
        content = stage.portal.kit.store.get(row.storage_key)
        assert base64.b64decode(address) == content
        assert b"Photographer" not in content
        assert row.size == len(content) and row.storage_key.startswith("images/")
        assert row.person_id == stage.actor("administrator").person_id
        files = stage.portal.kit.store.keys()
        kept = [key for key, _ in files if key.startswith("images/")]
        assert kept == [row.storage_key], "the upload itself is nowhere"
        acts = list(db.scalars(select(AuditRow.act)))
        assert "agencies.image_added" in acts
        assert list(all_faults(db, stage.portal.kit)) == []


def test_an_officers_signature_is_shown_with_the_offices_stamp(stage: Stage) -> None:
    both(stage)
    page = stage.client("administrator").get(f"{PAGE}?what={officer(stage)}").text
    assert re.findall(r'alt="(\w+)"', page) == ["signature", "stamp"]
    assert stage.actor("officer").name in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Choose a PNG or JPEG file first."),
        (b"", "The file is empty"),
        (b"%PDF-1.7 rest", "This is a PDF, not a picture"),
        (encoded(stamp(200), "GIF"), "save it as PNG or JPEG"),
        (encoded(stamp(60)), "less than 100 pixels"),
        (with_chunk(encoded(stamp(200)), b"prVt", bytes(MAX_IMAGE_BYTES)), "larger than 1 MB"),
    ],
)
def test_a_wrong_picture_is_refused_at_its_field(
    stage: Stage, content: bytes | None, said: str
) -> None:
    answer = upload(stage, office(stage), content)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'selected value="{office(stage)}"' in answer.text, "what was chosen stays"
    with stage.db() as db:
        assert db.scalars(select(Image)).all() == []


def test_a_picture_of_just_1_mb_is_taken_and_one_byte_more_is_not(stage: Stage) -> None:
    plain = encoded(stamp(200))
    filler = MAX_IMAGE_BYTES - len(with_chunk(plain, b"prVt", b""))
    exact = with_chunk(plain, b"prVt", bytes(filler))
    assert len(exact) == MAX_IMAGE_BYTES
    assert upload(stage, office(stage), exact).status_code == 303
    assert upload(stage, office(stage), exact + b"x").status_code == 422


def test_nobody_gives_an_image_to_an_office_or_officer_of_others(stage: Stage) -> None:
    others = (office(stage, "TUP"), officer(stage, "other_agency"), "office-x", "")
    for what in others:
        assert upload(stage, what, encoded(stamp(200))).status_code == 422, what
    facts: dict[str, Any] = {"key": "images/x", "png": b"", "width": 1, "height": 1}
    for what in others:
        with pytest.raises(Invalid):
            stage.do(actions.add_image, stage.actor("administrator"), what, **facts)
    for who in ("officer", "supervisor", "directorate", "owner"):
        with pytest.raises(Forbidden):
            stage.do(actions.add_image, stage.actor(who), office(stage), **facts)
    page = stage.client("administrator").get(f"{PAGE}?what={office(stage, 'TUP')}").text
    assert "Tiruppur" not in page
    with stage.db() as db:
        assert db.scalars(select(Image)).all() == []


def test_the_newest_counts_and_the_earlier_ones_stay(stage: Stage) -> None:
    what, client = office(stage), stage.client("administrator")
    first, second = add(stage, what, encoded(stamp())), add(stage, what, encoded(signature()))
    with stage.db() as db:
        (now,) = images.current(db, stage.office_id(), None)
        assert (now.use, now.sha256) == (Use.STAMP, second)
        assert list(db.scalars(select(Image.sha256).order_by(Image.id))) == [first, second]
    page = client.get(f"{PAGE}?what={what}").text
    assert "Earlier versions" in page
    fields = form_fields(page, what=what)
    assert client.post(f"{PAGE}/withdrawal", data=fields).status_code == 303
    assert client.post(f"{PAGE}/withdrawal", data=fields).status_code == 409
    with stage.db() as db:
        assert images.current(db, stage.office_id(), None) == ()
        assert len(db.scalars(select(Image)).all()) == 2
        assert list(all_faults(db, stage.portal.kit)) == []


def test_what_an_office_lacks_can_be_asked(stage: Stage) -> None:
    office_id = stage.office_id()
    with stage.db() as db:
        assert not images.has_stamp(db, office_id)
        assert stage.actor("officer").name in images.officers_without_signature(db, office_id)
    both(stage)
    with stage.db() as db:
        assert images.has_stamp(db, office_id)
        left = images.officers_without_signature(db, office_id)
        assert stage.actor("officer").name not in left
        assert stage.actor("supervisor").name in left
        assert not images.has_stamp(db, stage.office_id("MUM"))


def test_a_certificate_bears_the_images_that_counted_at_its_approval(stage: Stage) -> None:
    stamp_sha, signature_sha = both(stage)
    ref, number = stage.approved()
    add(stage, office(stage), encoded(stamp(ink=DARK_RED)))
    assert frozen(stage, number) == {"stamp": stamp_sha, "signature": signature_sha}
    stage.run_jobs()
    pdf = sealed(stage, ref)
    assert (60, 40, 140) in colours(pdf) and DARK_RED not in colours(pdf)
    assert len(pdf) < 150_000
    stage.do(actions.withdraw_image, stage.actor("administrator"), office(stage))
    assert sealed(stage, ref) == pdf
    with stage.db() as db:
        assert list(all_faults(db, stage.portal.kit)) == []


def test_what_is_approved_after_a_replacement_bears_the_new_stamp(stage: Stage) -> None:
    both(stage)
    newer = add(stage, office(stage), encoded(stamp(ink=DARK_RED)))
    ref, number = stage.issued()
    assert frozen(stage, number)["stamp"] == newer
    assert DARK_RED in colours(sealed(stage, ref))


def test_only_the_approving_officers_signature_is_printed(stage: Stage) -> None:
    stamp_sha, _ = both(stage)
    _ref, number = stage.approved(officer="supervisor")
    assert frozen(stage, number) == {"stamp": stamp_sha}


def test_a_signature_ends_with_its_officers_time_at_the_office(stage: Stage) -> None:
    both(stage)
    with stage.db() as db:
        person_id = stage.actor("officer").person_id
        row = db.scalars(select(Officer).where(Officer.person_id == person_id)).one()
        row.ended_at = clock.now()
        db.flush()
        uses = [image.use for image in images.current(db, row.office_id, person_id)]
        assert uses == [Use.STAMP]


def test_without_images_sheet_and_certificate_say_nothing_of_them(stage: Stage) -> None:
    ref, number = stage.issued()
    with stage.db() as db:
        text = db.scalars(select(Certificate.sheet).where(Certificate.number == number)).one()
        assert "images" not in json.loads(text)
    assert colours(sealed(stage, ref)) == set()


def test_the_same_sheet_and_images_give_the_same_bytes(stage: Stage) -> None:
    both(stage)
    _ref, number = stage.approved()
    with stage.db() as db:
        sheet = certificates.unsealed(db, number).sheet
    store, sheets = stage.portal.kit.store, stage.portal.kit.sheets
    pictures = {image.use: store.get(image.storage_key) for image in sheet.images}
    assert isinstance(sheets, SheetPdf)
    backwards = dict(reversed(pictures.items()))
    assert sheets.render(sheet, pictures) == sheets.render(sheet, backwards)
    assert sheets.render(sheet, pictures) != sheets.render(sheet)


def test_a_changed_image_file_stops_the_seal_and_is_reported(stage: Stage) -> None:
    both(stage)
    _ref, number = stage.approved()
    with stage.db() as db:
        key = certificates.unsealed(db, number).sheet.images[0].storage_key
        store = stage.portal.kit.store
        store.remove(key)
        store.put_back(key, redraw(encoded(signature())).png)
        assert [f for f in all_faults(db, stage.portal.kit) if "images/" in f] == [
            f"file {key} was changed"
        ]
    with pytest.raises(JobFailed):
        stage.run_jobs()
    assert frozen(stage, number)
