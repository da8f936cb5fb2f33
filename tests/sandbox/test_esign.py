"""The e-sign provider on the wire: xmlsec1 and openssl judge what it says and signs."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, pdf, tsp  # noqa: F401 - pdf and tsp teach cms their attributes
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from portal.core import clock
from portal.samples import cast
from portal.sandbox.authority import CA, crl, ensure_authority
from portal.sandbox.esign import provider_certificate
from portal.sandbox.esign.people import people
from tests.conftest import MovedClock, Outside
from tests.sandbox.asp import CODE, DATA, DS, Asp, failure_of, ist, msg_of, return_form, root_of
from tests.sandbox.wire import ask, run


def cms_of(xml: bytes) -> bytes:
    (one,) = root_of(xml).iter("DocSignature")
    return b64decode(one.text)


def certificate_of(xml: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(b64decode(root_of(xml).find("UserX509Certificate").text))


def attributes_of(signature: bytes, kind: str) -> dict[str, object]:
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    return {one["type"].native: one["values"][0] for one in signer[kind]}


def openssl_verdict(asp: Asp, signature: bytes, data: bytes = DATA, status: int = 0) -> str:
    """What OpenSSL thinks of a CMS over `data`, with every list down from the root."""
    folder, trust = asp.folder, asp.outside.world.trust
    (folder / "data").write_bytes(data)
    (folder / "cms.der").write_bytes(signature)
    root = ensure_authority(trust.folder, clock.now(), trust.base)
    now = clock.now()
    bundle = root.read_bytes()
    for ca in (CA.ROOT, CA.ESIGN):
        found = x509.load_der_x509_crl(crl(trust.folder, ca, now, trust.base))
        bundle += found.public_bytes(Encoding.PEM)
    (folder / "trusted.pem").write_bytes(bundle)
    command = ("openssl", "cms", "-verify", "-binary", "-inform", "DER")
    moment = ("-attime", str(int(now.timestamp()) + 1))
    content = ("-content", str(folder / "data"), "-out", str(folder / "out"))
    trusted = ("-CAfile", str(folder / "trusted.pem"), "-crl_check_all")
    return run(*command, "-in", str(folder / "cms.der"), *content, *trusted, *moment, status=status)


@pytest.mark.parametrize("sig_type", ["pkcs7", "PKCS7pdf", "pkcs7complete"])
def test_a_signature_by_two_clicks_and_a_code_is_believed_by_other_programs(
    asp: Asp, sig_type: str
) -> None:
    answer = asp.answered(sig_type)
    asp.believes(answer)
    signature = cms_of(answer)
    assert "CMS Verification successful" in openssl_verdict(asp, signature)
    assert len(signature) < 8192
    (shown,) = (
        one
        for one in cms.ContentInfo.load(signature)["content"]["certificates"]
        if one.chosen.dump() == certificate_of(answer).public_bytes(Encoding.DER)
    )
    assert shown.chosen.subject.native["common_name"] == "Invented Signatory Bhanu"


def test_other_data_is_not_what_was_signed(asp: Asp) -> None:
    signature = cms_of(asp.answered())
    assert "CMS Verification successful" in openssl_verdict(asp, signature)
    assert "verification failure" in openssl_verdict(asp, signature, b"other", status=4)


def test_an_answer_has_the_shape_of_eSign_2_1(asp: Asp) -> None:
    answer = asp.answered()
    root = root_of(answer)
    assert [one.tag for one in root] == [
        "UserX509Certificate",
        "Signatures",
        f"{{{DS}}}Signature",
    ]
    assert list(root.attrib) == ["status", "ts", "txn", "resCode", "errCode", "errMsg"]
    assert (root.get("status"), root.get("txn")) == ("1", "SPECIMEN:0001")
    assert (root.get("errCode"), root.get("errMsg")) == ("NA", "NA")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:30", root.get("ts"))
    assert abs(datetime.fromisoformat(root.get("ts")) - clock.now()) < timedelta(minutes=1)
    (one,) = root.iter("DocSignature")
    assert dict(one.attrib) == {"id": "1", "sigHashAlgorithm": "SHA256", "error": "NA"}
    assert b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">' in answer
    methods = [one.get("Algorithm") for one in root.iter() if one.get("Algorithm")]
    assert methods == [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        f"{DS}enveloped-signature",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ]


def test_the_signers_certificate_lives_29_minutes_and_says_specimen(asp: Asp) -> None:
    found = certificate_of(asp.answered(person="specimen-2"))
    assert found.not_valid_after_utc - found.not_valid_before_utc == timedelta(minutes=29)
    assert found.not_valid_before_utc <= clock.now() < found.not_valid_after_utc
    policies = found.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert policies[0].policy_identifier.dotted_string == "2.16.356.100.2.4.1"
    usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    names = {one.oid: one.value for one in found.subject}
    assert names[NameOID.COMMON_NAME] == "Invented Owner Asha"
    assert re.fullmatch(r"1900X[0-9a-f]{64}", str(names[NameOID.DN_QUALIFIER]))
    assert re.fullmatch(r"[0-9a-f]{32}", str(names[NameOID.PSEUDONYM]))
    assert names[NameOID.TITLE] == "0000"
    assert NameOID.ORGANIZATION_NAME not in names
    assert "SPECIMEN" in str(names[NameOID.LOCALITY_NAME])


def test_each_signature_has_a_key_of_its_own(asp: Asp) -> None:
    keys = {certificate_of(asp.answered("pkcs7")).public_key().public_numbers() for _ in "ab"}  # type: ignore[union-attr]
    assert len(keys) == 2
    kept = [p.name for p in asp.outside.world.data_dir.rglob("*-key.pem")]
    assert sorted(kept) == [
        "provider-key.pem",
        "specimen-esign-key.pem",
        "specimen-issuer-key.pem",
        "specimen-root-key.pem",
    ]


def test_what_each_kind_of_signature_carries(asp: Asp) -> None:
    bare, lists, whole = (cms_of(asp.answered(k)) for k in ("pkcs7", "pkcs7pdf", "pkcs7complete"))
    common = {"content_type", "signing_time", "message_digest", "signing_certificate_v2"}
    for one in (bare, lists, whole):
        found = attributes_of(one, "signed_attrs")
        assert set(found) - {"adobe_revocation_info_archival"} == common
        assert found["message_digest"].native == hashlib.sha256(DATA).digest()  # type: ignore[attr-defined]
        assert cms.ContentInfo.load(one)["content"]["encap_content_info"]["content"].native is None
    assert "adobe_revocation_info_archival" not in attributes_of(bare, "signed_attrs")
    info = attributes_of(lists, "signed_attrs")["adobe_revocation_info_archival"]
    assert len(info["crl"]) == 2  # type: ignore[index]
    assert not attributes_of(lists, "unsigned_attrs")
    assert set(attributes_of(whole, "unsigned_attrs")) == {"signature_time_stamp_token"}


def test_the_time_stamp_of_a_whole_signature_is_believed(asp: Asp) -> None:
    signature = cms_of(asp.answered("pkcs7complete"))
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    token = attributes_of(signature, "unsigned_attrs")["signature_time_stamp_token"]
    (asp.folder / "token").write_bytes(token.dump())  # type: ignore[attr-defined]
    (asp.folder / "signature").write_bytes(signer["signature"].native)
    trust = asp.outside.world.trust
    root = ensure_authority(trust.folder, clock.now(), trust.base)
    given = ("-data", str(asp.folder / "signature"), "-in", str(asp.folder / "token"))
    moment = ("-attime", str(int(clock.now().timestamp()) + 1))
    command = ("openssl", "ts", "-verify", "-token_in", "-CAfile", str(root))
    assert "Verification: OK" in run(*command, *given, *moment)


def test_a_raw_signature_is_over_the_hash_itself(asp: Asp) -> None:
    answer = asp.answered("RAWRSA")
    key = certificate_of(answer).public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(cms_of(answer), DATA, PKCS1v15(), hashes.SHA256())


def test_the_consent_page_says_what_is_signed_and_for_whom(asp: Asp) -> None:
    txn = asp.txn()
    odd = '<InputHash id="1" hashAlgorithm="SHA256" docInfo="&lt;b>&amp; Co">{}</InputHash>'
    digest = hashlib.sha256(DATA).hexdigest()
    page = asp.send(asp.sign(asp.request(txn, document=odd.format(digest))), txn)
    assert page.status == 200
    for words in ("SPECIMEN", "NOT VALID", asp.id, digest, txn, "&lt;b&gt;&amp; Co"):
        assert words in page.text
    for one in people().values():
        assert one.name in page.text


def test_the_sample_signatories_are_among_the_invented_people() -> None:
    may_sign = {"owner", "signatory"}
    wanted = {
        name
        for firm in cast.FIRMS
        for email, name, _ in firm.people
        if email.split("@")[0] in may_sign
    }
    assert len(wanted) == 4
    assert wanted <= {one.name for one in people().values()}
    assert not any(re.search(r"\d{12}", f"{one.id}{one.name}") for one in people().values())


@pytest.mark.parametrize("person", list(people()))
def test_everybody_may_sign_under_the_own_name(asp: Asp, person: str) -> None:
    (name,) = certificate_of(asp.answered("rawrsa", person)).subject.get_attributes_for_oid(
        NameOID.COMMON_NAME
    )
    assert name.value == people()[person].name


@pytest.mark.parametrize("at_the_code", [False, True])
def test_cancelling_brings_the_person_back_without_a_signature(asp: Asp, at_the_code: bool) -> None:
    if at_the_code:
        page = asp.at_the_code()
    else:
        txn = asp.txn()
        page = asp.send(asp.sign(asp.request(txn)), txn)
    answer = msg_of(asp.go_on(page, action="cancel", otp=CODE, person="specimen-1"))
    assert failure_of(answer) == "ESP-944"
    asp.believes(answer)


def test_three_wrong_codes_end_it(asp: Asp) -> None:
    page = asp.at_the_code()
    for left in (2, 1):
        page = asp.go_on(page, otp="000000", action="sign")
        assert page.status == 422
        assert f"Tries left: {left}" in page.text
    third = asp.go_on(page, otp="000000", action="sign")
    assert failure_of(msg_of(third)) == "ESP-991"
    assert msg_of(asp.go_on(page, otp=CODE, action="sign")) == msg_of(third)


def test_a_wrong_code_may_be_followed_by_the_right_one(asp: Asp) -> None:
    page = asp.go_on(asp.at_the_code(), otp="", action="sign")
    asp.believes(msg_of(asp.go_on(page, otp=f" {CODE} ", action="sign")))


def test_a_code_is_good_for_ten_minutes(asp: Asp, moved_clock: MovedClock) -> None:
    early, late = asp.at_the_code(), asp.at_the_code()
    moved_clock.by(minutes=9)
    assert root_of(msg_of(asp.go_on(early, otp=CODE, action="sign"))).get("status") == "1"
    moved_clock.by(minutes=2)
    assert failure_of(msg_of(asp.go_on(late, otp=CODE, action="sign"))) == "ESP-992"


def test_a_page_left_open_for_long_ends_it(asp: Asp, moved_clock: MovedClock) -> None:
    txn = asp.txn()
    page = asp.send(asp.sign(asp.request(txn)), txn)
    moved_clock.by(minutes=31)
    answer = asp.go_on(page, person="specimen-1", action="send")
    assert failure_of(msg_of(answer)) == "ESP-992"
    assert asp.status_of(txn) == msg_of(answer)


def test_a_double_click_signs_once(asp: Asp) -> None:
    page = asp.at_the_code()
    first = msg_of(asp.go_on(page, otp=CODE, action="sign"))
    assert msg_of(asp.go_on(page, otp=CODE, action="sign")) == first
    assert msg_of(asp.go_on(page, action="cancel")) == first


def test_no_one_goes_on_with_a_page_of_nobody(asp: Asp) -> None:
    page = asp.at_the_code()
    (form,) = page.forms()
    key = form.fields["session"].split(".")[0]
    for session in ("", "x.y", f"{key}.", f"{key}.{'0' * 32}", "../" * 20):
        answer = asp.post(form.action, {"session": session, "otp": CODE, "action": "sign"})
        assert answer.status == 400
        assert not answer.forms()


def test_nobody_chosen_asks_again_and_a_code_comes_before_signing(asp: Asp) -> None:
    txn = asp.txn()
    page = asp.send(asp.sign(asp.request(txn)), txn)
    assert asp.go_on(page, person="nobody", action="send").status == 422
    session = page.forms()[0].fields["session"]
    skipped = asp.post("/esign/2.1/otp", {"session": session, "otp": CODE, "action": "sign"})
    assert skipped.status == 422


def test_status_queries_tell_pending_answered_and_unknown(asp: Asp) -> None:
    page = asp.at_the_code()
    waiting = asp.status_of("SPECIMEN:0001")
    assert root_of(waiting).get("status") == "2"
    asp.believes(waiting)
    answer = msg_of(asp.go_on(page, otp=CODE, action="sign"))
    assert asp.status_of("SPECIMEN:0001") == answer
    unknown = asp.status_of("SPECIMEN:0002")
    assert failure_of(unknown) == "ESP-999"
    asp.believes(unknown)


def test_status_queries_are_signed_fresh_and_ones_own(asp: Asp, tmp_path: Path) -> None:
    asp.answered("rawrsa")
    plain = '<EsignStatus ver="{}" ts="{}" txn="SPECIMEN:0001" aspId="{}"/>'
    old = ist(clock.now() - timedelta(minutes=16))
    good = asp.sign(plain.format("2.1", ist(clock.now()), asp.id))
    for query, code in (
        (asp.sign(plain.format("2.1", old, asp.id)), "ESP-906"),
        (asp.sign(plain.format("3.0", ist(clock.now()), asp.id)), "ESP-905"),
        (good.replace(":0001", ":0002"), "ESP-903"),
        (asp.sign(plain.format("2.1", ist(clock.now()), "SPECIMEN-9")), "ESP-902"),
        ("nothing", "ESP-901"),
    ):
        assert failure_of(asp.status_of("", query=query)) == code
    (tmp_path / "other").mkdir()
    other = Asp(asp.outside, tmp_path / "other", id="SPECIMEN-2")
    other.register()
    assert failure_of(other.status_of("SPECIMEN:0001")) == "ESP-999"


def test_transactions_outlive_the_process(asp: Asp) -> None:
    from portal.sandbox.outside import World
    from portal.sandbox.wire import Asked

    answer = asp.answered("rawrsa")
    query = f'<EsignStatus ver="2.1" ts="{ist(clock.now())}" txn="SPECIMEN:0001" aspId="{asp.id}"/>'
    asked = Asked("POST", "/esign/2.1/status", asp.sign(query).encode())
    again = World(asp.outside.world.data_dir).answer(asked)
    assert again is not None
    assert again.body == answer


def test_those_who_race_for_the_providers_key_agree(world: Outside, data_dir: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: provider_certificate(data_dir, clock.now()), range(4)))
    assert {path.read_bytes() for path in made} == {made[0].read_bytes()}
    assert made[0] == data_dir / "sandbox" / "esign" / "provider.pem"
    key = (made[0].parent / "provider-key.pem").read_bytes()
    assert key.endswith(made[0].read_bytes())


def test_a_stranger_on_the_same_port_hears_nothing(world: Outside) -> None:
    assert ask(world, "GET", "/esign/2.1/signdoc").status == 404
    assert ask(world, "POST", "/esign/2.1/nothing").status == 404


def test_the_answer_goes_back_by_a_visible_button(asp: Asp) -> None:
    page = asp.go_on(asp.at_the_code("rawrsa"), otp=CODE, action="sign")
    form = return_form(page)
    assert list(form.fields) == ["msg"]
    assert "<button>Go back to SPECIMEN-1</button>" in page.text
