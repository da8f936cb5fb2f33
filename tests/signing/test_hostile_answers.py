"""Answers that somebody bent: our refusal or the same facts, never anything else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from portal.core import clock
from portal.core.errors import Refused
from portal.sandbox.authority.chain import ensure_chain
from portal.sandbox.esign.answers import success
from portal.sandbox.esign.faults import Fault
from portal.sandbox.esign.identity import provider
from portal.sandbox.esign.people import people
from portal.sandbox.esign.signatures import Bench, make
from portal.signing.cms import check_cms
from portal.signing.esign_xml import read_response, txn_of

DIGEST = b"\x07" * 32
TXN = "SPECIMEN-1"
DS = "http://www.w3.org/2000/09/xmldsig#"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A good answer, and the provider's certificate."""
    return _made(tmp_path_factory.mktemp("hostile"))


@cache
def _made(folder: Path) -> tuple[bytes, bytes]:
    now = clock.now()
    ensure_chain(folder / "authority", now)
    by = provider(folder, now)
    made = make(
        Bench(folder / "authority", "", now), people()["specimen-1"], DIGEST, "pkcs7", Fault.NONE
    )
    xml = success(by, TXN, now, "1", made, Fault.NONE).encode()
    return xml, by.certificate.public_bytes(Encoding.PEM)


def test_the_good_answer_is_read(good: tuple[bytes, bytes]) -> None:
    found = read_response(*good)
    assert (found.status, found.txn, len(found.signatures)) == (1, TXN, 1)
    assert txn_of(good[0]) == TXN
    signer = check_cms(found.signatures[0].value, DIGEST, found.certificate, clock.now())
    assert signer.certificate == found.certificate


@settings(max_examples=300)
@given(data=st.data())
def test_a_bent_answer_is_refused_or_says_the_same(
    good: tuple[bytes, bytes], data: st.DataObject
) -> None:
    xml, certificate = good
    at = data.draw(st.integers(0, len(xml) - 1))
    bent = data.draw(
        st.sampled_from(
            [
                xml[:at] + bytes([data.draw(st.integers(0, 255))]) + xml[at + 1 :],
                xml[:at] + xml[at + 1 :],
                xml[:at],
                xml[:at] + xml[at:] * 2,
                xml[:at] + b"<!-- x -->" + xml[at:],
                xml[:at] + b"<?x y?>" + xml[at:],
                xml[:at] + b"&lt;" + xml[at:],
                xml[:at] + b" " + xml[at:],
            ]
        )
    )
    try:
        found = read_response(bent, certificate)
    except Refused:
        return
    assert found == read_response(xml, certificate)


@settings(max_examples=300)
@given(data=st.data())
def test_a_bent_signature_is_refused_or_the_same(
    good: tuple[bytes, bytes], data: st.DataObject
) -> None:
    answer = read_response(*good)
    der, now = answer.signatures[0].value, clock.now()
    at = data.draw(st.integers(0, len(der) - 1))
    value = bytes([data.draw(st.integers(0, 255))])
    bent = data.draw(
        st.sampled_from([der[:at] + value + der[at + 1 :], der[:at], der + value, der[at:]])
    )
    try:
        signer = check_cms(bent, DIGEST, answer.certificate, now)
    except Refused:
        return
    assert signer.certificate == answer.certificate


@given(st.binary(max_size=2000))
def test_anything_else_is_refused(good: tuple[bytes, bytes], content: bytes) -> None:
    certificate = good[1]
    for act in (lambda: read_response(content, certificate), lambda: txn_of(content)):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Refused):
        check_cms(content, DIGEST, content, clock.now())


def wrapped(xml: bytes) -> bytes:
    """The signed answer inside another one that says something else."""
    return b'<EsignResp status="1" txn="OTHER">' + xml[xml.index(b"<EsignResp") :] + b"</EsignResp>"


def two_signatures(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    signature = root.find(f"{{{DS}}}Signature")
    root.append(etree.fromstring(etree.tostring(signature)))
    return bytes(etree.tostring(root))


def no_signature(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    root.remove(root.find(f"{{{DS}}}Signature"))
    return bytes(etree.tostring(root))


def object_reference(xml: bytes) -> bytes:
    return xml.replace(b'URI=""', b'URI="#x"', 1)


def entity(xml: bytes) -> bytes:
    return b'<!DOCTYPE EsignResp [<!ENTITY x "1">]>' + xml[xml.index(b"<EsignResp") :]


def xpath_transform(xml: bytes) -> bytes:
    mark = f'Algorithm="{DS}enveloped-signature"'.encode()
    return xml.replace(mark, b'Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"', 1)


def other_root(xml: bytes) -> bytes:
    return xml.replace(b"EsignResp", b"EsignRespX")


@pytest.mark.parametrize(
    "bend",
    [wrapped, two_signatures, no_signature, object_reference, entity, xpath_transform, other_root],
)
def test_a_known_trick_is_refused(good: tuple[bytes, bytes], bend: object) -> None:
    xml, certificate = good
    with pytest.raises(Refused):
        read_response(bend(xml), certificate)  # type: ignore[operator]


def test_a_key_that_the_message_brings_itself_counts_for_nothing(
    good: tuple[bytes, bytes], tmp_path: Path
) -> None:
    other, its_own = _made(tmp_path)
    assert read_response(other, its_own).txn == TXN
    with pytest.raises(Refused, match="not the provider's"):
        read_response(other, good[1])


def test_sha1_is_refused_unless_it_is_set(tmp_path: Path, good: tuple[bytes, bytes]) -> None:
    now = clock.now()
    ensure_chain(tmp_path / "authority", now)
    by = provider(tmp_path, now)
    bench = Bench(tmp_path / "authority", "", now)
    made = make(bench, people()["specimen-1"], DIGEST, "pkcs7", Fault.NONE)
    xml = success(by, TXN, now, "1", made, Fault.SHA1).encode()
    pem = by.certificate.public_bytes(Encoding.PEM)
    with pytest.raises(Refused, match="algorithm"):
        read_response(xml, pem)
    assert read_response(xml, pem, allow_sha1=True).txn == TXN
