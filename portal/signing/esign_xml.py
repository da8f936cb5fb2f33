"""Messages of CCA eSign 2.1: made and signed by us, read only as far as the provider signed them.

The wrapper is stricter than the library below it: no DOCTYPE, comment or processing instruction,
one signature over the whole document, listed algorithms alone, and a key pinned for the provider;
what the message says of its own key is never looked at.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from lxml import etree

from portal.core.clock import IST
from portal.core.errors import Refused

VERSION = "2.1"
DS = "http://www.w3.org/2000/09/xmldsig#"
MOST_BYTES = 256 * 1024
MOST_TXN = 64
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14NS = {C14N, f"{C14N}#WithComments"}
TRANSFORMS = C14NS | {f"{DS}enveloped-signature"}
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA1 = f"{DS}rsa-sha1"


@dataclass(frozen=True)
class AspKey:
    """Our side's key as PEM text (key and certificate), and the id that the provider gave us."""

    asp_id: str
    pem: bytes


@dataclass(frozen=True)
class Ask:
    """What one request asks the provider to sign. `digest` is SHA-256, `at` aware."""

    txn: str
    at: datetime
    digest: bytes
    words: str
    response_type: str
    response_url: str


@dataclass(frozen=True)
class DocSignature:
    """One signature of a response: for which document, by which hash, and its bytes or error."""

    id: str
    hash_algorithm: str
    error: str
    value: bytes


@dataclass(frozen=True)
class Answer:
    """A response whose signature held. `status`: 0 failed, 1 signed, 2 pending; empty is "NA"."""

    status: int
    txn: str
    at: datetime
    res_code: str
    err_code: str
    err_msg: str
    certificate: bytes
    signatures: tuple[DocSignature, ...]


def request_xml(ask: Ask, key: AspKey) -> bytes:
    """The signed `Esign` message for one document. `ts` is Indian time without a zone."""
    root = etree.Element(
        "Esign",
        ver=VERSION,
        sc="Y",
        ts=_stamp(ask.at),
        txn=ask.txn,
        ekycIdType="A",
        ekycId="",
        aspId=key.asp_id,
        AuthMode="1",
        responseSigType=ask.response_type,
        responseUrl=ask.response_url,
    )
    docs = etree.SubElement(root, "Docs")
    facts = {"id": "1", "hashAlgorithm": "SHA256", "docInfo": ask.words}
    etree.SubElement(docs, "InputHash", **facts).text = ask.digest.hex()
    return _signed(root, key)


def status_xml(txn: str, at: datetime, key: AspKey) -> bytes:
    """The signed `EsignStatus` message that asks what became of a request."""
    root = etree.Element("EsignStatus", ver=VERSION, ts=_stamp(at), txn=txn, aspId=key.asp_id)
    return _signed(root, key)


def txn_of(xml: bytes) -> str:
    """The transaction that an unproven response names: only to find out whose it might be.

    Raises `Refused` where the message is none.
    """
    txn: str = _parsed(xml, "EsignResp").get("txn", "")
    return txn[:MOST_TXN]


def read_response(xml: bytes, provider: bytes, *, allow_sha1: bool = False) -> Answer:
    """The facts of an `EsignResp` that the key of the certificate `provider` (PEM) signed whole.

    Raises `Refused` for everything else; the message says why, never what was in it.
    """
    root = _parsed(xml, "EsignResp")
    _check_signature(root, provider, allow_sha1)
    return _answer(root)


def _signed(root: etree._Element, key: AspKey) -> bytes:
    import xmlsec

    node = xmlsec.template.create(
        root, xmlsec.constants.TransformInclC14N, xmlsec.constants.TransformRsaSha256
    )
    root.append(node)
    reference = xmlsec.template.add_reference(node, xmlsec.constants.TransformSha256, uri="")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformInclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
    context = xmlsec.SignatureContext()
    context.key = _signing_key(key.pem)
    context.sign(node)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@cache
def _signing_key(pem: bytes) -> Any:
    """xmlsec's key object; parsing it costs more than signing with it."""
    import xmlsec

    key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    key.load_cert_from_memory(_certificate_of(pem), xmlsec.constants.KeyDataFormatPem)
    return key


def _certificate_of(pem: bytes) -> bytes:
    mark = b"-----BEGIN CERTIFICATE-----"
    return mark + pem.partition(mark)[2]


