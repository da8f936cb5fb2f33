"""Has the token asked by a short-lived process, and believes nothing that it can check itself."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from portal.companion import libraries
from portal.companion.faults import Code, Refusal

PIN_LOW, PIN_FINAL_TRY, PIN_LOCKED = 0x10000, 0x20000, 0x40000
_LEAST_RSA_BITS = 2048
# What a driver that ends without an answer amounts to.
_CRASHED = {"list": Code.LIBRARY_FAILED, "sign": Code.TOKEN_FAILED}
# Windows would show a black window for each question to the token.
_NO_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_SECONDS_PER_SIGNATURE = 2.0


@dataclass(frozen=True)
class Certificate:
    """A certificate on a token; `sha256` is of its DER, `key` is rsa, ec or other."""

    label: str
    der: bytes
    sha256: str
    holder: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    non_repudiation: bool
    in_validity: bool
    key: str

    @property
    def fit(self) -> bool:
        """Whether it may sign a document now with a key that we take."""
        return self.non_repudiation and self.in_validity and self.key in ("rsa", "ec")


@dataclass(frozen=True)
class Token:
    """An inserted token, as it stands, with what can be read without a PIN."""

    library: str
    label: str
    serial: str
    manufacturer: str
    model: str
    flags: int
    certificates: tuple[Certificate, ...]

    @property
    def pin_low(self) -> bool:
        """Whether a wrong PIN was given since the last right one."""
        return bool(self.flags & PIN_LOW)

    @property
    def last_try(self) -> bool:
        """Whether the next wrong PIN locks the token."""
        return bool(self.flags & PIN_FINAL_TRY)

    @property
    def locked(self) -> bool:
        """Whether the token takes no PIN any more."""
        return bool(self.flags & PIN_LOCKED)


@dataclass(frozen=True)
class Reader:
    """Reaches tokens through the chosen library, or those found; waits `seconds` for each."""

    library: str = ""
    seconds: float = 30.0
    clock: Callable[[], float] = time.time

    def tokens(self) -> list[Token]:
        """Tokens of the first library that sees one with a certificate, else of all.

        Raises Refusal: NO_LIBRARY, LIBRARY_FAILED, NO_TOKEN, TOKEN_TIMEOUT, TOKEN_FAILED.
        """
        paths = libraries.candidates(self.library)
        if not paths:
            raise Refusal(Code.NO_LIBRARY)
        seen: list[Token] = []
        faults: list[Refusal] = []
        for path in paths:
            try:
                found = self._listed(path)
            except Refusal as fault:
                faults.append(fault)
                continue
            seen += found
            if any(token.certificates for token in found):
                return found
        if not seen:
            raise faults[0] if len(faults) == len(paths) else Refusal(Code.NO_TOKEN)
        return seen

    def find(self, certificate_sha256: str) -> tuple[Token, Certificate]:
        """The certificate and its token. Raises Refusal as `tokens`, CERTIFICATE_NOT_FOUND."""
        for token in self.tokens():
            for certificate in token.certificates:
                if certificate.sha256 == certificate_sha256:
                    return token, certificate
        raise Refusal(Code.CERTIFICATE_NOT_FOUND)

    def sign(
        self, token: Token, certificate: Certificate, pin: str, data: Sequence[bytes]
    ) -> list[bytes]:
        """Signatures over `data` by one log-in, each verified with the certificate; ECDSA as DER.

        Raises Refusal with a code of the token or its PIN.
        """
        asked = {
            "do": "sign",
            "library": token.library,
            "serial": token.serial,
            "certificate_sha256": certificate.sha256,
            "pin": pin,
            "data": [base64.b64encode(one).decode() for one in data],
        }
        answer = _ask(asked, self.seconds + _SECONDS_PER_SIGNATURE * len(data))
        made = [base64.b64decode(one) for one in answer["signatures"]]
        if len(made) != len(data):
            raise Refusal(Code.TOKEN_FAILED)
        key = x509.load_der_x509_certificate(certificate.der).public_key()
        return [_verified(key, one, signature) for one, signature in zip(data, made, strict=True)]

    def _listed(self, path: str) -> list[Token]:
        answer = _ask({"do": "list", "library": path}, self.seconds)
        return [_token(path, facts, self.clock()) for facts in answer["tokens"]]


def _ask(asked: dict[str, Any], seconds: float) -> dict[str, Any]:
    """What the driver answers. Its environment is ours, for libraries find their settings there."""
    try:
        done = subprocess.run(
            _command(),
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            creationflags=_NO_CONSOLE,
        )
        answer = (
            json.loads(done.stdout) if done.returncode == 0 else {"error": _CRASHED[asked["do"]]}
        )
    except subprocess.TimeoutExpired:
        # Nothing of it is passed on: it holds the driver's input, and with it the PIN.
        raise Refusal(Code.TOKEN_TIMEOUT) from None
    except (OSError, ValueError):
        raise Refusal(Code.TOKEN_FAILED) from None
    if "error" in answer:
        raise Refusal(Code(answer["error"]))
    return dict(answer)


def _command() -> list[str]:
    """How to run the driver: its file, or this program again where it lies in an archive."""
    driver = Path(__file__).with_name("driver.py")
    if driver.is_file() and not getattr(sys, "frozen", False):
        return [sys.executable, "-I", str(driver)]
    return [sys.executable, *([] if getattr(sys, "frozen", False) else [sys.argv[0]]), "driver"]


def _token(library: str, facts: dict[str, Any], now: float) -> Token:
    found = (_certificate(one["label"], base64.b64decode(one["der"]), now)
             for one in facts["certificates"])  # fmt: skip
    return Token(
        library=library,
        label=facts["label"],
        serial=facts["serial"],
        manufacturer=facts["manufacturer"],
        model=facts["model"],
        flags=facts["flags"],
        certificates=tuple(one for one in found if one),
    )


def _certificate(label: str, der: bytes, now: float) -> Certificate | None:
    """The facts of one; None for bytes that are no certificate and for an authority's own."""
    try:
        read = x509.load_der_x509_certificate(der)
        if _is_authority(read):
            return None
        at = datetime.fromtimestamp(now, UTC)
        return Certificate(
            label=label,
            der=der,
            sha256=hashlib.sha256(der).hexdigest(),
            holder=_common_name(read.subject),
            issuer=_common_name(read.issuer),
            serial=f"{read.serial_number:x}",
            not_before=read.not_valid_before_utc,
            not_after=read.not_valid_after_utc,
            non_repudiation=_non_repudiation(read),
            in_validity=read.not_valid_before_utc <= at <= read.not_valid_after_utc,
            key=_kind(read.public_key()),
        )
    except Exception:  # a stranger's bytes: whatever is wrong in them, they are no use here
        return None


def _is_authority(read: x509.Certificate) -> bool:
    try:
        return read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _non_repudiation(read: x509.Certificate) -> bool:
    try:
        return read.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return False


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _kind(key: object) -> str:
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return "rsa"
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    return "ec" if is_p256 else "other"


def _verified(key: object, data: bytes, signature: bytes) -> bytes:
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            r, s = (int.from_bytes(p, "big") for p in (signature[:half], signature[half:]))
            signature = encode_dss_signature(r, s)
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise Refusal(Code.CERTIFICATE_UNFIT)
    except InvalidSignature as error:
        raise Refusal(Code.TOKEN_FAILED, "The token made a signature that is not right.") from error
    return signature
