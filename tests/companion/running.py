"""A companion in a terminal of its own, a SPECIMEN token in software, and a portal that asks.

with running(folder, token, portal.key_set()) as companion:
    companion.code()                         # what the person reads and types into the page
    companion.approve(PIN)                   # waits for the question, says yes, types the PIN
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import os
import pty
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from portal.config import ROOT
from tests.processes.running import until

ORIGIN = "http://127.0.0.1:8000"
PIN = "specimen-2749"
SERIOUS_SECONDS = 60
LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass
class Token:
    """A SoftHSM token in a folder, with one certificate."""

    folder: Path
    certificate: x509.Certificate

    @property
    def environment(self) -> dict[str, str]:
        """What the library needs to find the token."""
        return {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    def pull_out(self) -> None:
        """Nothing is left in the socket."""
        (self.folder / "tokens").rename(self.folder / "pulled out")
        (self.folder / "tokens").mkdir()

    def put_back(self) -> None:
        """The same token again."""
        (self.folder / "tokens").rmdir()
        (self.folder / "pulled out").rename(self.folder / "tokens")


def make_key(kind: str = "rsa") -> Key:
    """A private key: `rsa` or `ec` (P-256)."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def specimen_certificate(
    key: Key, *, non_repudiation: bool = True, days: int = 30
) -> x509.Certificate:
    """A certificate of an invented person, by the key itself; expired where `days` is negative."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SPECIMEN Asha Invented")])
    usage = [True, non_repudiation, *[False] * 7]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=60))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .sign(key, hashes.SHA256())
    )


def make_token(
    folder: Path, key: Key, certificate: x509.Certificate, mechanisms: str = "ALL"
) -> Token:
    """A token with a key and its certificate; `mechanisms` as softhsm2.conf takes them."""
    (folder / "tokens").mkdir(parents=True)
    token = Token(folder, certificate)
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nslots.mechanisms = {mechanisms}\n"
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    where = ["--token", "SPECIMEN token"]
    _softhsm(token, "--init-token", "--free", "--label", where[1], "--so-pin", PIN, "--pin", PIN)
    _softhsm(token, "--import", str(folder / "key.pem"), *where, "--label", "s", "--id", "01",
             "--pin", PIN)  # fmt: skip
    (folder / "key.pem").unlink()
    # A library reads its settings once in a process, so the certificate goes in by another one.
    subprocess.run(
        [sys.executable, "-c", _PUT_CERTIFICATE, LIBRARY, PIN],
        input=token.der, env=os.environ | token.environment, check=True, timeout=SERIOUS_SECONDS,
    )  # fmt: skip
    return token


_PUT_CERTIFICATE = """
import sys, pkcs11
from pkcs11.util.x509 import decode_x509_certificate
library = pkcs11.lib(sys.argv[1])
values = decode_x509_certificate(sys.stdin.buffer.read())
values |= {pkcs11.Attribute.ID: b"\\1", pkcs11.Attribute.TOKEN: True}
values |= {pkcs11.Attribute.LABEL: "SPECIMEN", pkcs11.Attribute.PRIVATE: False}
with library.get_token(token_label="SPECIMEN token").open(rw=True, user_pin=sys.argv[2]) as session:
    session.create_object(values)
