"""What a certificate costs: CPU time of drawing and sealing one page, against the bare minimum."""

from __future__ import annotations

import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from portal.adapters.pdf import SheetPdf
from portal.adapters.seal_keys import FolderSealKeys
from portal.sandbox.authority import ensure_authority, issue_office_key
from portal.signing.ports import SealKey
from portal.signing.sealing import Sealer
from tests.bench import lasting
from tests.certificates.sheets import TEMPLATES, a_sheet

RUNS = 15


def figures() -> dict[str, float]:
    """Process CPU in milliseconds, medians of 15 runs after warm-up: one page, 10 goods lines.

    `limit` is a one-page PDF put together by hand and one raw RSA-2048 signature; `ratio` is
    drawing and sealing divided by it.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _figures(Path(folder), datetime.now(UTC))


def _figures(folder: Path, now: datetime) -> dict[str, float]:
    ensure_authority(folder / "ca", now)
    issue_office_key(folder / "ca", folder / "keys", "bench", "Bench", "Bench", now, "bench")
    keys, sheet = FolderSealKeys(folder / "keys", "bench"), a_sheet(10)
    maker, sealer = SheetPdf(folder / "fonts", TEMPLATES), Sealer(keys)
    pdf, key = maker.render(sheet), keys.load("bench")
    drawing = _median_ms(lambda: maker.render(sheet))
    sealing = _median_ms(
        lambda: sealer.seal(pdf, "bench", reason="Issued", location="Mumbai", at=now)
    )
    limit = _median_ms(lambda: _by_hand(key), repeat=50)
    sealed = sealer.seal(pdf, "bench", reason="Issued", location="Mumbai", at=now)
    return {
        **lasting.figures(folder / "ca", sealed, now),
        "certificate.render_cpu_ms": round(drawing, 2),
        "certificate.sign_cpu_ms": round(sealing, 2),
        "certificate.limit_cpu_ms": round(limit, 3),
        "certificate.ratio": round((drawing + sealing) / limit, 1),
    }


def _median_ms(work: Callable[[], object], *, repeat: int = 1) -> float:
    for _ in range(3):
        work()
    spent = []
    for _ in range(RUNS):
        started = time.process_time()
        for _ in range(repeat):
            work()
        spent.append((time.process_time() - started) * 1000 / repeat)
    return median(spent)


def _by_hand(key: SealKey) -> bytes:
    """The least that a sealed page can be: its text, a table of contents, one signature."""
    rows = [f"BT /F 9 Tf 40 {760 - 14 * row} Td (Goods line {row}) Tj ET" for row in range(40)]
    text = zlib.compress("\n".join(rows).encode())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 6\n0000000000 65535 f \n%s" % table
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return bytes(out) + key.sign(bytes(out))


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:28} {value}")
