"""What the portal asks for is judged strictly; whatever else comes is refused, never a crash."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.sign.signers.pdf_cms import ExternalSigner, PdfCMSSignedAttributes

from portal.companion import der, sign_request
from portal.companion.attributes import MOST_BYTES
from portal.companion.attributes import read as read_attributes
from portal.companion.der import NotDer
from portal.companion.faults import Code, Refusal
from portal.companion.sign_request import SignRequest
from tests.companion.running import (
    ORIGIN,
    Portal,
    attributes,
    document,
    make_key,
    payload,
    specimen_certificate,
)

NOW = 1_790_000_000
PORTAL = Portal()
CERTIFICATE = b"SPECIMEN certificate, of which only the digest counts here"
CONTENT = b"SPECIMEN"
GOOD = attributes(CONTENT, CERTIFICATE)
RSA, RSA_WITH_SHA256 = (bytes.fromhex(f"2a864886f70d0101{last}") for last in ("01", "0b"))


def keys() -> dict[str, bytes]:
    return {PORTAL.kid: PORTAL.key.public_key().public_bytes_raw()}


def read(jws: object) -> SignRequest:
    return sign_request.read(jws, keys(), ORIGIN, NOW)


def asked(**changed: Any) -> dict[str, Any]:
    return payload(CERTIFICATE, **{"exp": NOW + 240} | changed)


def code_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_good_request_is_read_whole() -> None:
    request = read(PORTAL.jws(asked(documents=2)))
    assert [item.doc_id for item in request.items] == ["doc-1", "doc-2"]
    assert request.items[0].title == "SPECIMEN application for a certificate, 1"
    assert request.items[0].digest == hashlib.sha256(b"SPECIMEN application 1").hexdigest()
    assert request.certificate_sha256 == hashlib.sha256(CERTIFICATE).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"items": []},
        {"items": "none"},
        {"items": [1]},
        {"items": [document(CERTIFICATE, n) for n in range(51)]},
        {"items": [document(CERTIFICATE), document(CERTIFICATE)]},
        {"items": [document(CERTIFICATE, title="")]},
        {"items": [document(CERTIFICATE, title="x" * 201)]},
        {"items": [document(CERTIFICATE, title="two\nlines")]},
        {"items": [document(CERTIFICATE, title="\x1b[2J clears the screen")]},
        {"items": [document(CERTIFICATE, title="turned \u202e round")]},
        {"items": [document(CERTIFICATE, title="zero\u200bwidth")]},
        {"items": [document(CERTIFICATE, reference="\ud800")]},
        {"items": [document(CERTIFICATE, hash_prefix="ABCDEF0123456789")]},
        {"items": [document(CERTIFICATE, hash_prefix="0123")]},
        {"items": [document(CERTIFICATE, doc_id="../x")]},
        {"items": [document(CERTIFICATE, to_be_signed="not base64!")]},
        {"items": [document(CERTIFICATE, to_be_signed=None)]},
        {"items": [document(CERTIFICATE, extra=1)]},
        {"certificate_sha256": "AB" * 32},
        {"nonce": "short"},
        {"nonce": 1},
        {"exp": str(NOW + 60)},
        {"exp": True},
        {"exp": NOW + 60.5},
        {"extra": 1},
    ],
)
def test_a_wrong_value_is_refused(changed: dict[str, object]) -> None:
    assert code_of(lambda: read(PORTAL.jws(asked(**changed)))) is Code.REQUEST_INVALID


@pytest.mark.parametrize("name", ["origin", "items", "certificate_sha256", "nonce", "exp"])
def test_a_missing_value_is_refused(name: str) -> None:
    without = {key: value for key, value in asked().items() if key != name}
    assert code_of(lambda: read(PORTAL.jws(without))) is Code.REQUEST_INVALID


@pytest.mark.parametrize(
    ("seconds", "code"), [(0, Code.EXPIRED), (-1, Code.EXPIRED), (331, Code.EXPIRED), (330, None)]
)
def test_a_request_lives_five_minutes_and_clocks_may_differ_a_little(
    seconds: int, code: Code | None
) -> None:
    jws = PORTAL.jws(asked(exp=NOW + seconds))
    if code:
        assert code_of(lambda: read(jws)) is code
    else:
        assert read(jws).expires_at == NOW + seconds


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "Ed25519"},
        {"typ": "JWT"},
        {"crit": ["b64"], "b64": False},
        {"jwk": {}},
    ],
)
def test_another_header_is_refused(header: dict[str, object]) -> None:
    assert code_of(lambda: read(PORTAL.jws(asked(), **header))) is Code.REQUEST_INVALID


@pytest.mark.parametrize("kid", ["other", 1, None, ["specimen-1"]])
def test_a_key_that_is_not_pinned_is_refused(kid: object) -> None:
    assert code_of(lambda: read(PORTAL.jws(asked(), kid=kid))) is Code.REQUEST_UNTRUSTED


def test_a_changed_request_is_refused() -> None:
    head, _, signature = PORTAL.jws(asked()).split(".")
    other = PORTAL.jws(asked()).split(".")[1]
    assert code_of(lambda: read(f"{head}.{other}.{signature}")) is Code.REQUEST_UNTRUSTED


def test_a_name_that_stands_twice_is_refused() -> None:
    text = json.dumps(asked())[:-1] + ', "origin": "https://evil.example"}'
    assert code_of(lambda: read(signed_text(text))) is Code.REQUEST_INVALID


@pytest.mark.parametrize("text", ["[]", "1", "{", "NaN", '{"exp": NaN}', "[" * 50_000, "\udcff"])
def test_a_signed_text_that_is_no_object_is_refused(text: str) -> None:
    assert code_of(lambda: read(signed_text(text))) is Code.REQUEST_INVALID


def signed_text(text: str) -> str:
    def url64(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    head = PORTAL.jws({}).split(".")[0]
    signing = f"{head}.{url64(text.encode(errors='surrogateescape'))}"
    return f"{signing}.{url64(PORTAL.key.sign(signing.encode()))}"


@given(st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()), st.binary()))
def test_whatever_comes_as_a_request_is_refused(jws: object) -> None:
    assert code_of(lambda: read(jws)) is Code.REQUEST_INVALID


@given(st.data())
def test_a_request_with_one_sign_changed_is_refused(data: st.DataObject) -> None:
    jws = PORTAL.jws(asked())
    at = data.draw(st.integers(0, len(jws) - 1))
    sign = data.draw(st.characters().filter(lambda c: c != jws[at]))
    code = code_of(lambda: read(jws[:at] + sign + jws[at + 1 :]))
    assert code in (Code.REQUEST_INVALID, Code.REQUEST_UNTRUSTED)


@given(
    st.dictionaries(
        st.sampled_from(["origin", "items", "certificate_sha256", "nonce", "exp", "other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=9), inner, max_size=3)
            ),
        ),
        min_size=1,
    )
)
def test_whatever_the_portal_signs_is_judged_and_never_crashes(changed: dict[str, object]) -> None:
    jws = PORTAL.jws(asked() | changed)
    try:
        read(jws)
    except Refusal:
        return
    raise AssertionError("a request with a strange value passed")


def made(**changed: Any) -> bytes:
    """Signed attributes with some of them changed or added; None leaves one out."""
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(CERTIFICATE).digest()})
    values = {
        "content_type": "data",
        "message_digest": hashlib.sha256(CONTENT).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [named]}),
    } | changed
    rows = [{"type": kind, "values": [v]} for kind, v in values.items() if v is not None]
    return bytes(cms.CMSAttributes(rows).dump())


def named_by(digest: bytes, algorithm: str) -> tsp.SigningCertificateV2:
    return tsp.SigningCertificateV2(
        {"certs": [{"hash_algorithm": {"algorithm": algorithm}, "cert_hash": digest}]}
    )


def test_attributes_of_a_document_signature_pass() -> None:
    facts = read_attributes(GOOD)
    assert facts.digest == hashlib.sha256(CONTENT).digest()
    assert facts.certificate_sha256 == hashlib.sha256(CERTIFICATE).digest()
    assert read_attributes(made()).digest == facts.digest


@pytest.mark.parametrize("use_pades", [True, False])
def test_attributes_that_pyhanko_makes_pass(use_pades: bool) -> None:
    """The portal's own library; without PAdES it adds the time and room for revocation data."""
    der_of_one = specimen_certificate(make_key("ec")).public_bytes(Encoding.DER)
    signer = ExternalSigner(x509.Certificate.load(der_of_one), None, signature_value=64)
    digest = hashlib.sha256(CONTENT).digest()
    at = datetime(2026, 11, 26, tzinfo=UTC)
    settings = PdfCMSSignedAttributes(signing_time=at)
    making = signer.signed_attrs(digest, "sha256", attr_settings=settings, use_pades=use_pades)
    with ThreadPoolExecutor(1) as apart:  # a browser test may hold this thread's event loop
        signed = apart.submit(asyncio.run, making).result()
    facts = read_attributes(signed.dump())
    assert facts.digest == digest
    assert facts.certificate_sha256 == hashlib.sha256(der_of_one).digest()


