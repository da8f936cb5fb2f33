"""What can be typed wrongly, by accident or on purpose, through the real forms without script."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from portal.core import clock
from portal.filing.models import Application, GoodsLine
from portal.sandbox.papers import plain_pdf
from tests.build import LINE, Stage, form_fields
from tests.filing.browsing import TEXTS, Draft, filled, finished, keeps, refused_at

AADHAAR = "234123412346"
MARKUP = "{{7*7}}<script>%(x)s${7}"

# form, field, what is typed, a part of the message
WRONG: list[tuple[str, str, str, str]] = [
    ("goods", "hs_code", "99999999", "999999 is not a subheading"),
    ("goods", "hs_code", "7323", "4 digits are the international code"),
    ("goods", "hs_code", "7323939A", "digits only; “A”"),
    ("goods", "hs_code", "٧٣٢٣٩٣٩٠", "digits only"),
    ("goods", "hs_code", "10063093", "10063091, 10063092, 10063099"),
    ("goods", "net_weight", "150.001", "below the net weight, 150.001 kg"),
    ("goods", "net_weight", "0", "above zero"),
    ("goods", "gross_weight", "-1", "without a plus or minus"),
    ("goods", "gross_weight", "1e3", "“e” can't"),
    ("goods", "gross_weight", "NaN", "can't"),
    ("goods", "quantity", "9" * 13, "At most 12 digits"),
    ("goods", "quantity", "9" * 5000, "At most 12 digits"),
    ("goods", "quantity", "1.0001", "At most 3 decimals"),
    ("goods", "quantity", "1,0,0", "Write the figure like"),
    ("goods", "packages", "0", "at least 1"),
    ("goods", "packages", "10000000", "At most 99,99,999"),
    ("goods", "packages", "1.5", "whole number"),
    ("goods", "fob", "1.005", "At most 2 decimals"),
    ("goods", "unit", "XYZ", "Not a valid choice"),
    ("goods", "criterion", "stolen", "Not a valid choice"),
    ("goods", "description", "x" * 1001, "1 characters too long"),
    ("goods", "description", "x\n" * 21 + "x", "at most 20 fit"),
    ("sections/consignee", "consignee_name", "x" * 161, "1 characters too long"),
    ("sections/consignee", "consignee_name", "x" * 100_000, "too long"),
    ("sections/consignee", "consignee_address", "a\nb\nc\nd\ne\nf", "6 lines; at most 5"),
    ("sections/consignee", "consignee_country", "ZZ", "Not a valid choice"),
    ("sections/consignee", "consignee_name", f"Buyer {AADHAAR}", "Aadhaar"),
    ("sections/consignee", "consignee_name", "Buyer 2341 2341 2346", "Aadhaar"),
    ("sections/transport", "transport_mode", "teleport", "Not a valid choice"),
    ("sections/transport", "departs_on", "0001-01-01", "Check the year"),
    ("sections/transport", "departs_on", "9999-12-31", "Check the year"),
    ("sections/transport", "departs_on", "yesterday", "This is no day"),
    ("sections/transport", "port_of_loading", "XXXXX1", "Not a valid choice"),
    ("sections/invoice", "invoice_date", "0001-01-01", "1 Jan 0001"),
    ("sections/invoice", "invoice_date", "9999-12-31", "after today"),
    ("sections/invoice", "invoice_date", "2026-02-30", "This is no day"),
    ("sections/invoice", "invoice_date", "99999-01-01", "This is no day"),
    ("sections/invoice", "invoice_number", "---", "at least one letter or digit"),
    ("sections/invoice", "invoice_number", "x" * 61, "1 characters too long"),
    ("sections/invoice", "currency", "XXX", "Not a valid choice"),
    ("sections/invoice", "incoterm", "DAT", "Not a valid choice"),
    ("sections/declaration", "signatory", f"Asha {AADHAAR}", "Aadhaar"),
    ("sections/declaration", "signatory_designation", "x" * 81, "1 characters too long"),
]
# Characters that nobody sees, or that the certificate's font can't print, and what they are called.
STRANGE = {
    "\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "\u200b": "U+200B ZERO WIDTH SPACE",
    "\u2066": "U+2066 LEFT-TO-RIGHT ISOLATE",
    "\x00": "U+0000",
    "\x07": "U+0007 CONTROL CHARACTER",
    "\u3164": "U+3164 HANGUL FILLER",
    "अ": "U+0905 DEVANAGARI LETTER A",
    "中": "U+4E2D CJK UNIFIED IDEOGRAPH-4E2D",
    "😀": "U+1F600 GRINNING FACE",
    "\ue000": "U+E000 PRIVATE USE",
}


@pytest.fixture
def draft(stage: Stage) -> Draft:
    """With every section saved as the right forms say it: what is right beside a slip is kept."""
    begun = Draft.of(stage)
    for form in filled():
        assert form == "goods" or begun.send(form).status_code == 303
    return begun


def particulars(stage: Stage) -> list[Any]:
    """What is stored of all drafts."""
    with stage.db() as db:
        rows = db.execute(select(Application.__table__).order_by(Application.id)).all()
        lines = db.execute(select(GoodsLine.__table__).order_by(GoodsLine.id)).all()
        return [*rows, *lines]


def test_each_slip_is_named_at_its_field_and_what_was_typed_is_kept(draft: Draft) -> None:
    before = particulars(draft.stage)
    for form, name, typed, message in WRONG:
        answer = draft.send(form, **{name: typed})
        assert answer.status_code == 422, (name, typed[:40])
        assert message in refused_at(answer, name), (name, typed[:40])
        kept = draft.send(form, **{name: typed})
        chosen = name in ("unit", "consignee_country", "port_of_loading", "currency", "incoterm")
        if not chosen and name not in ("criterion", "transport_mode") and len(typed) < 200:
            assert keeps(kept, typed), (name, typed)
    assert particulars(draft.stage) == before


def test_the_list_on_top_says_of_which_field_it_speaks(draft: Draft) -> None:
    line = draft.send("goods", quantity="1,2,3", gross_weight="ten", unit="").text
    assert '<a href="#quantity">Quantity: Write the figure' in line
    assert '<a href="#gross_weight">Gross weight in kg: Only digits' in line
    assert '<a href="#unit">Choose the unit.' in line
    section = draft.send("sections/transport", vessel="x" * 121).text
    assert '<a href="#vessel">Vessel, flight or vehicle: This is 1 characters too long' in section


def test_every_compulsory_field_that_is_empty_or_missing_is_named(draft: Draft) -> None:
    free = ("vessel", "departs_on", "marks")
    for form, fields in filled().items():
        for name in fields:
            if name not in free:
                for blank in ("", "   ", "\n"):
                    assert refused_at(draft.send(form, **{name: blank}), name), name
        data = {k: v for k, v in draft.hidden.items()}
        answer = draft.client.post(f"/applications/{draft.ref}/{form}", data=data)
        for name in fields:
            if name not in free:
                assert refused_at(answer, name)


def test_an_ended_tariff_code_is_refused_with_its_successors(draft: Draft) -> None:
    answer = draft.send("goods", hs_code="10063020")
    message = refused_at(answer, "hs_code")
    assert "10063020 ended on 30 Apr 2025" in message
    assert "10063012, 10063092" in message
    assert keeps(answer, "10063020")


def test_an_invoice_of_tomorrow_is_refused_and_one_of_today_is_not(draft: Draft) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    answer = draft.send("sections/invoice", invoice_date=tomorrow.isoformat())
    assert "after today" in refused_at(answer, "invoice_date")
    assert keeps(answer, tomorrow.isoformat())
    today = clock.today().isoformat()
    assert draft.send("sections/invoice", invoice_date=today).status_code == 303


def test_characters_that_deceive_or_cannot_be_printed_are_named_at_every_text(
    draft: Draft,
) -> None:
    before = particulars(draft.stage)
    for form, names in TEXTS.items():
        for name in names:
            for char, called in STRANGE.items():
                message = refused_at(draft.send(form, **{name: f"Ab{char}cd"}), name)
                assert called in message, (name, called, message)
    assert particulars(draft.stage) == before


def test_what_officers_and_exporters_write_to_each_other_is_checked_too(stage: Stage) -> None:
    asked, answered = stage.in_scrutiny(), stage.questioned()
    approved, _certificate = stage.approved()
    for who, url, name in (
        ("officer", f"/queue/{asked}/questions", "text"),
        ("officer", f"/queue/{asked}/rejection", "reason"),
        ("owner", f"/applications/{answered}/answer", "text"),
        ("supervisor", f"/queue/{approved}/void-number", "reason"),
    ):
        client = stage.client(who)
        hidden = form_fields(client.get("/seat").text)
        for typed in ("", "   ", "Ab\x00cd", "x" * 2001, f"{MARKUP}\x00"):
            answer = client.post(url, data={**hidden, name: typed, "declared": "y"})
            assert refused_at(answer, name), (url, typed[:10])
            assert "<script>%" not in answer.text


def test_an_invoice_number_like_an_aadhaar_number_is_asked_back_and_then_taken(
    draft: Draft,
) -> None:
    page = draft.client.get(f"/applications/{draft.ref}/sections/invoice").text
    assert "not_aadhaar" not in page
    answer = draft.send("sections/invoice", invoice_number=AADHAAR)
    assert "could be an Aadhaar number" in refused_at(answer, "invoice_number")
    assert 'name="not_aadhaar"' in answer.text
    answer = draft.send("sections/invoice", invoice_number=AADHAAR, not_aadhaar="y")
    assert answer.status_code == 303
    with draft.stage.db() as db:
        assert db.scalars(select(Application.invoice_number)).one() == AADHAAR


def test_markup_and_templates_are_printed_as_they_were_typed(draft: Draft) -> None:
    """In every text of every form, on every page that shows it, and in the certificate's PDF."""
    from portal.certificates import queries as certificates

    stage, client = draft.stage, draft.client
    for form, names in TEXTS.items():
        url = f"{form}/1" if form == "goods" else form
        fields = {**filled()[form], **dict.fromkeys(names, MARKUP), **draft.hidden}
        assert client.post(f"/applications/{draft.ref}/{url}", data=fields).status_code == 303
    upload = {"kind": "invoice", "file": (io.BytesIO(plain_pdf("x")), f"{MARKUP}.pdf")}
    assert draft.send("documents", **upload).status_code == 303
    literal(client, f"/applications/{draft.ref}", 11)
    for form in TEXTS:
        literal(client, f"/applications/{draft.ref}/{form}", 1)
    stage.sign(stage.actor("owner"), draft.ref)
    answer = draft.send("submission", declared="y")
    number = answer.headers["Location"].rsplit("/", 1)[1]
    officer = stage.client("officer")
    seat = form_fields(officer.get("/seat").text)
    officer.post(f"/queue/{number}/claim", data=seat)
    officer.post(f"/queue/{number}/questions", data={**seat, "text": MARKUP})
    draft.ref = number
    assert draft.send("answer", text=MARKUP, declared="y").status_code == 303
    for who, page, least in (
        (client, "/applications", 2),
        (client, f"/applications/{number}", 13),
        (client, f"/applications?q={MARKUP}", 1),
        (client, "/dashboard", 0),
        (officer, "/queue", 1),
        (officer, f"/queue/{number}", 13),
        (officer, "/dashboard", 0),
    ):
        literal(who, page, least)
    assert officer.post(f"/queue/{number}/approval", data=seat).status_code == 303
    stage.run_jobs()
    pdf = client.get(f"/applications/{number}/certificate.pdf").data
    printed = "".join(text_of(pdf).split())
    assert printed.count(MARKUP) >= 6
    with stage.db() as db:
        found = certificates.certificates_of(db, 1)[0]
    code = {"number": found.number, "code": found.check_code}
    page = stage.client().get("/verify", query_string=code).text
    assert "<script>" not in page and "&lt;script&gt;" in page


