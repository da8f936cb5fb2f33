"""Builds the one script file at set-up: htmx is checked, joined with our glue and compressed."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from whitenoise.compress import Compressor

from portal.config import ROOT
from portal.web.assets import build

HTMX = ROOT / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
# Version 4.0.1; a change of the version in package.json changes this line, too.
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


class WrongFile(SystemExit):
    """The file is not the one that was tried; the set-up ends here."""


def main() -> None:
    """`python -m portal.web.build_assets [--no-script]`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-script", action="store_true", help="htmx could not be fetched")
    without = options.parse_args().no_script
    print(build_and_compress(ROOT / "static", None if without else checked(HTMX)))


def checked(htmx: Path) -> Path:
    """`htmx` itself if its bytes are those that were tried; raises WrongFile otherwise."""
    digest = hashlib.sha256(htmx.read_bytes()).hexdigest()
    if digest != HTMX_SHA256:
        raise WrongFile(f"{htmx.name} has the SHA-256 {digest}, expected {HTMX_SHA256}")
    return htmx


def build_and_compress(static: Path, htmx: Path | None) -> str:
    """Build the script and lay its .br and .gz beside it; returns one line about it."""
    scripts = build(static, htmx)
    if not scripts:
        return "No script was built: the portal runs whole, every page with its own buttons."
    return "\n".join(_compress(script) for script in scripts)


def _compress(script: Path) -> str:
    made = list(Compressor(use_brotli=True, quiet=True).compress(str(script)))
    sizes = ", ".join(f"{Path(m).suffix[1:]} {Path(m).stat().st_size}" for m in made)
    return f"Built {script.name}: {script.stat().st_size} bytes ({sizes})."


if __name__ == "__main__":
    main()