@pytest.mark.parametrize(
    "signed",
    [
        b"",
        b"a contract",
        GOOD + b"\x00",
        GOOD[:-1],
        b"\xa0" + GOOD[1:],
        b"\x30" + GOOD[1:],
        made(message_digest=hashlib.sha1(CONTENT).digest()),
        made(message_digest=hashlib.sha512(CONTENT).digest()),
        made(message_digest=None),
        made(content_type=None),
        made(content_type="tst_info"),
        made(signing_certificate_v2=None),
        made(signing_certificate_v2=named_by(hashlib.sha1(CERTIFICATE).digest(), "sha1")),
        made(signing_certificate_v2=named_by(hashlib.sha512(CERTIFICATE).digest(), "sha512")),
        made(
            cms_algorithm_protection={
                "digest_algorithm": {"algorithm": "sha1"},
                "signature_algorithm": {"algorithm": "sha1_rsa"},
            }
        ),
        bytes(cms.CMSAttributes([]).dump()),
    ],
)
def test_other_things_to_sign_are_refused(signed: bytes) -> None:
    assert code_of(lambda: read_attributes(signed)) is Code.ATTRIBUTES_REFUSED


def test_an_attribute_of_another_purpose_is_refused() -> None:
    other = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Integer(1)]}).dump()
    parts = [*(v.whole for v in der.several(der.one(made(), der.SET).content)), other]
    body = b"".join(sorted(parts))
    signed = b"\x31" + (b"\x82" + len(body).to_bytes(2, "big") if len(body) > 255 else
                        b"\x81" + bytes([len(body)])) + body  # fmt: skip
    assert der.one(signed, der.SET).content == body
    assert code_of(lambda: read_attributes(signed)) is Code.ATTRIBUTES_REFUSED


