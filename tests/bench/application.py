"""What the paper of an application costs: CPU time of wording and drawing it, by goods lines."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from portal.adapters.pdf.application import ApplicationPdf
from portal.filing.paper import paper_of
from tests.filing.papers import AT, facts

# Goods lines, and how often it is measured.
SIZES = {1: 25, 10: 25, 60: 15, 1000: 5}


def figures() -> dict[str, float]:
    """Process CPU in milliseconds, medians after warm-up, and the weight in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        maker = ApplicationPdf(Path(folder) / "fonts")
        found: dict[str, float] = {}
        for count, runs in SIZES.items():
            cpu, weight = _measured(maker, count, runs)
            found[f"application.cpu_ms_{count}_lines"] = cpu
            found[f"application.bytes_{count}_lines"] = weight
        return found


def _measured(maker: ApplicationPdf, count: int, runs: int) -> tuple[float, int]:
    known, spent, made = facts(count), [], b""
    for _ in range(runs + 2):
        began = time.process_time()
        made = maker.render(paper_of(known, version=1, at=AT, specimen=True))
        spent.append((time.process_time() - began) * 1000)
    return round(median(spent[2:]), 2), len(made)


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:32} {value}")
