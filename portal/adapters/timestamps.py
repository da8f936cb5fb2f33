"""A time stamping authority over HTTP (RFC 3161, 3.4): `POST TSA_URL` with a TimeStampReq."""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from typing import Any

from portal.adapters.fetching import LimitedFetcher
from portal.core.errors import TryLater

MOST_BYTES = 64 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class HttpTimeStamps:
    """Asks one authority and takes only what answers the very question.

    Whatever it gets wrong is `TryLater`: the document isn't at fault, another try may succeed.
    Who signed a token is for `portal.signing` to judge.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._fetch = LimitedFetcher(MOST_BYTES)
        self._sample = b""

    def stamp(self, digest: bytes) -> bytes:
        """A token (DER CMS) over a SHA-256 digest. Raises TryLater without a sound answer."""
        nonce = secrets.randbits(63) | 1 << 62
        headers = {"Content-Type": QUERY, "Accept": REPLY}
        request = urllib.request.Request(self._url, _question(digest, nonce), headers)
        try:
            self._sample = _token(self._fetch(request), digest, nonce)
        except (OSError, ValueError, TypeError, KeyError) as problem:
            raise TryLater(f"time stamper: {type(problem).__name__}: {problem}") from problem
        return self._sample

    def sample(self) -> bytes:
        """The last token that came, asked for now where there is none."""
        return self._sample or self.stamp(secrets.token_bytes(32))


def _question(digest: bytes, nonce: int) -> bytes:
    from asn1crypto import tsp

    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    facts = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(facts).dump())


def _token(answer: bytes, digest: bytes, nonce: int) -> bytes:
    """Raises ValueError, TypeError or KeyError for anything but a token over `digest`."""
    from asn1crypto import core, tsp

    whole = core.Sequence.load(answer, strict=True)
    status = tsp.PKIStatusInfo.load(whole[0].dump())
    if status["status"].native not in ("granted", "granted_with_mods"):
        raise ValueError(f"refused: {status['status_string'].native} {status['fail_info'].native}")
    token = tsp.TimeStampResp.load(answer, strict=True)["time_stamp_token"]
    info: Any = token["content"]["encap_content_info"]["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise ValueError("another digest than asked for")
    if imprint["hashed_message"].native != digest:
        raise ValueError("it stamps something else")
    if info["nonce"].native != nonce:
        raise ValueError("it answers somebody else")
    return bytes(token.dump())