def test_attributes_for_another_certificate_are_refused() -> None:
    other = base64.b64encode(attributes(CONTENT, b"another")).decode()
    changed = asked(items=[document(CERTIFICATE, to_be_signed=other)])
    assert code_of(lambda: read(PORTAL.jws(changed))) is Code.ATTRIBUTES_REFUSED


@given(st.binary(max_size=300))
def test_whatever_bytes_come_are_no_attributes(signed: bytes) -> None:
    assert code_of(lambda: read_attributes(signed)) is Code.ATTRIBUTES_REFUSED


def test_no_byte_of_attributes_can_change_unseen() -> None:
    """Every byte by every other: refused, or another digest. One RSA name equals the other."""
    good, unseen = read_attributes(GOOD), []
    for at, byte in itertools.product(range(len(GOOD)), range(256)):
        changed = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
        with contextlib.suppress(Refusal):
            if read_attributes(changed) == good and changed != GOOD:
                unseen.append(changed)
    assert unseen == [GOOD.replace(RSA, RSA_WITH_SHA256)]


@given(st.integers(0, MOST_BYTES * 2))
def test_nesting_and_size_are_bounded(size: int) -> None:
    deep = b"\x31\x80" * (size // 2)
    assert code_of(lambda: read_attributes(deep)) is Code.ATTRIBUTES_REFUSED
    nested = b""
    for _ in range(40):
        nested = b"\x30" + bytes([len(nested)]) + nested
    with pytest.raises(NotDer):
        der.several(nested)


@pytest.mark.parametrize(
    "written",
    [
        b"\x04\x81\x01x",  # longer than needed
        b"\x04\x82\x00\x80" + b"x" * 128,
        b"\x30\x80\x00\x00",  # endless
        b"\x1f\x81\x01\x00",  # tag of several bytes
        b"\x31\x06\x02\x01\x02\x02\x01\x01",  # a set out of order
        b"\x31\x06\x02\x01\x01\x02\x01\x01",  # a set with a value twice
        b"\x04\x02x",  # cut off
        b"\x04",
    ],
)
def test_only_one_way_of_writing_is_taken(written: bytes) -> None:
    with pytest.raises(NotDer):
        der.several(written)


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_what_another_library_writes_is_read_back(contents: list[bytes]) -> None:
    written = b"".join(core.OctetString(content).dump() for content in contents)
    assert [value.content for value in der.several(written)] == contents
