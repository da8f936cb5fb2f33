"""Time stamps (RFC 3161) as pyHanko takes them: each token is judged before it is believed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from portal.core.errors import TryLater
from portal.signing.ports import TimeStamps

if TYPE_CHECKING:
    from pyhanko.sign.timestamps.api import TimeStamper

# Bytes that a token may be longer than the sample: other serial number, accuracy, padding.
MARGIN = 512
_MOST_AWAY = timedelta(minutes=5)


def stamper(source: TimeStamps, context: Any, at: datetime) -> TimeStamper:
    """pyHanko's client over ours. Its tokens come from a time stamper whom `context` believes,
    with the sample's certificate, dated within five minutes of `at`; else it raises TryLater."""
    from asn1crypto import cms
    from pyhanko.sign.timestamps.api import TimeStamper

    class Stamper(TimeStamper):
        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
            before = _signer_of(cms.ContentInfo.load(source.sample()))
            token = cms.ContentInfo.load(source.stamp(message_digest))
            if _signer_of(token) != before:
                raise TryLater("the time stamper has another certificate now")
            await _believe(token, message_digest, context, at)
            return token

        async def async_dummy_response(self, md_algorithm: str) -> Any:
            return cms.ContentInfo.load(source.sample())

    return Stamper()  # type: ignore[no-untyped-call]


async def stamper_path(token: bytes, context: Any) -> Any:
    """The time stamper's certificate, for time stamps only, and those above it.

    Raises TryLater where `context` doesn't believe it.
    """
    from asn1crypto import cms
    from pyhanko.sign.general import extract_certificate_info
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    try:
        signer = extract_certificate_info(cms.ContentInfo.load(token)["content"])
        validator: Any = CertificateValidator(
            signer.signer_cert, intermediate_certs=signer.other_certs, validation_context=context
        )
        return await validator.async_validate_usage({"digital_signature"}, {"time_stamping"})
    except (PathError, ValidationError, ValueError) as problem:
        raise TryLater(f"the time stamper is not believed: {problem}") from problem


def certificate_ends(token: bytes) -> datetime:
    """When the certificate of a token's signer ends; not judged."""
    from asn1crypto import cms
    from pyhanko.sign.general import extract_certificate_info

    signer = extract_certificate_info(cms.ContentInfo.load(token)["content"]).signer_cert
    ends_at: datetime = signer.not_valid_after
    return ends_at


async def _believe(token: Any, digest: bytes, context: Any, at: datetime) -> None:
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

    try:
        found = await validate_tst_signed_data(token["content"], context, lambda _name: digest)
    except Exception as problem:  # whatever a stranger's token breaks, it stamps nothing
        raise TryLater(f"the time stamp can't be read: {problem}") from problem
    if not (found["intact"] and found["valid"] and found.get("trust_problem_indic") is None):
        raise TryLater("the time stamp is not believed")
    if abs(found["timestamp"] - at) > _MOST_AWAY:
        raise TryLater(f"the time stamper's clock says {found['timestamp'].isoformat()}")


def _signer_of(token: Any) -> bytes:
    signer: bytes = token["content"]["signer_infos"][0]["sid"].dump()
    return signer
