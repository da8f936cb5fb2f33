"""A portal that asks the provider to sign: its requests are signed by the xmlsec1 program."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lxml import etree

from portal.core import clock
from portal.sandbox.authority.drafts import YEAR, as_signer, draft, name, signed
from portal.sandbox.authority.keys import new_key
from portal.sandbox.esign import provider_certificate
from portal.sandbox.visitor import Answer as Page
from portal.sandbox.visitor import FoundForm
from tests.conftest import Outside
from tests.sandbox.wire import ask, run

IST = timezone(timedelta(hours=5, minutes=30))
DS = "http://www.w3.org/2000/09/xmldsig#"
CODE = "123456"
RETURN = "http://127.0.0.1:9/esign/return"
DATA = b"SPECIMEN bytes that somebody signs\n"
SIGNED_INFO = """<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>\
<CanonicalizationMethod Algorithm="{c14n}"/><SignatureMethod Algorithm="{method}"/>\
<Reference URI="{uri}"><Transforms><Transform Algorithm="{transform}"/></Transforms>\
<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>\
</SignedInfo><SignatureValue/><KeyInfo><X509Data/></KeyInfo></Signature>"""
METHODS = {
    "c14n": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "method": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "uri": "",
    "transform": f"{DS}enveloped-signature",
}


@dataclass
class Asp:
    """A portal with a key, registered at the provider as SPECIMEN-1."""

    outside: Outside
    folder: Path
    id: str = "SPECIMEN-1"
    count: int = 0
    facts: dict[str, str] = field(default_factory=dict)

    def register(self) -> None:
        """As `flask prepare` does: a key of its own, its certificate where the provider looks."""
        key, who = new_key(), name("SPECIMEN Portal", "SPECIMEN Portal")
        since, until = clock.now() - YEAR, clock.now() + 5 * YEAR
        certificate = signed(as_signer(draft(who, key.public_key(), who, since, until)), key)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "key.pem").write_bytes(secret)
        pem = certificate.public_bytes(Encoding.PEM)
        (self.folder / "certificate.pem").write_bytes(pem)
        row = {"certificate": pem.decode(), "response_urls": [RETURN]}
        asps = self.outside.world.data_dir / "sandbox" / "asps"
        asps.mkdir(parents=True, exist_ok=True)
        (asps / f"{self.id}.json").write_text(json.dumps(row))

    def txn(self) -> str:
        """A new transaction's name."""
        self.count += 1
        return f"SPECIMEN:{self.count:04}"

    def request(
        self, txn: str, sig_type: str = "pkcs7complete", document: str = "", **other: str
    ) -> str:
        """An unsigned request; `other` replaces its attributes."""
        facts = {
            "ver": "2.1",
            "sc": "Y",
            "ts": ist(clock.now()),
            "txn": txn,
            "ekycIdType": "A",
            "ekycId": "",
            "aspId": self.id,
            "AuthMode": "1",
            "responseSigType": sig_type,
            "responseUrl": RETURN,
        } | other
        said = " ".join(f'{key}="{value}"' for key, value in facts.items())
        digest = hashlib.sha256(DATA).hexdigest()
        one = f'<InputHash id="1" hashAlgorithm="SHA256" docInfo="Paper">{digest}</InputHash>'
        return f"<Esign {said}><Docs>{document or one}</Docs></Esign>"

    def sign(self, xml: str, **methods: str) -> str:
        """The same, signed by xmlsec1; `methods` replaces algorithms."""
        tag = xml[1 : xml.index(" ")]
        template, out = self.folder / "template.xml", self.folder / "signed.xml"
        empty = SIGNED_INFO.format(**METHODS | methods)
        end = f"</{tag}>"
        whole = xml if xml.endswith(end) else xml.removesuffix("/>") + f">{end}"
        template.write_text(whole.removesuffix(end) + empty + end)
        keys = f"{self.folder / 'key.pem'},{self.folder / 'certificate.pem'}"
        run("xmlsec1", "--sign", "--privkey-pem", keys, "--output", str(out), str(template))
        return out.read_text()

    def send(self, xml: str, txn: str, **fields: str) -> Page:
        """What the browser brings to the provider."""
        form = {"eSignRequest": xml, "aspTxnID": txn, "Content-Type": "application/xml"}
        return self.post("/esign/2.1/signdoc", form | fields)

    def post(self, path: str, form: dict[str, str]) -> Page:
        """An ordinary form."""
        kind = "application/x-www-form-urlencoded"
        heard = ask(self.outside, "POST", path, urlencode(form).encode(), kind)
        assert heard.kind.startswith("text/html") or not heard.body
        return Page(path, heard.status, {}, heard.body)

    def go_on(self, page: Page, **fields: str) -> Page:
        """Send the page's form with some fields filled in."""
        (form,) = page.forms()
        return self.post(form.action, {**form.fields, **fields})

    def at_the_code(self, sig_type: str = "pkcs7complete", person: str = "specimen-1") -> Page:
        """The page that asks for the code, of a new transaction."""
        txn = self.txn()
        page = self.send(self.sign(self.request(txn, sig_type)), txn)
        return self.go_on(page, person=person, action="send")

    def answered(self, sig_type: str = "pkcs7complete", person: str = "specimen-1") -> bytes:
        """The answer of a transaction in which everything was right on our side."""
        page = self.go_on(self.at_the_code(sig_type, person), otp=CODE, action="sign")
        return msg_of(page)

    def status_of(self, txn: str, *, query: str = "") -> bytes:
        """What the provider says of a transaction, machine to machine."""
        plain = f'<EsignStatus ver="2.1" ts="{ist(clock.now())}" txn="{txn}" aspId="{self.id}"/>'
        signed_query = query or self.sign(plain)
        heard = ask(
            self.outside, "POST", "/esign/2.1/status", signed_query.encode(), "application/xml"
        )
        assert (heard.status, heard.kind) == (200, "application/xml")
        return heard.body

    def believes(self, xml: bytes, status: int = 0) -> None:
        """What xmlsec1 thinks of an answer, judged by the provider's published key alone."""
        path = self.folder / "answer.xml"
        path.write_bytes(xml)
        world = self.outside.world
        pinned = provider_certificate(world.data_dir, clock.now(), world.trust.base)
        key = self.folder / "pinned.pem"
        public = x509.load_pem_x509_certificate(pinned.read_bytes()).public_key()
        key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        command = ("xmlsec1", "--verify", "--enabled-key-data", "rsa", "--pubkey-pem", str(key))
        run(*command, str(path), status=status)


def ist(at: datetime) -> str:
    return at.astimezone(IST).strftime("%Y-%m-%dT%H:%M:%S")


def return_form(page: Page) -> FoundForm:
    """The one form that takes the answer back."""
    assert page.status == 200, page.text
    (form,) = page.forms()
    assert form.action == RETURN
    assert 'enctype="multipart/form-data"' in page.text
    return form


def msg_of(page: Page) -> bytes:
    return return_form(page).fields["msg"].encode()


def root_of(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False))


def failure_of(xml: bytes) -> str:
    """The code of an answer without a signature."""
    root = root_of(xml)
    assert (root.tag, root.get("status")) == ("EsignResp", "0")
    assert root.find("Signatures") is None
    return str(root.get("errCode"))