"""


def _softhsm(token: Token, *arguments: str) -> None:
    subprocess.run(
        ["softhsm2-util", *arguments],
        env=os.environ | token.environment,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=SERIOUS_SECONDS,
    )


@dataclass
class Portal:
    """Signs requests as the portal does."""

    kid: str = "specimen-1"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def key_set(self) -> dict[str, Any]:
        """The JWK set that is installed with the companion."""
        x = _url64(self.key.public_key().public_bytes_raw())
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": x}]}

    def jws(self, payload: object, **header: object) -> str:
        """A compact JWS; `header` changes or adds names."""
        named = {"alg": "EdDSA", "kid": self.kid, "typ": "ecoo-sign+json", **header}
        signing = f"{_url64(json.dumps(named).encode())}.{_url64(json.dumps(payload).encode())}"
        return f"{signing}.{_url64(self.key.sign(signing.encode()))}"


def payload(certificate_der: bytes, documents: int = 1, **changed: object) -> dict[str, Any]:
    """A good request for some documents, with what a test changes in it."""
    items = [document(certificate_der, number) for number in range(1, documents + 1)]
    return {
        "origin": ORIGIN,
        "items": items,
        "certificate_sha256": hashlib.sha256(certificate_der).hexdigest(),
        "nonce": secrets.token_urlsafe(24),
        "exp": int(time.time()) + 240,
    } | changed


def document(certificate_der: bytes, number: int = 1, **changed: object) -> dict[str, Any]:
    """One invented document."""
    content = f"SPECIMEN application {number}".encode()
    return {
        "doc_id": f"doc-{number}",
        "title": f"SPECIMEN application for a certificate, {number}",
        "reference": f"NP-SPE-OFF-2627-000000{number}-K",
        "hash_prefix": hashlib.sha256(content).hexdigest()[:16],
        "to_be_signed": base64.b64encode(attributes(content, certificate_der)).decode(),
    } | changed


def attributes(content: bytes, certificate_der: bytes) -> bytes:
    """DER signed attributes as pyHanko makes them for PAdES, by another library than ours."""
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate_der).digest()})
    protection = {
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}),
    }
    values = {
        "content_type": "data",
        "message_digest": hashlib.sha256(content).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [named]}),
        "cms_algorithm_protection": cms.CMSAlgorithmProtection(protection),
    }
    made = cms.CMSAttributes([{"type": kind, "values": [one]} for kind, one in values.items()])
    return bytes(made.dump())


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Answer:
    """What the companion answered."""

    status: int
    headers: http.client.HTTPMessage
    body: dict[str, Any]


@dataclass
class Running:
    """A companion process, its terminal, what it said there; `last` is for a test to keep."""

    process: subprocess.Popen[bytes]
    terminal: int
    folder: Path
    said: str = ""
    last: Answer = field(init=False)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.wait_for(r"Listening on http://127\.0\.0\.1:(\d+)\s").group(1))

    def code(self) -> str:
        """The pairing code that is shown now."""
        self.wait_for(r"Pairing code: (\d{6})")
        return str(re.findall(r"Pairing code: (\d{6})", self.said)[-1])

    def approve(self, pin: str = PIN) -> str:
        """Say yes and type the PIN, once asked; what was shown."""
        shown = self.question()
        self.type("yes")
        self.wait_for(r"PIN of the token \(not shown\): $")
        self.type(pin)
        return shown

    def decline(self) -> str:
        """Say no, once asked; what was shown."""
        shown = self.question()
        self.type("no")
        return shown

    def question(self) -> str:
        """Wait for a question; all that was shown for it."""
        self.wait_for(r"anything else to decline: $")
        return self.said[self.said.rindex(" asks you to sign ") :]

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self.terminal, f"{line}\n".encode())

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until the terminal shows something."""
        until(lambda: re.search(pattern, self.said), SERIOUS_SECONDS, f"{pattern} in {self.said}")
        found = re.search(pattern, self.said)
        assert found
        return found

    def ask(self, path: str, body: object = None, *, token: str = "", **headers: str) -> Answer:
        """Ask as a page of the portal does; `headers` with _ for -, an empty one is left out."""
        sent = {
            "Origin": ORIGIN,
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}" if token else "",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        method = sent.pop("Method", "GET" if body is None else "POST")
        content = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SERIOUS_SECONDS)
        with contextlib.closing(link):
            link.request(method, path, content, {n: v for n, v in sent.items() if v})
            came = link.getresponse()
            read = came.read()
        return Answer(came.status, came.msg, json.loads(read) if read else {})

    def pair(self) -> str:
        """Carry the code over; the bearer token."""
        code = self.code()
        token = str(self.ask("/v1/pair", {"code": code}).body["token"])
        until(lambda: self.code() != code, SERIOUS_SECONDS, "the next code")
        return token

    def listen(self) -> None:
        """Keep what the terminal shows, until it is closed."""
        while True:
            try:
                came = os.read(self.terminal, 4096)
            except OSError:
                return
            if not came:
                return
            self.said += came.decode(errors="replace").replace("\r\n", "\n")


@contextlib.contextmanager
def running(
    folder: Path,
    token: Token | None,
    key_set: dict[str, Any] | None,
    *,
    ports: Sequence[int] = (0,),
    **settings: Any,
) -> Iterator[Running]:
    """A companion with its settings in `folder`, asking in a terminal, until the block ends.

    `settings` go into its file as they are; browsers need `ports` that the page knows.
    """
    write_settings(folder, key_set, **settings)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.companion", "--config-dir", str(folder), "--terminal",
         *[word for port in ports for word in ("--port", str(port))]],
        cwd=ROOT, env=os.environ | (token.environment if token else {}), stdin=theirs,
        stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    companion = Running(process, ours, folder)
    listener = threading.Thread(target=companion.listen, daemon=True)
    listener.start()
    try:
        yield companion
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        listener.join(10)
        os.close(ours)


def write_settings(folder: Path, key_set: dict[str, Any] | None, **settings: object) -> None:
    """The settings file, as an installation leaves it."""
    keys = {key["kid"]: key["x"] for key in (key_set or {"keys": []})["keys"]}
    folder.mkdir(parents=True, exist_ok=True)
    values = {"portal_keys": keys, "library": LIBRARY} | settings
    (folder / "companion.json").write_text(json.dumps(values))
