"""What the long-term data of a PDF prove about its seals, by EN 319 102-1; nothing is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from portal.core.errors import Refused
from portal.signing import terms

_PASSED = "OK"


@dataclass(frozen=True)
class LastingFacts:
    """What the long-term data of one seal or signature prove, by EN 319 102-1.

    `indication` is OK or the sub-indication; `stamped_at` is when the first time stamp behind it
    says that it was there.
    """

    field: str
    intact: bool
    whole: bool
    allows_no_change: bool
    indication: str
    stamped_at: datetime | None

    @property
    def good(self) -> bool:
        """Whether it is proven, together with everything up to the end of the file."""
        return self.intact and self.whole and self.indication == _PASSED and bool(self.stamped_at)


@dataclass(frozen=True)
class Stamp:
    """The newest time stamp of a document: when it was given, and when its certificate ends."""

    at: datetime
    ends_at: datetime


def lasting_facts(
    pdf: bytes, *, trust_roots: Sequence[bytes], crls: Sequence[bytes], at: datetime
) -> tuple[LastingFacts, ...]:
    """What is proven at `at` about each seal or signature, with `crls` (DER) beside those inside.

    Nothing is fetched. Raises `Refused` for what is no readable PDF.
    """
    reader = terms.opened(pdf)
    try:
        seals, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    except Exception as problem:
        raise Refused("the file is not a readable PDF") from problem
    whole = bool(stamps) and reaches_end(stamps[-1])
    rules = _rules(trust_roots, crls)
    return tuple(_facts(seal, stamps if whole else [], rules, at) for seal in seals)


def newest_stamp(pdf: bytes) -> Stamp | None:
    """The newest time stamp of a document, None where it has none; not judged."""
    stamps = terms.opened(pdf).embedded_timestamp_signatures
    return _stamp(stamps[-1]) if stamps else None


def reaches_end(signature: Any) -> bool:
    """Whether a signature covers the file to its last byte."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signature.compute_integrity_info()
    return bool(signature.coverage is SignatureCoverageLevel.ENTIRE_FILE)


def _stamp(signature: Any) -> Stamp:
    info = signature.signed_data["encap_content_info"]["content"].parsed
    return Stamp(info["gen_time"].native, signature.signer_cert.not_valid_after)


def _rules(trust_roots: Sequence[bytes], crls: Sequence[bytes]) -> Any:
    """Every certificate needs a list, and lists come from the file or from `crls`."""
    from asn1crypto.crl import CertificateList
    from pyhanko.sign.validation import policy_decl as policy
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
    from pyhanko_certvalidator.revinfo.archival import CRLContainer

    return policy.SignatureValidationSpec(
        CertValidationPolicySpec(terms.roots(trust_roots), CertRevTrustPolicy(REQUIRE_REVINFO)),
        policy.RevocationInfoGatheringSpec(policy.RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=policy.LocalKnowledge(
            known_crls=[CRLContainer(CertificateList.load(one)) for one in crls]
        ),
    )


def _facts(seal: Any, stamps: Sequence[Any], rules: Any, at: datetime) -> LastingFacts:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.fields import MDPPerm

    name = seal.field_name or ""
    try:
        behind = [one for one in stamps if one.signed_revision > seal.signed_revision]
        seal.compute_integrity_info()
        changes = seal.summarise_integrity_info()
        level = getattr(changes["diff_result"], "modification_level", None)
        found, since = asyncio.run(_judged(seal, behind, rules, at))
    except Exception:  # the file may be a stranger's: whatever it breaks proves nothing
        return LastingFacts(name, False, False, False, "FORMAT_FAILURE", None)
    status = found.api_status
    only_lasting = level is ModificationLevel.LTA_UPDATES and all(map(_covers_its_part, behind))
    return LastingFacts(
        field=name,
        intact=bool(status and status.intact and status.valid),
        whole=bool(changes["docmdp_ok"] and only_lasting),
        allows_no_change=seal.docmdp_level is MDPPerm.NO_CHANGES,
        indication=found.ades_subindic.name,
        stamped_at=since,
    )


def _covers_its_part(signature: Any) -> bool:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    level = signature.evaluate_signature_coverage()
    return bool(level >= SignatureCoverageLevel.ENTIRE_REVISION)


async def _judged(
    seal: Any, stamps: Sequence[Any], rules: Any, at: datetime
) -> tuple[Any, datetime | None]:
    """The result about a seal, and since when time stamps prove that it was there.

    The newest time stamp is judged at `at`, each earlier one as of the next, the seal as of the
    first. pyHanko's own LTA procedure says the same, but reads the machine's clock on its way
    and wants a time stamp within the signature as well, which EN 319 142-1 does not.
    """
    from pyhanko.sign.validation.ades import ades_basic_validation, ades_timestamp_validation

    basic: Any = ades_basic_validation  # its types ask for more than it needs
    known, moment, since = _knowing(rules, seal.reader), at, None
    for stamp in reversed(stamps):
        found: Any = await ades_timestamp_validation(
            stamp.signed_data, known, partial(_digest, stamp), timing_info=_timing(moment)
        )
        if found.ades_subindic.name != _PASSED:
            return found, None
        moment = since = _stamp(stamp).at
    return await basic(
        seal.signed_data, known, timing_info=_timing(moment), raw_digest=seal.compute_digest()
    ), since


def _timing(moment: datetime) -> Any:
    from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

    return ValidationTimingInfo(moment, moment, point_in_time_validation=True)


def _digest(stamp: Any, _algorithm: str) -> bytes:
    digest: bytes = stamp.compute_digest()
    return digest


def _knowing(rules: Any, reader: Any) -> Any:
    """The rules with the certificates and lists of the file beside the given lists."""
    from asn1crypto.crl import CertificateList
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko.sign.validation.policy_decl import LocalKnowledge
    from pyhanko_certvalidator.revinfo.archival import CRLContainer

    try:
        inside = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return rules
    crls = [CertificateList.load(one.get_object().data) for one in inside.crls]
    knowledge = LocalKnowledge(
        known_crls=[*rules.local_knowledge.known_crls, *map(CRLContainer, crls)],
        known_certs=list(inside.load_certs()),
    )
    return replace(rules, local_knowledge=knowledge)
