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
        _expect_sha256(_parts(found[_ALGORITHM_PROTECTION])[0])
    digest = found[_MESSAGE_DIGEST]
    if digest.tag != der.OCTET_STRING or len(digest.content) != DIGEST_BYTES:
        raise NotDer("the digest is not one of 32 bytes")
    return Attributes(digest.content, _certificate(found[_SIGNING_CERTIFICATE_V2]))


def _certificate(signing_certificate: Value) -> bytes:
    """The digest in the first ESSCertIDv2: SHA-256 by default, its name may be left out."""
    first = _parts(_parts(signing_certificate)[0])[0]
    parts = _parts(first)
    if parts[0].tag == der.SEQUENCE:
        _expect_sha256(parts[0])
        parts = parts[1:]
    if not parts or parts[0].tag != der.OCTET_STRING or len(parts[0].content) != DIGEST_BYTES:
        raise NotDer("the certificate is not named by SHA-256")
    return parts[0].content


def _expect_sha256(algorithm: Value) -> None:
    _expect(_parts(algorithm)[0], der.OID, _SHA256)


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
