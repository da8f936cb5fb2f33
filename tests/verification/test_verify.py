"""What the public learns: little for a number, all for the second printed value."""

from __future__ import annotations

import base64
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.certificates import actions as certificates
from portal.certificates import tokens
from portal.certificates.models import Certificate, CertificateFile
from portal.verification import pages
from tests.build import Stage

SECRETS = (
    "Specimen Consignee Limited",
    "Invented Quay",
    "Stainless steel",
    "73239390",
    "Gross 150",
    "Net 140",
    "SPECIMEN-1",
    "MV Invented",
    "Mombasa",
    "Specimen Rice Mills",
    "NP-SPCC",
    "Invented Owner Asha",
)
# Who signed for the exporter is never shown, whatever the proof.
SHOWN = SECRETS[:-1]


def row(stage: Stage, number: str) -> Certificate:
    with stage.db() as db:
        found: Certificate = db.scalars(
            select(Certificate).where(Certificate.number == number)
        ).one()
        return found


def look_up(client: FlaskClient, number: str, code: str = "") -> str:
    answer = client.get("/verify", query_string={"number": number, "code": code})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.status_code in (200, 404)
    return answer.text


def hides(page: str) -> bool:
    return not [word for word in SECRETS if word in page]


def test_a_certificate_is_shown_as_far_as_the_proof_reaches(stage: Stage) -> None:
    _file, number = stage.issued()
    found, client = row(stage, number), stage.client()
    bare = look_up(client, number)
    assert "Valid: this certificate was issued" in bare and hides(bare)
    assert "Specimen Chamber of Commerce, Delhi office" in bare
    assert hides(client.get(f"/verify/{number}").text)
    assert found.check_code not in bare and tokens.printed(found.check_code) not in bare
    for typed in (found.check_code, tokens.printed(found.check_code).lower()):
        page = look_up(client, f" {number.lower()} ", typed)
        assert all(word in page for word in SHOWN)
    by_qr = client.get(f"/q/{qr_of(stage, found)}").text
    assert all(word in by_qr for word in SHOWN)
    for page in (bare, by_qr):
        assert "SPECIMEN, NOT VALID" in page


def qr_of(stage: Stage, found: Certificate) -> str:
    return tokens.QrKeys.parse(stage.portal.settings.qr_keys).token(found.qr_id)


def test_a_wrong_code_opens_nothing(stage: Stage) -> None:
    _file, number = stage.issued()
    found, client = row(stage, number), stage.client()
    wrong = ("AAAA-AAAA", found.check_code[:-1], found.check_code + "0", "é", "😀", "%", "\u200b")
    for code in wrong:
        page = look_up(client, number, code)
        assert "The check code does not belong" in page and hides(page), code
        assert "Specimen Chamber" not in page
    assert hides(look_up(client, number, " - "))


def test_numbers_that_do_not_exist_are_told_apart_from_slips(stage: Stage) -> None:
    _file, number = stage.approved()
    client = stage.client()
    slip = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert "does not look like one of our numbers" in look_up(client, slip)
    from portal.core.refs import numbered

    unknown = numbered("", "SPCC", "DEL", "2627", 99)
    assert "Unknown: no certificate has this number" in look_up(client, unknown)
    for typed in ("x", "İ-ß-1-2-3", "-----", "😀" * 80, "{{7*7}}<script>", "%00", "NP-" * 50):
        page = look_up(client, typed)
        assert "<script>" not in page and "49" not in page.split("<main")[1]
    bare = look_up(client, _file)
    assert hides(bare.replace(_file, "")), "the file's number is no certificate's"


def test_a_number_without_a_seal_shows_no_facts(stage: Stage) -> None:
    file, number = stage.approved()
    found, client = row(stage, number), stage.client()
    for page in (
        look_up(client, number),
        look_up(client, number, found.check_code),
        client.get(f"/q/{qr_of(stage, found)}").text,
    ):
        assert "Not issued yet" in page and hides(page)
    stage.do(certificates.void, stage.actor("supervisor"), file, "SPECIMEN-1 was wrong")
    for page in (look_up(client, number), look_up(client, number, found.check_code)):
        assert "Void: no certificate was issued" in page and hides(page)


