"""What a portal asks for: its signed request, judged before anybody is shown anything.

The published captures name the codes ESP-901 to 903, 905 to 911, 922, 991 to 993, 944 and 999, but
only of 944 (the person ended it) is the meaning known: of the others it is ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography import x509

from portal.sandbox.esign.xmldsig import parsed, verified

IST = timezone(timedelta(hours=5, minutes=30))
SIGNATURES = {"rawrsa", "pkcs7", "pkcs7pdf", "pkcs7complete"}
_SKEW = timedelta(minutes=15)
_LONGEST_INFO = 200
_ASP = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TXN = re.compile(r"[A-Za-z0-9:._-]{1,64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_HASH = re.compile(r"[0-9a-f]{64}")
_ASKED = {"ver", "sc", "ts", "txn", "ekycIdType", "ekycId", "aspId", "AuthMode"}
_ASKED |= {"responseSigType", "responseUrl"}
_DOCUMENT = {"id", "hashAlgorithm", "docInfo"}


@dataclass(frozen=True)
class Request:
    """One hash that somebody shall sign. `digest` in lower-case hexadecimal."""

    asp: str
    txn: str
    response_url: str
    sig_type: str
    doc_id: str
    doc_info: str
    digest: str


class Objection(Exception):
    """Why a request isn't served. `response_url` is empty where none may be answered."""

    def __init__(self, code: str, message: str, txn: str = "", response_url: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.txn = code, message, txn
        self.response_url = response_url


@dataclass(frozen=True)
class _Asp:
    certificate: x509.Certificate
    response_urls: tuple[str, ...]

    def takes(self, url: str) -> bool:
        """Whether an answer may go there: to a registered address, or below it."""
        return any(
            url == one or url.startswith((one.rstrip("/") + "/", one + "?"))
            for one in self.response_urls
            if one
        )


def read(xml: bytes, asps: Path, now: datetime) -> Request:
    """The request, if all of it is right. Raises Objection."""
    said = _attributes(xml, "Esign")
    asp = _asp(asps, said)
    txn, url = said.get("txn", ""), said.get("responseUrl", "")
    if not asp.takes(url):
        raise Objection("ESP-902", "The responseUrl is not registered", txn)
    root = _verified(xml, asp, txn, url)
    for code, message in _objections(root, now):
        raise Objection(code, message, txn, url)
    document = root[0][0]
    return Request(
        asp=said["aspId"],
        txn=txn,
        response_url=url,
        sig_type=said["responseSigType"].lower(),
        doc_id=document.get("id"),
        doc_info=document.get("docInfo"),
        digest=document.text,
    )


def read_status(xml: bytes, asps: Path, now: datetime) -> tuple[str, str]:
    """Portal and transaction of a status query: `<EsignStatus ver ts txn aspId>`, signed.

    Raises Objection.
    """
    said = _attributes(xml, "EsignStatus")
    asp, txn = _asp(asps, said), said.get("txn", "")
    root = _verified(xml, asp, txn, "")
    if set(root.attrib) != {"ver", "ts", "txn", "aspId"} or len(root) or root.get("ver") != "2.1":
        raise Objection("ESP-905", "The query is not of version 2.1", txn)
    if not _is_fresh(root.get("ts"), now):
        raise Objection("ESP-906", "The query is too old", txn)
    return said["aspId"], txn


def _attributes(xml: bytes, tag: str) -> Mapping[str, str]:
    """What the root says, not yet proven."""
    try:
        root = parsed(xml)
    except ValueError as problem:
        raise Objection("ESP-901", "The request can't be read") from problem
    if root.tag != tag:
        raise Objection("ESP-901", f"The request is not {tag}")
    return dict(root.attrib)


def _asp(asps: Path, said: Mapping[str, str]) -> _Asp:
    """Who is registered under that name; read at each request, for `flask prepare` writes it."""
    name = said.get("aspId", "")
    path = asps / f"{name}.json"
    if not _ASP.fullmatch(name) or not path.exists():
        raise Objection("ESP-902", "The aspId is unknown", said.get("txn", ""))
    row = json.loads(path.read_text("utf-8"))
    certificate = x509.load_pem_x509_certificate(row["certificate"].encode())
    return _Asp(certificate, tuple(row["response_urls"]))


def _verified(xml: bytes, asp: _Asp, txn: str, url: str) -> Any:
    try:
        return verified(xml, asp.certificate)
    except ValueError as problem:
        raise Objection("ESP-903", "The signature is not verified", txn, url) from problem


def _objections(root: Any, now: datetime) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with a signed request, worst first."""
    if set(root.attrib) != _ASKED:
        yield "ESP-905", "Attributes are missing, or there are others"
        return
    said = root.attrib
    for wrong, code, message in (
        (said["ver"] != "2.1", "ESP-905", "The version is not 2.1"),
        (said["sc"] != "Y", "ESP-908", "The signer has not consented"),
        (not _is_fresh(said["ts"], now), "ESP-906", "The request is too old or of the future"),
        (not _TXN.fullmatch(said["txn"]), "ESP-907", "The txn is not of 1 to 64 plain characters"),
        (said["ekycIdType"] != "A", "ESP-909", "The ekycIdType is not A"),
        (said["ekycId"] != "", "ESP-909", "The ekycId is not empty"),
        (said["AuthMode"] != "1", "ESP-910", "The AuthMode is not 1"),
        (said["responseSigType"].lower() not in SIGNATURES, "ESP-911", "No such responseSigType"),
        (not _is_one_document(root), "ESP-922", "Not one InputHash of SHA256 in lower case"),
    ):
        if wrong:
            yield code, message


def _is_fresh(text: str, now: datetime) -> bool:
    """Within 15 minutes; times come in IST, without a zone."""
    if not _TIME.fullmatch(text):
        return False
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=IST)
    except ValueError:
        return False
    return abs(now - at) <= _SKEW


def _is_one_document(root: Any) -> bool:
    if [one.tag for one in root] != ["Docs"] or [one.tag for one in root[0]] != ["InputHash"]:
        return False
    document = root[0][0]
    return (
        set(document.attrib) == _DOCUMENT
        and document.get("hashAlgorithm") == "SHA256"
        and 0 < len(document.get("id")) <= _LONGEST_INFO
        and 0 < len(document.get("docInfo")) <= _LONGEST_INFO
        and not len(document)
        and _HASH.fullmatch(document.text or "") is not None
    )
