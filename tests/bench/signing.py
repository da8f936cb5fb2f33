"""What a signature costs our side: the file made ready, the answer judged, the lasting version."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.serialization import Encoding

from portal.adapters.pdf.application import ApplicationPdf
from portal.sandbox.authority import CA, crl
from portal.sandbox.authority.chain import ensure_authority
from portal.sandbox.esign.answers import success
from portal.sandbox.esign.faults import Fault
from portal.sandbox.esign.identity import provider
from portal.sandbox.esign.people import people
from portal.sandbox.esign.signatures import Bench, make
from portal.signing import preparing
from portal.signing.cms import check_cms, check_policy
from portal.signing.esign_xml import read_response
from portal.signing.rules.names import is_same_name
from portal.signing.sealing import certificate_facts
from tests.bench import lasting
from tests.filing.papers import paper

RUNS = 15
POLICY = "2.16.356.100.2.4.1"


def figures() -> dict[str, float]:
    """Process CPU in milliseconds, medians of 15 runs after warm-up; an application of 10 lines.

    The aims: 100 ms to draw and prepare, 40 ms to read the answer, judge it and embed it.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _figures(Path(folder), datetime.now(UTC))


def _figures(folder: Path, now: datetime) -> dict[str, float]:
    authority, maker = folder / "authority", ApplicationPdf(folder / "fonts")
    root = ensure_authority(authority, now).read_bytes()
    lists = [crl(authority, ca, now) for ca in (CA.ROOT, CA.ESIGN)]
    prepared = _prepared(maker, now)
    by, person = provider(folder / "provider", now), people()["specimen-2"]
    made = make(Bench(authority, "", now), person, prepared.digest, "pkcs7complete", Fault.NONE)
    message = success(by, "SPECIMEN-1", now, "1", made, Fault.NONE).encode()
    pinned = by.certificate.public_bytes(Encoding.PEM)

    def judge() -> bytes:
        answer = read_response(message, pinned)
        der = answer.signatures[0].value
        signer = check_cms(der, prepared.digest, answer.certificate, now)
        preparing.check_chain(signer, [root], now, lists)
        check_policy(signer, POLICY)
        assert is_same_name(certificate_facts(signer.certificate).common_name, person.name)
        return preparing.embed(prepared, der)

    added = lasting.figures(authority, judge(), now, (CA.ROOT, CA.ESIGN))
    return {
        "signing.prepare_cpu_ms": _median_ms(lambda: _prepared(maker, now)),
        "signing.embed_cpu_ms": _median_ms(judge),
        **{name.replace("certificate", "signing"): value for name, value in added.items()},
    }


def _median_ms(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(RUNS + 3):
        started = time.process_time()
        work()
        spent.append((time.process_time() - started) * 1000)
    return round(median(spent[3:]), 1)


def _prepared(maker: ApplicationPdf, now: datetime) -> preparing.Prepared:
    """An invented application of 10 lines, worded, drawn and with room for the signature."""
    pdf, name = maker.render(paper(10)), "Invented Owner Asha"
    return preparing.prepare(pdf, name=name, reason="Application", location="India", at=now)


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:28} {value}")