def literal(client: Any, url: str, least: int) -> None:
    """The page shows what was typed, and nothing of it was taken for markup or a template."""
    page = client.get(url).text
    assert "<script>%" not in page, url
    assert "49<" not in page, url
    shown = page.count("{{7*7}}&lt;script&gt;%(x)s${7}")
    assert shown >= least, (url, shown)


def text_of(pdf: bytes) -> str:
    """What a reader of the PDF sees, by poppler."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


UPLOADS = {
    "nothing chosen": (None, "", "Choose a PDF file or photos first"),
    "0 bytes": (b"", "a.pdf", "0 bytes"),
    "a text": (b"an invoice\n" * 9, "invoice.pdf", "plain text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "invoice.pdf", "damaged or was cut off"),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "x.pdf", "web page"),
    "torn": (plain_pdf("x")[:200], "x.pdf", "PDF"),
    "noise": (bytes(range(256)) * 40, "x.pdf", "not a PDF"),
    "over 5 MB": (b"%PDF-1.4\n" + b"x" * (5 * 1024 * 1024), "x.pdf", "larger than 5 MB"),
}


def encrypted(content: bytes, folder: Path) -> bytes:
    """The PDF with a password, made in a process of its own."""
    source, target = folder / "plain.pdf", folder / "closed.pdf"
    source.write_bytes(content)
    words = ["qpdf", "--encrypt", "secret", "owner", "256", "--", str(source), str(target)]
    subprocess.run(words, check=True)
    return target.read_bytes()


def test_an_upload_that_cannot_be_taken_says_why_and_leaves_what_was_there(
    draft: Draft, tmp_path: Path
) -> None:
    closed = (encrypted(plain_pdf("x"), tmp_path), "x.pdf", "password")
    for what, (content, name, message) in {**UPLOADS, "encrypted": closed}.items():
        file = {} if content is None else {"file": (io.BytesIO(content), name)}
        answer = draft.send("documents", kind="invoice", **file)
        assert answer.status_code == 422, what
        assert message in answer.text.replace("&#39;", "'"), what
        assert ">invoice.pdf</a>" in answer.text, what
    assert draft.send("documents", kind="stolen", file=(io.BytesIO(b"x"), "x")).status_code == 422


@pytest.mark.parametrize(("megabytes", "status"), [(7, 422), (27, 413)])
def test_an_upload_past_every_limit_is_too_large(draft: Draft, megabytes: int, status: int) -> None:
    huge = (io.BytesIO(b"x" * (megabytes * 1024 * 1024)), "x.pdf")
    answer = draft.send("documents", kind="invoice", file=huge)
    assert answer.status_code == status
    assert "MB" in answer.text


def test_the_thousand_and_first_line_is_refused(draft: Draft) -> None:
    with draft.stage.db() as db:
        rows = [{**LINE, "application_id": 1, "position": n} for n in range(2, 1001)]
        db.execute(insert(GoodsLine), rows)
        db.commit()
    answer = draft.send("goods")
    assert answer.status_code == 422
    assert "at most 1,000 goods lines on one" in answer.text or "1,001" in answer.text
    with draft.stage.db() as db:
        assert db.scalar(select(func.count(GoodsLine.id))) == 1000
    assert draft.client.get(f"/applications/{draft.ref}/goods?page=99999").status_code == 200


def test_a_form_with_ten_thousand_fields_or_of_another_kind_breaks_nothing(draft: Draft) -> None:
    url = f"/applications/{draft.ref}/sections/consignee"
    many = {f"field{n}": "x" for n in range(10_000)}
    assert draft.client.post(url, data={**many, **draft.hidden}).status_code == 422
    parts: dict[str, Any] = {**many, **draft.hidden, "file": (io.BytesIO(b"x"), "x")}
    assert finished(draft.client.post(url, data=parts)).status_code == 413
    huge = {**draft.hidden, "consignee_name": "x" * 600_000}
    assert draft.client.post(url, data=huge).status_code in (413, 422)
    token = {"X-CSRFToken": str(draft.hidden["csrf_token"])}
    for kind, body in (
        ("application/json", b'{"consignee_name": {"$gt": ""}}'),
        ("text/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("multipart/form-data; boundary=x", b"--y\r\n"),
        ("multipart/form-data", b""),
        ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfec\x00o\x00"),
        ("application/x-www-form-urlencoded", b"consignee_name=%FF%FE%00%C0%AF&%00=%00"),
        ("nonsense", b"\x00\xff"),
    ):
        answer = draft.client.post(url, data=body, content_type=kind, headers=token)
        # 409: a body that is no form names no seat, so nothing was done.
        assert answer.status_code in (400, 409, 422), (kind, answer.status_code)


def test_addresses_that_nobody_was_given_are_no_failure(stage: Stage) -> None:
    ref = stage.draft()
    owner, officer, public = stage.client("owner"), stage.client("officer"), stage.client()
    digits = "9" * 5000
    wrong = [
        (owner, f"/applications/{ref}/goods/0"),
        (owner, f"/applications/{ref}/goods/{2**70}"),
        (owner, f"/applications/{ref}/goods/{digits}"),
        (owner, f"/applications/{ref}/sections/__class__"),
        (owner, f"/applications/{ref}/documents/..%2f..%2fetc%2fpasswd"),
        (owner, "/applications/%00"),
        (owner, "/applications/%FF%FE"),
        (owner, f"/applications/{ref}%00"),
        (owner, "/applications/" + "x" * 5000),
        (officer, "/queue/%00"),
        (officer, "/queue/' OR 1=1 --"),
        (public, "/events/%00"),
        (public, "/agreements/%00"),
        (public, "/verify/%00"),
        (public, "/verify/%F0%9F%98%80"),
    ]
    for client, url in wrong:
        assert client.get(url).status_code == 404, url[:60]
    hidden = form_fields(owner.get("/seat").text)
    for position in ("0", str(2**70), digits):
        url = f"/applications/{ref}/goods/{position}/removal"
        assert owner.post(url, data=hidden).status_code == 404, position[:20]
        answer = owner.post(f"/applications/{ref}/goods/{position}", data=hidden)
        assert answer.status_code in (404, 405), position[:20]


def test_searches_for_anything_are_answered(stage: Stage) -> None:
    stage.submitted()
    owner, officer, public = stage.client("owner"), stage.client("officer"), stage.client()
    for text in ("%", "_", "\\", "'", '"><script>', "\x00", "x" * 60_000, "\ud7ff", "{{7*7}}"):
        for client, page, name in (
            (owner, "/applications", "q"),
            (officer, "/queue", "q"),
            (owner, "/applications", "status"),
            (officer, "/queue", "status"),
            (public, "/verify", "number"),
            (public, "/agreements", "q"),
            (public, "/events", "place"),
        ):
            answer = client.get(page, query_string={name: text})
            assert answer.status_code < 500, (page, name, text[:10])
            assert "<script>" not in answer.text.replace('<script src="', "")
    assert "SPECIMEN-1" not in officer.get("/queue", query_string={"q": "%"}).text
    assert "SPECIMEN-1" in officer.get("/queue", query_string={"q": "specimen-1"}).text


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data())
def test_no_form_fails_whatever_is_typed(stage: Stage, data: st.DataObject) -> None:
    """Every answer is a page: saved, or refused with a message."""
    if "draft" not in SHARED or SHARED["draft"].stage is not stage:
        SHARED["draft"] = Draft.of(stage)
    draft = SHARED["draft"]
    for form, fields in filled().items():
        for name in fields:
            typed = data.draw(ANYTHING, label=name)
            answer = draft.send(form, **{name: typed})
            assert answer.status_code in (303, 422), (form, name, typed)


SHARED: dict[str, Draft] = {}
