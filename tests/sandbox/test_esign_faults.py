"""Faults of the e-sign provider: each is on the wire what its name says, and goes away again."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from portal.core import clock
from portal.sandbox.authority import CA, authority_certificate
from portal.sandbox.esign import provider_certificate
from portal.sandbox.esign.faults import Fault
from portal.sandbox.visitor import Answer as Page
from tests.sandbox.asp import CODE, DATA, DS, RETURN, Asp, failure_of, msg_of, root_of
from tests.sandbox.wire import ask, run, switch


@pytest.fixture
def first(asp: Asp) -> bytes:
    """A good answer, given before anything went wrong."""
    return asp.answered()


def end(asp: Asp, fault: Fault, sig_type: str = "pkcs7complete") -> Page:
    """The last page of a transaction under a fault."""
    assert switch(asp.outside, "esign", fault) == 200
    return asp.go_on(asp.at_the_code(sig_type), otp=CODE, action="sign")


def answered(asp: Asp, fault: Fault, sig_type: str = "pkcs7complete") -> bytes:
    return msg_of(end(asp, fault, sig_type))


def user_certificate(xml: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(b64decode(root_of(xml).find("UserX509Certificate").text))


def signatures_of(xml: bytes) -> list[bytes]:
    return [b64decode(one.text) for one in root_of(xml).iter("DocSignature")]


def signed_by(signature: bytes, certificate: x509.Certificate) -> bool:
    """Whether a CMS was made with the key of a certificate."""
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    covered = signer["signed_attrs"].untag().dump()
    try:
        key.verify(signer["signature"].native, covered, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def digest_in(signature: bytes) -> bytes:
    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    (found,) = (a for a in signer["signed_attrs"] if a["type"].native == "message_digest")
    return bytes(found["values"][0].native)


def is_otherwise_good(asp: Asp, xml: bytes) -> bool:
    """The provider's own signature holds, the person's too, and over the right hash."""
    asp.believes(xml)
    (signature,) = signatures_of(xml)
    right = digest_in(signature) == hashlib.sha256(DATA).digest()
    return right and signed_by(signature, user_certificate(xml))


def test_without_a_fault_everything_is_good(asp: Asp) -> None:
    assert is_otherwise_good(asp, answered(asp, Fault.NONE))


def test_an_unknown_fault_is_refused_and_changes_nothing(asp: Asp) -> None:
    switch(asp.outside, "esign", Fault.SHA1)
    assert switch(asp.outside, "esign", "nonsense") == 400
    assert asp.outside.world.esign.fault is Fault.SHA1


def test_a_switch_without_a_fault_is_none(asp: Asp) -> None:
    switch(asp.outside, "esign", Fault.SHA1)
    assert ask(asp.outside, "PUT", "/switches/esign", b"{}").status == 200
    assert asp.outside.world.esign.fault is Fault.NONE


def test_outage(asp: Asp) -> None:
    switch(asp.outside, "esign", Fault.OUTAGE)
    txn = asp.txn()
    assert asp.send(asp.sign(asp.request(txn)), txn).status == 503
    assert ask(asp.outside, "POST", "/esign/2.1/status", b"").status == 503
    switch(asp.outside, "esign", Fault.NONE)
    assert asp.send(asp.sign(asp.request(txn)), txn).status == 200


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.STALE_TS, "ESP-906"), (Fault.DUPLICATE_TXN, "ESP-907")]
)
def test_refusals_before_anybody_is_asked(asp: Asp, fault: Fault, code: str) -> None:
    switch(asp.outside, "esign", fault)
    txn = asp.txn()
    answer = msg_of(asp.send(asp.sign(asp.request(txn)), txn))
    assert failure_of(answer) == code
    assert root_of(answer).get("txn") == txn
    asp.believes(answer)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.CANCEL, "ESP-944"),
        (Fault.OTP_WRONG, "ESP-991"),
        (Fault.UNKNOWN_ERROR, "ESP-087"),
    ],
)
def test_failures_after_a_right_code(asp: Asp, fault: Fault, code: str) -> None:
    answer = answered(asp, fault)
    assert failure_of(answer) == code
    asp.believes(answer)
    assert asp.status_of("SPECIMEN:0001") == answer


def test_late(asp: Asp) -> None:
    page = end(asp, Fault.LATE)
    assert RETURN not in page.text
    answer = asp.status_of("SPECIMEN:0001")
    assert is_otherwise_good(asp, answer)
    again = asp.go_on(page)
    assert RETURN not in again.text
    switch(asp.outside, "esign", Fault.NONE)
    assert msg_of(asp.go_on(again)) == answer


def test_pending(asp: Asp) -> None:
    page = end(asp, Fault.PENDING)
    assert RETURN not in page.text
    waiting = asp.status_of("SPECIMEN:0001")
    assert root_of(waiting).get("status") == "2"
    asp.believes(waiting)
    switch(asp.outside, "esign", Fault.NONE)
    answer = asp.status_of("SPECIMEN:0001")
    assert is_otherwise_good(asp, answer)
    assert msg_of(asp.go_on(page)) == answer


def test_silent(asp: Asp) -> None:
    code_page = asp.at_the_code()
    switch(asp.outside, "esign", Fault.SILENT)
    page = asp.go_on(code_page, otp=CODE, action="sign")
    assert not page.forms()
    assert is_otherwise_good(asp, asp.status_of("SPECIMEN:0001"))
    switch(asp.outside, "esign", Fault.NONE)
    assert not asp.go_on(code_page, otp=CODE, action="sign").forms()


def test_double(asp: Asp) -> None:
    page = end(asp, Fault.DOUBLE)
    copy, real = page.forms()
    assert copy == real
    assert copy.action == RETURN
    assert 'target="copy"' in page.text
    assert '<iframe name="copy"' in page.text
    assert is_otherwise_good(asp, real.fields["msg"].encode())


def test_replay(asp: Asp, first: bytes) -> None:
    assert answered(asp, Fault.REPLAY) == first
    assert root_of(first).get("txn") == "SPECIMEN:0001"
    assert asp.status_of("SPECIMEN:0002") == first


def test_replay_without_an_earlier_answer_is_an_ordinary_one(asp: Asp) -> None:
    assert is_otherwise_good(asp, answered(asp, Fault.REPLAY))


def test_wrong_hash(asp: Asp) -> None:
    answer = answered(asp, Fault.WRONG_HASH)
    asp.believes(answer)
    (signature,) = signatures_of(answer)
    assert digest_in(signature) != hashlib.sha256(DATA).digest()
    assert signed_by(signature, user_certificate(answer))


def test_other_signer(asp: Asp) -> None:
    answer = answered(asp, Fault.OTHER_SIGNER)
    asp.believes(answer)
    (signature,) = signatures_of(answer)
    shown = user_certificate(answer)
    inside = [
        x509.load_der_x509_certificate(one.chosen.dump())
        for one in cms.ContentInfo.load(signature)["content"]["certificates"]
    ]
    assert shown not in inside
    assert not signed_by(signature, shown)
    assert any(signed_by(signature, one) and one.subject == shown.subject for one in inside)


def test_expired_certificate(asp: Asp) -> None:
    answer = answered(asp, Fault.EXPIRED_CERTIFICATE)
    assert is_otherwise_good(asp, answer)
    assert user_certificate(answer).not_valid_after_utc < clock.now()


def test_foreign_ca(asp: Asp, first: bytes) -> None:
    answer = answered(asp, Fault.FOREIGN_CA)
    assert is_otherwise_good(asp, answer)
    folder = asp.outside.world.trust.folder
    ca = x509.load_pem_x509_certificate(authority_certificate(folder, CA.ESIGN, clock.now()))
    user_certificate(first).verify_directly_issued_by(ca)
    strange = user_certificate(answer)
    assert strange.issuer == ca.subject
    with pytest.raises(InvalidSignature):
        strange.verify_directly_issued_by(ca)


def test_other_policy(asp: Asp) -> None:
    answer = answered(asp, Fault.OTHER_POLICY)
    assert is_otherwise_good(asp, answer)
    found = user_certificate(answer).extensions.get_extension_for_class(x509.CertificatePolicies)
    assert [one.policy_identifier.dotted_string for one in found.value] == ["2.16.356.100.2.4.2"]


@pytest.mark.parametrize(
    ("fault", "kind"), [(Fault.NONE, "BIT STRING"), (Fault.TEXT_IDENTIFIER, "UTF8STRING")]
)
def test_text_identifier(asp: Asp, fault: Fault, kind: str) -> None:
    answer = answered(asp, fault)
    assert is_otherwise_good(asp, answer)
    path = asp.folder / "signer.der"
    path.write_bytes(user_certificate(answer).public_bytes(Encoding.DER))
    said = run("openssl", "asn1parse", "-inform", "DER", "-in", str(path))
    after = said[said.index("x500UniqueIdentifier") :].splitlines()[1]
    assert f"prim: {kind}" in after


def test_name_mismatch(asp: Asp) -> None:
    answer = answered(asp, Fault.NAME_MISMATCH)
    assert is_otherwise_good(asp, answer)
    (name,) = user_certificate(answer).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "Invented Stranger Zubin"


def test_extra_signature(asp: Asp) -> None:
    answer = answered(asp, Fault.EXTRA_SIGNATURE)
    asp.believes(answer)
    assert [one.get("id") for one in root_of(answer).iter("DocSignature")] == ["1", "10"]


def test_missing_signature(asp: Asp) -> None:
    answer = answered(asp, Fault.MISSING_SIGNATURE)
    asp.believes(answer)
    root = root_of(answer)
    assert root.get("status") == "1"
    assert root.find("Signatures") is not None
    assert not signatures_of(answer)


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [(Fault.CMS_8K, 8192, 32768), (Fault.CMS_LARGE, 40 * 1024, 64 * 1024)],
)
@pytest.mark.parametrize("sig_type", ["pkcs7", "pkcs7complete"])
def test_long_signatures(asp: Asp, fault: Fault, least: int, most: int, sig_type: str) -> None:
    answer = answered(asp, fault, sig_type)
    assert is_otherwise_good(asp, answer)
    assert least < len(signatures_of(answer)[0]) < most


def test_other_txn(asp: Asp, first: bytes) -> None:
    answer = answered(asp, Fault.OTHER_TXN)
    assert is_otherwise_good(asp, answer)
    assert root_of(answer).get("txn") == root_of(first).get("txn") == "SPECIMEN:0001"


def test_other_txn_where_there_is_no_other(asp: Asp) -> None:
    assert root_of(answered(asp, Fault.OTHER_TXN)).get("txn") == "OSPECIMEN:0001"


def test_old_answer(asp: Asp) -> None:
    answer = answered(asp, Fault.OLD_ANSWER)
    assert is_otherwise_good(asp, answer)
    said = datetime.fromisoformat(root_of(answer).get("ts"))
    assert clock.now() - said > timedelta(minutes=119)


@pytest.mark.parametrize("fault", [Fault.TAMPERED, Fault.WRONG_KEY])
def test_envelopes_that_do_not_verify(asp: Asp, fault: Fault) -> None:
    answer = answered(asp, fault)
    asp.believes(answer, status=1)
    assert root_of(answer).get("txn") == "SPECIMEN:0001"
    assert signed_by(signatures_of(answer)[0], user_certificate(answer))


def test_a_wrong_key_shows_the_right_certificate(asp: Asp) -> None:
    answer = answered(asp, Fault.WRONG_KEY)
    pinned = provider_certificate(asp.outside.world.data_dir, clock.now())
    shown = next(root_of(answer).iter(f"{{{DS}}}X509Certificate")).text
    assert b64decode(shown) == x509.load_pem_x509_certificate(pinned.read_bytes()).public_bytes(
        Encoding.DER
    )


@pytest.mark.parametrize("fault", [Fault.SHA1, Fault.CAPTURED_SHA1])
def test_sha1(asp: Asp, fault: Fault) -> None:
    """The program, which still takes it, says that only the algorithm is wrong."""
    answer = answered(asp, fault)
    assert f"{DS}rsa-sha1".encode() in answer
    assert b"xmldsig-more#rsa-sha256" not in answer
    assert is_otherwise_good(asp, answer)


def test_xxe(asp: Asp) -> None:
    answer = answered(asp, Fault.XXE)
    assert answer.startswith(b'<!DOCTYPE EsignResp [<!ENTITY x SYSTEM "file:')
    assert b"<UserX509Certificate>&x;" in answer


def test_garbage(asp: Asp) -> None:
    assert answered(asp, Fault.GARBAGE) == b"<html>maintenance</html"


@pytest.mark.parametrize("fault", [Fault.CAPTURED_SHA1, Fault.CAPTURED_KEYINFO])
def test_captured_key_infos_show_a_strangers_ended_certificate(asp: Asp, fault: Fault) -> None:
    answer = answered(asp, fault)
    assert is_otherwise_good(asp, answer)
    shown = next(root_of(answer).iter(f"{{{DS}}}X509Certificate")).text
    stranger = x509.load_der_x509_certificate(b64decode(shown))
    assert stranger.not_valid_after_utc < clock.now() - timedelta(days=365)
    assert "SPECIMEN" in stranger.subject.rfc4514_string()
    comments = b'REC-xml-c14n-20010315#WithComments"' in answer
    assert comments is (fault is Fault.CAPTURED_SHA1)


def test_captured_indented(asp: Asp) -> None:
    answer = answered(asp, Fault.CAPTURED_INDENTED)
    assert is_otherwise_good(asp, answer)
    assert answer.startswith(b"<?xml version=")
    assert b"\n  <Signatures>\n    <DocSignature" in answer
    assert max(map(len, root_of(answer).find("UserX509Certificate").text.split())) == 76
    # A browser sends a form's line ends as CR LF; the signature doesn't mind.
    assert is_otherwise_good(asp, answer.replace(b"\n", b"\r\n"))


def test_a_raw_signature_may_be_wrong_as_well(asp: Asp) -> None:
    answer = answered(asp, Fault.WRONG_HASH, "rawrsa")
    key = user_certificate(answer).public_key()
    assert isinstance(key, RSAPublicKey)
    twice = hashlib.sha256(DATA).digest()
    key.verify(signatures_of(answer)[0], twice, PKCS1v15(), hashes.SHA256())


def test_every_fault_is_tested_here() -> None:
    text = Path(__file__).read_text()
    assert {one for one in Fault if f"Fault.{one.name}" not in text} == set()
