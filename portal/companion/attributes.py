"""Judges what is to be signed: only the signed attributes of a CMS over a SHA-256 digest pass.

Whatever else a token could sign (a contract, a log-in, another hash) is refused. Sources: RFC 5652,
5.3 and 11; RFC 5035 for the signing certificate; RFC 6211 for the algorithm protection.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.companion import der
from portal.companion.der import NotDer, Value
from portal.companion.faults import Code, Refusal

MOST_BYTES = 16 * 1024
DIGEST_BYTES = 32

_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_SIGNING_TIME = bytes.fromhex("2a864886f70d010905")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")
_ALGORITHM_PROTECTION = bytes.fromhex("2a864886f70d010934")
_ADOBE_REVOCATION = bytes.fromhex("2a864886f72f010108")
_DATA = bytes.fromhex("2a864886f70d010701")
_SHA256 = bytes.fromhex("608648016503040201")
# rsaEncryption, sha256WithRSAEncryption, ecdsa-with-SHA256
_SIGNATURES = tuple(
    bytes.fromhex(oid) for oid in ("2a864886f70d010101", "2a864886f70d01010b", "2a8648ce3d040302")
)
_NULL = b"\x05\x00"
_SIGNATURE_TAG = 0xA1
_TIME_TAGS = (0x17, 0x18)

_NEEDED = {_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_CERTIFICATE_V2}
_KNOWN = _NEEDED | {_SIGNING_TIME, _ALGORITHM_PROTECTION, _ADOBE_REVOCATION}


@dataclass(frozen=True)
class Attributes:
    """What signed attributes say: digest of the document's bytes, digest of the certificate."""

    digest: bytes
    certificate_sha256: bytes


def read(signed: bytes) -> Attributes:
    """The facts of DER signed attributes (a SET, tag 0x31). Raises Refusal(ATTRIBUTES_REFUSED)."""
    if len(signed) > MOST_BYTES:
        raise Refusal(Code.ATTRIBUTES_REFUSED, "What should be signed is too large.")
    try:
        return _facts(_by_type(der.one(signed, der.SET)))
    except NotDer as error:
        raise Refusal(Code.ATTRIBUTES_REFUSED) from error


def _by_type(attributes: Value) -> dict[bytes, Value]:
    """The single value of each attribute."""
    found: dict[bytes, Value] = {}
    for attribute in der.several(attributes.content):
        if attribute.tag != der.SEQUENCE:
            raise NotDer("an attribute is a sequence")
        kind, values = _exactly(attribute, 2)
        if (kind.tag, values.tag) != (der.OID, der.SET) or kind.content in found:
            raise NotDer("an attribute is written wrongly, or twice")
        found[kind.content] = _exactly(values, 1)[0]
    if not found.keys() >= _NEEDED or not found.keys() <= _KNOWN:
        raise NotDer("an attribute is missing, or is not one of a document's signature")
    return found


def _facts(found: dict[bytes, Value]) -> Attributes:
    _expect(found[_CONTENT_TYPE], der.OID, _DATA)
    if _ALGORITHM_PROTECTION in found:
        _check_protection(_parts(found[_ALGORITHM_PROTECTION]))
    if _SIGNING_TIME in found and found[_SIGNING_TIME].tag not in _TIME_TAGS:
        raise NotDer("the signing time is no time")
    if _ADOBE_REVOCATION in found:
        _parts(found[_ADOBE_REVOCATION])
    digest = found[_MESSAGE_DIGEST]
    if digest.tag != der.OCTET_STRING or len(digest.content) != DIGEST_BYTES:
        raise NotDer("the digest is not one of 32 bytes")
    return Attributes(digest.content, _certificate(found[_SIGNING_CERTIFICATE_V2]))


def _certificate(signing_certificate: Value) -> bytes:
    """The digest in the first ESSCertIDv2: SHA-256 by default, its name may be left out."""
    first = _parts(_parts(signing_certificate)[0])[0]
    parts = _parts(first)
    if parts[0].tag == der.SEQUENCE:
        _expect_algorithm(parts[0], _SHA256)
        parts = parts[1:]
    if not parts or parts[0].tag != der.OCTET_STRING or len(parts[0].content) != DIGEST_BYTES:
        raise NotDer("the certificate is not named by SHA-256")
    return parts[0].content


def _check_protection(parts: list[Value]) -> None:
    """The digest's algorithm and the signature's, which has a tag of its own."""
    if [part.tag for part in parts] != [der.SEQUENCE, _SIGNATURE_TAG]:
        raise NotDer("the protection names no digest and signature")
    _expect_algorithm(parts[0], _SHA256)
    _expect_algorithm(parts[1], *_SIGNATURES)


def _expect_algorithm(algorithm: Value, *oids: bytes) -> None:
    """One of these, without parameters (or NULL, which says the same)."""
    parts = der.several(algorithm.content)
    if not parts or parts[0].tag != der.OID or parts[0].content not in oids:
        raise NotDer("another algorithm than SHA-256 and its signatures")
    if [part.whole for part in parts[1:]] not in ([], [_NULL]):
        raise NotDer("an algorithm has parameters")


def _expect(value: Value, tag: int, content: bytes) -> None:
    if (value.tag, value.content) != (tag, content):
        raise NotDer("another type or algorithm than expected")


def _parts(value: Value) -> list[Value]:
    """What a sequence consists of: at least one value."""
    if value.tag != der.SEQUENCE or not value.content:
        raise NotDer("a sequence is expected")
    return der.several(value.content)


def _exactly(value: Value, count: int) -> list[Value]:
    parts = der.several(value.content)
    if len(parts) != count:
        raise NotDer("too few or too many values")
    return parts
