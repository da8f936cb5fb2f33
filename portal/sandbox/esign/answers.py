"""EsignResp: the provider's signed answer, and all that may be wrong with one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from lxml import etree

from portal.sandbox.authority.drafts import YEAR, as_signer, draft, name, signed
from portal.sandbox.authority.keys import Pair, new_key
from portal.sandbox.esign import xmldsig
from portal.sandbox.esign.faults import Fault
from portal.sandbox.esign.requests import IST
from portal.sandbox.esign.signatures import Made
from portal.sandbox.esign.xmldsig import Shape

FAILURE, SUCCESS, PENDING = "0", "1", "2"
_NONE = "NA"
_OLD = timedelta(hours=2)
_DOCTYPE = b'<!DOCTYPE EsignResp [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
_INDENTED = {Fault.CAPTURED_INDENTED}
_STRANGERS = {Fault.CAPTURED_SHA1, Fault.CAPTURED_KEYINFO}
_SHA1 = {Fault.SHA1, Fault.CAPTURED_SHA1}


def without(
    by: Pair, txn: str, now: datetime, code: str, message: str, status: str = FAILURE
) -> str:
    """An answer without a signature: a failure with its code, or pending."""
    root = _root(status, txn, now, code, message)
    return xmldsig.signed(root, by.key, Shape(by.der)).decode()


def pending(by: Pair, txn: str, now: datetime) -> str:
    """Not yet."""
    return without(by, txn, now, _NONE, _NONE, PENDING)


def success(by: Pair, txn: str, now: datetime, doc_id: str, made: Made, fault: Fault) -> str:
    """The answer with the signature. `txn` is the one to name, whatever was asked."""
    if fault is Fault.GARBAGE:
        return "<html>maintenance</html"
    at = now - _OLD if fault is Fault.OLD_ANSWER else now
    root = _root(SUCCESS, txn, at, _NONE, _NONE)
    lines = fault in _INDENTED
    shown = xmldsig.text_of(made.certificate, lines)
    etree.SubElement(root, "UserX509Certificate").text = shown
    several = etree.SubElement(root, "Signatures")
    for number in _numbers(doc_id, fault):
        facts = {"id": number, "sigHashAlgorithm": "SHA256", "error": _NONE}
        one = etree.SubElement(several, "DocSignature", facts)
        one.text = xmldsig.text_of(made.signature, lines)
    key = new_key() if fault is Fault.WRONG_KEY else by.key
    return _spoilt(xmldsig.signed(root, key, _shape(by, now, fault)), fault).decode()


def _root(status: str, txn: str, now: datetime, code: str, message: str) -> Any:
    facts = {
        "status": status,
        "ts": now.astimezone(IST).isoformat(timespec="milliseconds"),
        "txn": txn,
        "resCode": f"SPECIMEN{secrets.token_hex(12)}",
        "errCode": code,
        "errMsg": message,
    }
    return etree.Element("EsignResp", facts)


def _numbers(doc_id: str, fault: Fault) -> list[str]:
    if fault is Fault.MISSING_SIGNATURE:
        return []
    return [doc_id, f"{doc_id}0"] if fault is Fault.EXTRA_SIGNATURE else [doc_id]


def _shape(by: Pair, now: datetime, fault: Fault) -> Shape:
    return Shape(
        shown=_stranger(now) if fault in _STRANGERS else by.der,
        c14n=xmldsig.C14N_COMMENTS if fault is Fault.CAPTURED_SHA1 else xmldsig.C14N,
        sha1=fault in _SHA1,
        indented=fault in _INDENTED,
    )


def _stranger(now: datetime) -> bytes:
    """A certificate of nobody's, ended years ago, with another key than the one that signs."""
    key, who = new_key(), name("SPECIMEN Stranger, NOT VALID", "SPECIMEN Elsewhere")
    drafted = draft(who, key.public_key(), who, now - 9 * YEAR, now - 7 * YEAR)
    certificate: x509.Certificate = signed(as_signer(drafted), key)
    return Pair(key, certificate).der


def _spoilt(xml: bytes, fault: Fault) -> bytes:
    """What somebody does to an answer after it was signed."""
    if fault is Fault.TAMPERED:
        return xml.replace(b'resCode="SPECIMEN', b'resCode="TAMPERED', 1)
    if fault is Fault.XXE:
        return _DOCTYPE + xml.replace(b"<UserX509Certificate>", b"<UserX509Certificate>&x;", 1)
    return xml
