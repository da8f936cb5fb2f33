"""Makes a seal or signature provable for years: PAdES B-LTA (ETSI EN 319 142-1, 6.3).

An incremental revision adds what is known about revocation and a time stamp over all of it.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.core.errors import Refused, TryLater
from portal.signing import stamping, terms
from portal.signing.ports import TimeStamps
from portal.signing.proving import LastingFacts, Stamp, lasting_facts, newest_stamp, reaches_end

if TYPE_CHECKING:
    from pyhanko.sign.timestamps.api import TimeStamper


def make_lasting(
    pdf: bytes,
    *,
    trust_roots: Sequence[bytes],
    crls: Sequence[bytes],
    timestamper: TimeStamps,
    at: datetime,
) -> bytes:
    """`pdf`, unchanged, with what proves its seals for years behind it. `at` is aware.

    For a document with time stamps the newest of them is made to last in the same way, which must
    be done before its certificate ends. Roots are DER or PEM, `crls` DER. Raises `Refused` where
    a seal is broken, untrusted, revoked or past its time, and TryLater where a list is missing or
    the time stamper can't be believed now.
    """
    before = _checked(pdf)
    context = terms.context(trust_roots, at, crls, each_needs_one=True)
    paths = [path for one in before for path in asyncio.run(_paths(one, context))]
    sample = timestamper.sample()
    paths.append(asyncio.run(stamping.stamper_path(sample, context)))
    writer = terms.dated_writer(pdf, at)
    _add_proof(writer, paths, crls)
    stamper = stamping.stamper(timestamper, context, at)
    made: bytes = asyncio.run(_stamped(writer, stamper, len(sample)))
    moment = max(at, _newest(made).at)
    _check(pdf, made, lasting_facts(made, trust_roots=trust_roots, crls=(), at=moment))
    return made


def _checked(pdf: bytes) -> list[Any]:
    """What has to last: the newest time stamp, else all seals. Raises `Refused` without any."""
    reader = terms.opened(pdf)
    stamps, seals = reader.embedded_timestamp_signatures, reader.embedded_regular_signatures
    if not seals:
        raise Refused("the PDF carries no seal or signature")
    last = (stamps or seals)[-1]
    if not reaches_end(last) or (stamps and reader.embedded_signatures[-1] is not last):
        raise Refused("the PDF goes on behind its last signature")
    return [last] if stamps else list(seals)


async def _paths(signature: Any, context: Any) -> Any:
    """The signer's certificate and those above it, each known not to be revoked; the same of
    the time stamper where the signature has a stamp of its own."""
    from pyhanko.sign.validation.dss import collect_validation_info
    from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError

    try:
        return await collect_validation_info(signature, context)
    except InsufficientRevinfoError as problem:
        raise TryLater(f"no list of revoked certificates is of use: {problem}") from problem
    except (PathError, ValidationError) as problem:
        raise Refused(f"{signature.field_name} can't be made to last: {problem}") from problem


def _add_proof(writer: Any, paths: Sequence[Any], crls: Sequence[bytes]) -> None:
    """The certificates of `paths`, and the lists of those that issued them.

    Roots go in as well: a verifier trusts its own, but pyHanko looks here for who signed a list.
    """
    from asn1crypto.crl import CertificateList
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    issuers = {one.issuer.dump() for path in paths for one in list(path)[1:]}
    loaded = [CertificateList.load(one) for one in crls]
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        crls=[one for one in loaded if one.issuer.dump() in issuers],
        paths=paths,
    )


async def _stamped(writer: Any, stamper: TimeStamper, size: int) -> bytes:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

    number = len(writer.prev.embedded_timestamp_signatures) + 1
    out = io.BytesIO()
    try:
        await PdfTimeStamper(stamper, field_name=f"TimeStamp{number}").async_timestamp_pdf(
            writer, "sha256", bytes_reserved=2 * (size + stamping.MARGIN), output=out
        )
    except (SigningError, PdfError) as problem:
        raise Refused(f"the PDF can't be stamped: {problem}") from problem
    return out.getvalue()


def _newest(pdf: bytes) -> Stamp:
    found = newest_stamp(pdf)
    if found is None:
        raise Refused("the PDF has no time stamp")
    return found


def _check(before: bytes, made: bytes, facts: Sequence[LastingFacts]) -> None:
    """Refuse a result that changed a byte of what was there or doesn't prove each seal."""
    if not made.startswith(before):
        raise Refused("the sealed bytes were changed")
    bad = [f"{one.field}: {one.indication}" for one in facts if not one.good]
    if bad:
        raise Refused(f"the long-term data don't prove {', '.join(bad)}")
