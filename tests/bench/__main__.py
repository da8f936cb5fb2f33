"""`python -m tests.bench`: prints the figures and writes var/bench.json; nothing fails by them."""

from __future__ import annotations

import json
import logging

import structlog

from portal.config import ROOT
from tests.bench import application, autosave, certificate, lists, pages, preflight, signing


def main() -> None:
    """Measure everything once."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures = {
        **pages.figures(),
        **certificate.figures(),
        **application.figures(),
        **autosave.figures(),
        **lists.figures(),
        **signing.figures(),
        **preflight.figures(),
    }
    for name, value in figures.items():
        print(f"{name:32} {value}")
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