def test_a_forged_code_is_told_apart(stage: Stage) -> None:
    _file, number = stage.issued()
    real, client = qr_of(stage, row(stage, number)), stage.client()
    raw = base64.urlsafe_b64decode(real + "==")
    other = tokens.QrKeys.parse("1:" + "1" * 64).token(row(stage, number).qr_id)
    forged = [other, "", "x", real[:-2], real + "AA", "é" * 26, "%00", "A" * 26, "=" * 26]
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        forged.append(base64.urlsafe_b64encode(changed).decode().rstrip("="))
    for token in forged:
        answer = client.get(f"/q/{token}")
        if token and "%" not in token:
            assert "This QR code was not made by this portal" in answer.text, token
        assert answer.status_code in (200, 404) and hides(answer.text)


def send(client: FlaskClient, content: bytes, **headers: str) -> tuple[int, str]:
    file = {"file": (io.BytesIO(content), "certificate.pdf")}
    answer = client.post("/verify/file", data=file, headers=headers)
    answer.request.environ["wsgi.input"].close()
    return answer.status_code, answer.text


def test_the_file_itself_is_known_by_its_bytes(stage: Stage) -> None:
    _file, number = stage.issued()
    with stage.db() as db:
        key = db.scalars(select(CertificateFile.storage_key)).one()
    content, client = stage.portal.kit.store.get(key), stage.client()
    status, page = send(client, content)
    assert status == 200 and number in page and all(word in page for word in SHOWN)
    for changed in (content + b"\n", content[:-1], content.replace(b"%PDF", b"%PDf", 1)):
        status, page = send(client, changed)
        told = ("Exactly this file was not issued here", "Altered after it was issued")
        assert any(words in page for words in told) and hides(page)
    assert send(client, b"")[0] == 422
    assert client.post("/verify/file").status_code == 422
    assert send(client, b"x" * (5 * 1024 * 1024 + 1))[0] == 422
    for origin in ("https://evil.example", "http://localhost.evil.example", "http://localhost:1"):
        status, page = send(client, content, Origin=origin)
        assert status == 403 and hides(page), origin
    assert send(client, content, Origin="http://localhost")[0] == 200


class Counting:
    """A limiter as Valkey would be: it counts, and says no past the limit."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def allows(self, subject: str, limit: int, seconds: int) -> bool:
        """Whether it is within the limit."""
        self.counts[subject] = self.counts.get(subject, 0) + 1
        return self.counts[subject] <= limit


def test_guessing_is_slowed_down_but_a_qr_code_never(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in counts; that the real limiter does is shown with a real Valkey elsewhere."""
    _file, number = stage.approved()
    token, client = qr_of(stage, row(stage, number)), stage.client()
    monkeypatch.setitem(vars(stage.portal.kit), "limiter", Counting())
    monkeypatch.setattr(pages, "LOOK_UPS", 3)
    monkeypatch.setattr(pages, "UPLOADS", 2)
    statuses = [client.get(f"/verify/{number}").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    limited = client.get(f"/verify?number={number}")
    assert limited.status_code == 429 and "Wait a few minutes" in limited.text
    assert [send(client, b"x")[0] for _ in range(3)] == [200, 200, 429]
    assert client.get("/verify").status_code == 200
    assert client.get(f"/q/{token}").status_code == 200


def test_without_valkey_everybody_may_verify(stage: Stage) -> None:
    """No Valkey runs here: the limiter lets through and says so in the log."""
    _file, number = stage.approved()
    client = stage.client()
    assert {client.get(f"/verify/{number}").status_code for _ in range(130)} == {200}
