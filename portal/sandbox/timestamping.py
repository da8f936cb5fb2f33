"""Stamps time (RFC 3161), dated by the portal's clock."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from asn1crypto import cms as asn1
from asn1crypto import core, tsp

from portal.sandbox import cms
from portal.sandbox.authority.keys import Pair

POLICY = "2.16.356.100.3.0"
_LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}


class _Refusal(core.Sequence):
    """A TimeStampResp without a token, which asn1crypto's own always has."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - as asn1crypto wants it


def answer(request: bytes, by: Pair, now: datetime) -> bytes:
    """The TimeStampResp (DER) to a TimeStampReq: a token, or why there is none."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        asked.native  # noqa: B018 - reads every field, so that nothing is left to fail later
    except (ValueError, TypeError):
        return _refused("bad_data_format")
    why = _objection(asked)
    if why:
        return _refused(why)
    token = _token(asked, by, now)
    granted = {"status": {"status": "granted"}, "time_stamp_token": token}
    return bytes(tsp.TimeStampResp(granted).dump())


def token_over(data: bytes, by: Pair, now: datetime) -> bytes:
    """A token (DER) over the SHA-256 of `data`, for whoever shares our process."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": _sha256(data)}
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
    return bytes(_token(asked, by, now).dump())


def with_wrong_imprint(request: bytes) -> bytes:
    """The same request over another hash."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        imprint["hashed_message"] = bytes(255 - b for b in imprint["hashed_message"].native)
        return bytes(asked.dump(force=True))
    except (ValueError, TypeError):
        return request


def _objection(asked: tsp.TimeStampReq) -> str:
    imprint = asked["message_imprint"]
    length = _LENGTHS.get(imprint["hash_algorithm"]["algorithm"].native, 0)
    if asked["version"].native != "v1":
        return "bad_request"
    if not length:
        return "bad_alg"
    if len(imprint["hashed_message"].native) != length:
        return "bad_data_format"
    if asked["req_policy"].native not in (None, POLICY):
        return "unaccepted_policy"
    return "unaccepted_extensions" if asked["extensions"].native else ""


def _token(asked: tsp.TimeStampReq, by: Pair, now: datetime) -> asn1.ContentInfo:
    facts = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(63),
        "gen_time": now.replace(microsecond=0),
        "accuracy": {"seconds": 1},
    }
    if asked["nonce"].native is not None:
        facts["nonce"] = asked["nonce"].native
    info = tsp.TSTInfo(facts).dump()
    attributes = [cms.signing_time(now), cms.signing_certificate(by.der)]
    shown = [by.der] if asked["cert_req"].native else []
    inside = ("tst_info", core.ParsableOctetString(info))
    return cms.signed_data(by, _sha256(info), attributes, shown, inside)


def _refused(why: str) -> bytes:
    status = {"status": "rejection", "status_string": ["SPECIMEN: refused"], "fail_info": {why}}
    return bytes(_Refusal({"status": status}).dump())


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