def _parsed(xml: bytes, name: str) -> etree._Element:
    if len(xml) > MOST_BYTES:
        raise Refused("the message is too large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Refused("the message is not well-formed XML") from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("the message carries a DOCTYPE")
    if any(not isinstance(node.tag, str) for node in root.iter()) or _has_neighbours(root):
        raise Refused("the message carries a comment, an entity or a processing instruction")
    if root.tag != name:
        raise Refused(f"the message is not an {name}")
    return root


def _has_neighbours(root: etree._Element) -> bool:
    return root.getprevious() is not None or root.getnext() is not None


def _check_signature(root: etree._Element, provider: bytes, allow_sha1: bool) -> None:
    import xmlsec

    found = list(root.iter(f"{{{DS}}}Signature"))
    if len(found) != 1 or found[0].getparent() is not root:
        raise Refused("the message must carry exactly one signature, directly below its root")
    _check_shape(found[0], {RSA_SHA256, RSA_SHA1} if allow_sha1 else {RSA_SHA256})
    context = xmlsec.SignatureContext()
    context.key = _pinned(provider)
    try:
        context.verify(found[0])
    except xmlsec.Error as problem:
        raise Refused("the message's signature is not the provider's") from problem


@cache
def _pinned(provider: bytes) -> Any:
    import xmlsec

    return xmlsec.Key.from_memory(provider, xmlsec.constants.KeyDataFormatCertPem)


def _check_shape(signature: etree._Element, allowed: set[str]) -> None:
    """Nothing but a plain enveloped signature by algorithms that we list."""
    names = [_local(node) for node in signature]
    if names not in (["SignedInfo", "SignatureValue"], ["SignedInfo", "SignatureValue", "KeyInfo"]):
        raise Refused("the signature has another shape than eSign's")
    info = signature[0]
    if [_local(node) for node in info] != [
        "CanonicalizationMethod",
        "SignatureMethod",
        "Reference",
    ]:
        raise Refused("the signature must cover the message by exactly one reference")
    reference = info[2]
    parts = [_local(node) for node in reference]
    transforms = [node.get("Algorithm", "") for node in reference[0]] if len(reference) else []
    algorithms = (info[0].get("Algorithm"), reference[1].get("Algorithm") if parts[1:] else "")
    if (
        reference.get("URI") != ""
        or parts != ["Transforms", "DigestMethod", "DigestValue"]
        or not transforms
        or transforms[0] != f"{DS}enveloped-signature"
        or not set(transforms) <= TRANSFORMS
        or any(len(node) for node in (*info[:2], *reference[0]))
    ):
        raise Refused("the signature does not cover the whole message plainly")
    if algorithms[0] not in C14NS or algorithms[1] != SHA256:
        raise Refused("the signature uses an algorithm that is not allowed")
    if info[1].get("Algorithm") not in allowed:
        raise Refused("the signature uses an algorithm that is not allowed")


def _local(node: etree._Element) -> str:
    name = etree.QName(node)
    return name.localname if name.namespace == DS else ""


def _answer(root: etree._Element) -> Answer:
    status = root.get("status", "")
    if status not in ("0", "1", "2"):
        raise Refused("the message has no known status")
    certificates = root.findall("UserX509Certificate")
    if len(certificates) > 1 or len(root.findall("Signatures")) > 1:
        raise Refused("the message repeats what it may say once")
    return Answer(
        status=int(status),
        txn=root.get("txn", ""),
        at=_instant(root.get("ts", "")),
        res_code=_said(root.get("resCode")),
        err_code=_said(root.get("errCode")),
        err_msg=_said(root.get("errMsg")),
        certificate=_bytes_of(certificates[0]) if certificates else b"",
        signatures=tuple(_doc_signature(node) for node in root.iterfind("Signatures/DocSignature")),
    )


def _doc_signature(node: etree._Element) -> DocSignature:
    return DocSignature(
        node.get("id", ""),
        node.get("sigHashAlgorithm", ""),
        _said(node.get("error")),
        _bytes_of(node),
    )


def _said(text: str | None) -> str:
    return "" if text is None or text == "NA" else text[:400]


def _bytes_of(node: etree._Element) -> bytes:
    if len(node):
        raise Refused("the message nests where it may not")
    try:
        return base64.b64decode(re.sub(r"\s", "", node.text or ""), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Refused("the message holds something that is not base64") from problem


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(IST):%Y-%m-%dT%H:%M:%S}"


def _instant(text: str) -> datetime:
    """`ts` with or without fractions and zone; without one it is Indian time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise Refused("the message has no readable time") from problem
    return found if found.tzinfo is not None else found.replace(tzinfo=IST)
