"""Signs and verifies enveloped XML signatures by hand (XMLDSig 1.1, inclusive C14N 1.0)."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from copy import deepcopy
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_COMMENTS = f"{C14N}#WithComments"
ENVELOPED = f"{DS}enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA1 = f"{DS}rsa-sha1"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_LINE = 76


@dataclass(frozen=True)
class Shape:
    """How a signature looks: C14N algorithm, certificate in KeyInfo (DER), layout."""

    shown: bytes
    c14n: str = C14N
    sha1: bool = False
    indented: bool = False


def parsed(xml: bytes) -> Any:
    """The root element. Raises ValueError for what isn't XML and for any DOCTYPE."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as problem:
        raise ValueError("not XML") from problem
    if root.getroottree().docinfo.doctype:
        raise ValueError("a DOCTYPE")
    return root


def verified(xml: bytes, certificate: x509.Certificate) -> Any:
    """The signed root without its signature. Raises ValueError where the signature isn't good.

    Exactly one signature, enveloped in the root, over the whole document, by RSA with SHA-256 and
    the key of `certificate`; what KeyInfo says is not believed, but it must be there.
    """
    root = parsed(xml)
    signature = _only(root.iter(_ds("Signature")))
    if signature.getparent() is not root:
        raise ValueError("the signature is not the root's child")
    about = _children(signature, "SignedInfo", "SignatureValue", "KeyInfo")
    digest = _promised_digest(about["SignedInfo"])
    if about["KeyInfo"].find(f".//{_ds('X509Certificate')}") is None:
        raise ValueError("KeyInfo has no certificate")
    covered, value = _canonical_part(about["SignedInfo"]), _base64(about["SignatureValue"])
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    try:
        key.verify(value, covered, PKCS1v15(), hashes.SHA256())
    except InvalidSignature as problem:
        raise ValueError("the signature does not verify") from problem
    _take_out(signature)
    if hashlib.sha256(_canonical(root.getroottree())).digest() != digest:
        raise ValueError("the document was changed")
    return root


def signed(root: Any, key: rsa.RSAPrivateKey, shape: Shape) -> bytes:
    """The document with a signature as the root's last child."""
    if shape.indented:
        etree.indent(root)
    signature = etree.SubElement(root, _ds("Signature"), nsmap={None: DS})
    about = _signed_info(signature, shape)
    value = etree.SubElement(signature, _ds("SignatureValue"))
    data = etree.SubElement(etree.SubElement(signature, _ds("KeyInfo")), _ds("X509Data"))
    etree.SubElement(data, _ds("X509Certificate")).text = text_of(shape.shown, shape.indented)
    if shape.indented:
        etree.indent(root)
    digest = hashlib.sha256(_canonical(_without_signature(root))).digest()
    about.find(f".//{_ds('DigestValue')}").text = text_of(digest)
    algorithm = hashes.SHA1() if shape.sha1 else hashes.SHA256()
    signature_bytes = key.sign(_canonical_part(about), PKCS1v15(), algorithm)
    value.text = text_of(signature_bytes, shape.indented)
    return serialised(root, shape.indented)


def serialised(root: Any, declared: bool = False) -> bytes:
    """The document in UTF-8, on request with an XML declaration."""
    found: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=declared)
    return found


def text_of(data: bytes, in_lines: bool = False) -> str:
    """Base64, in one line or in many."""
    text = b64encode(data).decode()
    return fill(text, _LINE) if in_lines else text


def _promised_digest(info: Any) -> bytes:
    """What SignedInfo says of the document, where it asks for what we accept and nothing else."""
    found = _children(info, "CanonicalizationMethod", "SignatureMethod", "Reference")
    reference = found["Reference"]
    inside = _children(reference, "Transforms", "DigestMethod", "DigestValue")
    transforms = [one.get("Algorithm") for one in inside["Transforms"]]
    asked = (
        found["CanonicalizationMethod"].get("Algorithm"),
        found["SignatureMethod"].get("Algorithm"),
        inside["DigestMethod"].get("Algorithm"),
        reference.get("URI"),
    )
    if asked != (C14N, RSA_SHA256, SHA256, ""):
        raise ValueError("other algorithms, or another part of the document")
    if transforms not in ([ENVELOPED], [ENVELOPED, C14N]):
        raise ValueError("other transforms")
    return _base64(inside["DigestValue"])


def _signed_info(signature: Any, shape: Shape) -> Any:
    info = etree.SubElement(signature, _ds("SignedInfo"))
    _method(info, "CanonicalizationMethod", shape.c14n)
    _method(info, "SignatureMethod", RSA_SHA1 if shape.sha1 else RSA_SHA256)
    reference = etree.SubElement(info, _ds("Reference"), URI="")
    transforms = etree.SubElement(reference, _ds("Transforms"))
    _method(transforms, "Transform", ENVELOPED)
    _method(reference, "DigestMethod", SHA256)
    etree.SubElement(reference, _ds("DigestValue"))
    return info


def _method(parent: Any, tag: str, algorithm: str) -> None:
    etree.SubElement(parent, _ds(tag), Algorithm=algorithm)


def _without_signature(root: Any) -> Any:
    copy = deepcopy(root)
    _take_out(copy[-1])
    return copy.getroottree()


def _take_out(signature: Any) -> None:
    """Remove the element and leave the text behind it, as the enveloped transform does."""
    parent, before, tail = signature.getparent(), signature.getprevious(), signature.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    signature.tail = None
    parent.remove(signature)


def _canonical(node: Any) -> bytes:
    found: bytes = etree.tostring(node, method="c14n", exclusive=False, with_comments=False)
    return found


def _canonical_part(element: Any) -> bytes:
    """Of an element inside a document, with the namespaces that it inherits.

    As a document of its own: lxml resets the default namespace of what lies deeper otherwise.
    """
    return _canonical(etree.fromstring(etree.tostring(element, with_tail=False)))


def _children(parent: Any, *tags: str) -> dict[str, Any]:
    """The children by name; raises ValueError where they aren't exactly these in this order."""
    if [one.tag for one in parent] != [_ds(tag) for tag in tags]:
        raise ValueError(f"not {', '.join(tags)}")
    return dict(zip(tags, parent, strict=True))


def _only(found: Any) -> Any:
    several = list(found)
    if len(several) != 1:
        raise ValueError("not exactly one signature")
    return several[0]


def _base64(element: Any) -> bytes:
    return b64decode("".join((element.text or "").split()), validate=True)


def _ds(tag: str) -> str:
    return f"{{{DS}}}{tag}"
