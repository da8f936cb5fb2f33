"""What it costs to make a seal last: CPU time of our side, and the bytes that it adds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from asn1crypto import tsp

from portal.sandbox import timestamping
from portal.sandbox.authority import CA, crl
from portal.sandbox.authority.chain import time_stamper
from portal.signing.lasting import make_lasting

RUNS = 9


class Stamps:
    """The sandbox's time stamper without HTTP between; its share of the time is taken off."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.by, self.now = time_stamper(folder, now), now
        self.spent = 0.0
        self.last = b""

    def stamp(self, digest: bytes) -> bytes:
        begun = time.process_time()
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
        answer = tsp.TimeStampResp.load(timestamping.answer(asked.dump(), self.by, self.now))
        self.last = bytes(answer["time_stamp_token"].dump())
        self.spent += time.process_time() - begun
        return self.last

    def sample(self) -> bytes:
        return self.last or self.stamp(bytes(32))


def figures(
    folder: Path, sealed: bytes, now: datetime, authorities: Sequence[CA] = (CA.ROOT, CA.ISSUER)
) -> dict[str, float]:
    """Process CPU in milliseconds (median of 9), and bytes added to a sealed page."""
    stamps, roots = Stamps(folder, now), [(folder / "specimen-root.pem").read_bytes()]
    lists = [crl(folder, ca, now) for ca in authorities]
    spent, made = [], sealed
    for _ in range(RUNS + 2):
        stamps.spent, begun = 0.0, time.process_time()
        made = make_lasting(sealed, trust_roots=roots, crls=lists, timestamper=stamps, at=now)
        spent.append(1000 * (time.process_time() - begun - stamps.spent))
    return {
        "certificate.lasting_cpu_ms": round(median(spent[2:]), 1),
        "certificate.lasting_bytes": len(made) - len(sealed),
    }
