"""Requests that the provider refuses, each with its code, and none without a reason."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from portal.core import clock
from tests.sandbox.asp import DATA, METHODS, RETURN, Asp, failure_of, ist, msg_of

DIGEST = hashlib.sha256(DATA).hexdigest()
ONE = '<InputHash id="1" hashAlgorithm="SHA256" docInfo="Paper">{}</InputHash>'
C14N = METHODS["c14n"]


def code_of(asp: Asp, xml: str, txn: str = "SPECIMEN:1", **fields: str) -> str:
    """With what code a request comes back; empty where it is shown to the person."""
    page = asp.send(xml, txn, **fields)
    if page.status == 200 and "Consent to sign" in page.text:
        return ""
    answer = msg_of(page)
    asp.believes(answer)
    return failure_of(answer)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ver": "2.0"}, "ESP-905"),
        ({"ver": "3.3"}, "ESP-905"),
        ({"organizationFlag": "N"}, "ESP-905"),
        ({"sc": "N"}, "ESP-908"),
        ({"sc": "y"}, "ESP-908"),
        ({"ts": "2026-11-23"}, "ESP-906"),
        ({"ts": "2026-13-41T10:00:00"}, "ESP-906"),
        ({"ekycIdType": "P"}, "ESP-909"),
        ({"ekycId": "specimen-1"}, "ESP-909"),
        ({"AuthMode": "2"}, "ESP-910"),
        ({"AuthMode": ""}, "ESP-910"),
        ({"responseSigType": "pkcs1"}, "ESP-911"),
        ({"responseSigType": ""}, "ESP-911"),
    ],
)
def test_a_wrong_attribute_has_its_code(asp: Asp, wrong: dict[str, str], code: str) -> None:
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1", **wrong))) == code


@pytest.mark.parametrize(
    ("minutes", "code"), [(-16, "ESP-906"), (-14, ""), (14, ""), (16, "ESP-906")]
)
def test_a_request_is_good_for_15_minutes_by_the_clock_of_india(
    asp: Asp, minutes: int, code: str
) -> None:
    ts = ist(clock.now() + timedelta(minutes=minutes))
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1", ts=ts))) == code


@pytest.mark.parametrize(
    ("txn", "code"),
    [
        ("A" * 64, ""),
        ("A" * 65, "ESP-907"),
        ("", "ESP-907"),
        ("A/B", "ESP-907"),
        ("A B", "ESP-907"),
    ],
)
def test_a_txn_is_of_1_to_64_plain_characters(asp: Asp, txn: str, code: str) -> None:
    assert code_of(asp, asp.sign(asp.request(txn)), txn) == code


def test_a_txn_is_used_once_even_if_it_was_only_opened(asp: Asp) -> None:
    xml = asp.sign(asp.request("SPECIMEN:1"))
    assert code_of(asp, xml) == ""
    assert code_of(asp, xml) == "ESP-907"
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1", "pkcs7"))) == "ESP-907"


def test_a_refused_request_uses_no_txn(asp: Asp) -> None:
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1", AuthMode="9"))) == "ESP-910"
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1"))) == ""


@pytest.mark.parametrize(
    "document",
    [
        ONE.format(DIGEST) + ONE.format(DIGEST),
        " ",
        ONE.format(DIGEST.upper()),
        ONE.format(DIGEST[:-1]),
        ONE.format(f" {DIGEST}"),
        ONE.format(f"{DIGEST}<!-- -->"),
        ONE.format(DIGEST).replace("SHA256", "SHA512"),
        ONE.format(DIGEST).replace("SHA256", "sha256"),
        ONE.format(DIGEST).replace('docInfo="Paper"', 'docInfo=""'),
        ONE.format(DIGEST).replace(' docInfo="Paper"', ""),
        ONE.format(DIGEST).replace('id="1"', 'id=""'),
        ONE.format(DIGEST).replace("InputHash", "OutputHash"),
    ],
)
def test_exactly_one_hash_is_signed(asp: Asp, document: str) -> None:
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1", document=document))) == "ESP-922"


@pytest.mark.parametrize(
    "methods",
    [
        {"c14n": "http://www.w3.org/2001/10/xml-exc-c14n#"},
        {"c14n": f"{C14N}#WithComments"},
        {"method": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
        {"method": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"},
        {"transform": C14N},
    ],
)
def test_other_algorithms_are_refused(asp: Asp, methods: dict[str, str]) -> None:
    assert code_of(asp, asp.sign(asp.request("SPECIMEN:1"), **methods)) == "ESP-903"


def test_what_was_changed_after_signing_is_refused(asp: Asp) -> None:
    good = asp.sign(asp.request("SPECIMEN:1"))
    for old, new in (
        (DIGEST, "0" * 64),
        ('AuthMode="1"', 'AuthMode="3"'),
        ("<Docs>", "<Docs> "),
        ('URI=""', 'URI="#1"'),
        (' URI=""', ""),
        ("<Signature ", "<Signature Id='a' "),
    ):
        changed = good.replace(old, new, 1)
        assert changed != good
        # Of the last one nothing is covered but the signature itself: it is good.
        assert code_of(asp, changed) == ("" if "Id='a'" in changed else "ESP-903")


def test_a_signature_is_there_once_and_with_its_certificate(asp: Asp) -> None:
    good, plain = asp.sign(asp.request("SPECIMEN:1")), asp.request("SPECIMEN:1")
    start, end = good.index("<Signature "), good.index("</Esign>")
    signature = good[start:end]
    key_info = signature[signature.index("<KeyInfo>") : signature.index("</Signature>")]
    for changed in (
        plain,
        good[:end] + signature + good[end:],
        good.replace(key_info, ""),
        good.replace(signature, "").replace("</Docs>", f"{signature}</Docs>"),
    ):
        assert code_of(asp, changed) == "ESP-903"


def test_the_registered_key_decides_and_not_the_one_that_is_shown(asp: Asp, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Asp(asp.outside, tmp_path / "other", id="SPECIMEN-2")
    other.register()
    assert code_of(asp, other.sign(asp.request("SPECIMEN:1"))) == "ESP-903"
    assert code_of(asp, other.sign(other.request("SPECIMEN:1"))) == ""


def test_the_registration_is_read_at_each_request(asp: Asp) -> None:
    path = asp.outside.world.data_dir / "sandbox" / "asps" / f"{asp.id}.json"
    row = json.loads(path.read_text())
    xml = asp.sign(asp.request("SPECIMEN:1"))
    path.write_text(json.dumps({**row, "response_urls": ["https://portal.example/"]}))
    assert asp.send(xml, "SPECIMEN:1").status == 400
    path.write_text(json.dumps(row))
    assert code_of(asp, xml) == ""


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        (f"{RETURN}", True),
        (f"{RETURN}/deeper", True),
        (f"{RETURN}?a=b", True),
        (f"{RETURN}er", False),
        ("http://127.0.0.1:90/esign/return", False),
        ("", False),
    ],
)
def test_only_a_registered_address_is_answered(asp: Asp, url: str, is_ours: bool) -> None:
    page = asp.send(asp.sign(asp.request("SPECIMEN:1", responseUrl=url)), "SPECIMEN:1")
    assert page.status == (200 if is_ours else 400)
    assert bool(page.forms()) is is_ours


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "nothing",
        "<Other/>",
        '<!DOCTYPE Esign [<!ENTITY x SYSTEM "file:///etc/hostname">]><Esign>&x;</Esign>',
        '<Esign aspId="../SPECIMEN-1"/>',
        '<Esign aspId="SPECIMEN-9"/>',
        "<Esign/>",
    ],
)
def test_what_names_no_portal_ends_on_a_page(asp: Asp, xml: str) -> None:
    page = asp.send(xml, "SPECIMEN:1")
    assert page.status == 400
    assert not page.forms()
    assert "SPECIMEN" in page.text


def test_a_doctype_is_refused_before_a_good_signature_is_looked_at(asp: Asp) -> None:
    good = asp.sign(asp.request("SPECIMEN:1"))
    page = asp.send(good.replace("<Esign", "<!DOCTYPE Esign [<!ENTITY x 'y'>]><Esign", 1), "x")
    assert page.status == 400
    assert "ESP-901" in page.text


def test_the_forms_other_fields_agree_with_the_request(asp: Asp) -> None:
    xml = asp.sign(asp.request("SPECIMEN:1"))
    assert code_of(asp, xml, "SPECIMEN:2") == "ESP-907"
    page = asp.send(xml, "SPECIMEN:1", **{"Content-Type": "text/plain"})
    assert page.status == 400
    assert code_of(asp, xml) == ""
