"""Reads a signature strictly: the CMS of a provider, a token or a seal, and where it lies in a PDF.

Written apart from pyHanko, which embeds whatever it is given and would judge its own work.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.errors import Refused

# What is kept free in a prepared file for the signature: hexadecimal digits.
ROOM = 65_536
_HASHES = {"sha256", "sha384", "sha512"}
_SIGNATURES = {"rsassa_pkcs1v15", "sha256_rsa", "sha256_ecdsa", "ecdsa"}
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_END = re.compile(rb"%%EOF[ \t]*\r?\n?")
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f]*)>")


class OtherDocument(Refused):
    """A signature, but over something else."""


class Unreadable(Refused):
    """No signature that can be read."""


class Revoked(Refused):
    """A signature with a certificate that its issuer, or one above, has revoked."""


@dataclass(frozen=True)
class Signer:
    """Who signed: the certificate (DER) and the others that came along, in no special order."""

    certificate: bytes
    others: tuple[bytes, ...]


@dataclass(frozen=True)
class Cut:
    """A PDF's only signature: SHA-256 of all but its room, where the room lies, what is in it."""

    digest: bytes
    room_from: int
    room_to: int
    filling: bytes

    @property
    def der(self) -> bytes:
        """The CMS (DER) without the zeros behind it. Raises `Refused` where anything else is."""
        from asn1crypto.parser import peek

        try:
            size = peek(self.filling)
        except ValueError as problem:
            raise Unreadable("the signature can't be read") from problem
        if self.filling[size:].strip(b"\0"):
            raise Refused("something lies behind the signature")
        return self.filling[:size]


def revision_ends(pdf: bytes) -> list[int]:
    """Where each revision of a PDF ends: behind its mark and the line's end."""
    return [one.end() for one in _END.finditer(pdf)]


def cut_out(pdf: bytes) -> Cut:
    """Cut the signature out of a PDF that carries exactly one, over all but its own room.

    Raises `Refused` for every other file. Says nothing about what the signature proves.
    """
    ranges = _BYTE_RANGE.findall(pdf)
    if len(ranges) != 1:
        raise Refused("the PDF does not carry exactly one signature")
    start, length, resumed, rest = (int(number) for number in ranges[0])
    room = _HEX_STRING.fullmatch(pdf[length:resumed])
    if start or resumed + rest != len(pdf) or room is None or len(room[1]) % 2:
        raise Refused("the signature does not cover the whole file")
    covered = hashlib.sha256(pdf[:length])
    covered.update(pdf[resumed:])
    return Cut(covered.digest(), length, resumed, bytes.fromhex(room[1].decode()))


def check_cms(der: bytes, digest: bytes, certificate: bytes, at: datetime) -> Signer:
    """Prove that a detached CMS is `certificate`'s signature over `digest` (SHA-256) at `at`.

    Raises `Refused`: the message names the check that failed. The chain above is judged elsewhere.
    """
    try:
        return _check(der, digest, certificate, at)
    except Refused:
        raise
    except Exception as problem:  # a stranger's bytes: whatever breaks, it proves nothing
        raise Unreadable("the signature can't be read") from problem


def check_policy(signer: Signer, policy: str) -> None:
    """Raise `Refused` unless the certificate was made under `policy` (a dotted OID)."""
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(signer.certificate)
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        found = x509.CertificatePolicies([])
    if policy not in {one.policy_identifier.dotted_string for one in found}:
        raise Refused("the signer's certificate is not one for this way of signing")


def _check(der: bytes, digest: bytes, certificate: bytes, at: datetime) -> Signer:
    from asn1crypto import cms, x509

    if len(der) * 2 > ROOM - 2:
        raise Unreadable("the signature is too large")
    whole = cms.ContentInfo.load(der, strict=True)
    if whole["content_type"].native != "signed_data":
        raise Refused("the signature is no signed data")
    signed = whole["content"]
    if signed["encap_content_info"]["content"].native is not None:
        raise Refused("the signature is not detached")
    if len(signed["signer_infos"]) != 1:
        raise Refused("the signature must have exactly one signer")
    others = [one.chosen.dump() for one in signed["certificates"]]
    if certificate not in others:
        raise Refused("the signature is by another certificate")
    info, signer = signed["signer_infos"][0], x509.Certificate.load(certificate, strict=True)
    _check_identity(info, signer)
    _check_attributes(info, digest, certificate)
    _check_validity(signer, at)
    _check_mathematics(info, certificate)
    return Signer(certificate, tuple(one for one in others if one != certificate))


def _check_identity(info: Any, signer: Any) -> None:
    sid = info["sid"]
    if sid.name == "issuer_and_serial_number":
        same = (
            sid.chosen["issuer"] == signer.issuer
            and sid.chosen["serial_number"].native == signer.serial_number
        )
    else:
        same = sid.chosen.native == signer.key_identifier
    if not same:
        raise Refused("the signature is by another certificate")


def _check_attributes(info: Any, digest: bytes, certificate: bytes) -> None:
    attributes = info["signed_attrs"]
    found: dict[str, list[Any]] = {}
    for one in attributes:
        found.setdefault(one["type"].native, []).append(one["values"])
    once = all(len(found.get(name, ())) == 1 for name in ("content_type", "message_digest"))
    if not once or any(len(values) != 1 for values in found.values()):
        raise Refused("the signature repeats or lacks an attribute")
    if found["content_type"][0][0].native != "data":
        raise Refused("the signature is over something else than data")
    if info["digest_algorithm"]["algorithm"].native != "sha256":
        raise Refused("the signature uses another hash than SHA-256")
    if found["message_digest"][0][0].native != digest:
        raise OtherDocument("the signature is over another document")
    named = found.get("signing_certificate_v2")
    if named and not _names(named[0][0], certificate):
        raise Refused("the signature names another certificate")


def _names(value: Any, certificate: bytes) -> bool:
    first = value["certs"][0]
    algorithm = first["hash_algorithm"]["algorithm"].native
    hashed = hashlib.new(algorithm, certificate).digest() if algorithm in _HASHES else b""
    return bool(first["cert_hash"].native == hashed)


def _check_validity(signer: Any, at: datetime) -> None:
    validity = signer["tbs_certificate"]["validity"]
    if not validity["not_before"].native <= at <= validity["not_after"].native:
        raise Refused("the signer's certificate is not valid now")
    usage = signer.key_usage_value
    if usage is None or not {"digital_signature", "non_repudiation"} & usage.native:
        raise Refused("the signer's certificate is not made for signing")


def _check_mathematics(info: Any, certificate: bytes) -> None:
    """The signature over the attributes, by the certificate's own key; SHA-256 alone."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if info["signature_algorithm"]["algorithm"].native not in _SIGNATURES:
        raise Refused("the signature uses an algorithm that is not allowed")
    value, covered = info["signature"].native, info["signed_attrs"].untag().dump()
    key = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(key, RSAPublicKey) and key.key_size >= 2048:
            key.verify(value, covered, PKCS1v15(), hashes.SHA256())
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(value, covered, ECDSA(hashes.SHA256()))
        else:
            raise Refused("the signer's key is too weak or of another kind")
    except InvalidSignature as problem:
        raise Refused("the signature does not verify") from problem
